import type { Precision } from "../../src/kernel/index.js";
import { BUILDS, type Build, LANES, PRECISIONS } from "../arithmetic.js";
import { median } from "../timing.js";
import { peakBinary } from "./build.js";
import { type Lane, PANEL_BYTES, PEAK_FAMILY } from "./family.js";

export interface Peak {
  readonly build: Build;
  readonly precision: Precision;
  /** The fastest round of the fastest kernel, a multiply-add counted as two; and that kernel's median round. */
  readonly gflops: number;
  readonly medianGflops: number;
  readonly variant: string;
  /** The fastest round of every kernel of the family. */
  readonly variants: Readonly<Record<string, number>>;
}

interface Running {
  readonly name: string;
  readonly build: Build;
  readonly precision: Precision;
  readonly call: () => void;
  readonly flops: number;
  readonly gflops: number[];
}

/** V8 replaces no function on the stack, so work comes in calls of about a millisecond: they tier up at once. */
const VECTORS_PER_CALL = 3e6;
const PANEL_AT = { float64: 16384, float32: 16384 + PANEL_BYTES };

function load(build: Build): Running[] {
  const binary = peakBinary(build);
  if (!WebAssembly.validate(binary)) return [];
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } });
  return PRECISIONS.flatMap((precision) => {
    const type: Lane = precision === "float64" ? "f64" : "f32";
    const panelAt = PANEL_AT[precision];
    // With a half, x = x·m + m goes to 1 and a sum grows slowly: no overflow, no subnormal numbers.
    if (precision === "float64") new Float64Array(memory.buffer, panelAt, PANEL_BYTES / 8).fill(0.5);
    else new Float32Array(memory.buffer, panelAt, PANEL_BYTES / 4).fill(0.5);
    return PEAK_FAMILY.map(({ name, perTurn }) => {
      const kernel = exports[`${name}_${type}`] as (panel: number, turns: number) => number;
      const turns = Math.ceil(VECTORS_PER_CALL / perTurn);
      const flops = 2 * LANES[precision] * perTurn * turns;
      return { name, build, precision, call: () => kernel(panelAt, turns), flops, gflops: [] };
    });
  });
}

function time({ call, flops, gflops }: Running): void {
  const started = performance.now();
  call();
  gflops.push(flops / (performance.now() - started) / 1e6);
}

/**
 * The multiply-adds that this machine and engine can do at most, for every build that the engine takes. All kernels
 * run in turn; the best few of each build and precision then run again, because a peak is what was reached in the
 * quietest millisecond.
 */
export function measurePeak({ quick }: { readonly quick: boolean }): Peak[] {
  const all = BUILDS.flatMap(load);
  const best = ({ gflops }: Running): number => Math.max(...gflops);
  for (const running of all) for (let call = 0; call < 12; call++) running.call();
  for (let round = 0; round < (quick ? 6 : 20); round++) for (const running of all) time(running);
  return BUILDS.flatMap((build) =>
    PRECISIONS.flatMap((precision): Peak[] => {
      const family = all.filter((running) => running.build === build && running.precision === precision);
      const leaders = family.sort((a, b) => best(b) - best(a)).slice(0, 4);
      for (let round = 0; round < (quick ? 30 : 100); round++) for (const running of leaders) time(running);
      const [winner] = leaders.sort((a, b) => best(b) - best(a));
      if (!winner) return [];
      const variants = Object.fromEntries(family.map((running) => [running.name, best(running)]));
      return [
        {
          build,
          precision,
          gflops: best(winner),
          medianGflops: median(winner.gflops),
          variant: winner.name,
          variants,
        },
      ];
    }),
  );
}
