import type { Precision } from "../src/kernel/index.js";
import { BUILDS, type Build, PRECISIONS } from "./arithmetic.js";
import { hasBuild, type KernelName, kernelRuns } from "./kernels.js";
import { measurePeak, type Peak } from "./peak/measure.js";
import { interleave, median, min } from "./timing.js";

export interface KernelRow {
  readonly kernel: KernelName;
  readonly factors: number;
  readonly build: Build;
  readonly precision: Precision;
  /** Multiply-adds executed, each counted as two, in the fastest round and in the median one. */
  readonly gflops: number;
  readonly medianGflops: number;
  readonly shareOfPeak: number;
  readonly usefulShare: number;
}

const FACTORS = [16, 32, 64, 128];

/** Times all kernels, and the machine's peak before and after them: the better one counts. */
export async function timeKernels(quick: boolean): Promise<{ peaks: Peak[]; kernels: KernelRow[] }> {
  const runs = [];
  for (const build of BUILDS) {
    if (!(await hasBuild(build))) continue;
    for (const precision of PRECISIONS)
      for (const factors of FACTORS) runs.push(...(await kernelRuns(build, precision, factors)));
  }
  const candidates = runs.map(({ kernel, call }) => ({ name: kernel, run: call }));
  const before = measurePeak({ quick });
  const timings = await interleave(candidates, { warmUps: 10, rounds: quick ? 40 : 200 });
  const after = measurePeak({ quick });
  const peaks = before.map((peak, i) => (after[i]!.gflops > peak.gflops ? after[i]! : peak));
  const kernels = runs.map(({ kernel, factors, build, precision, executed, useful }, i): KernelRow => {
    const { seconds } = timings[i]!;
    const peak = peakOf(peaks, build, precision);
    const gflops = (2 * executed) / min(seconds) / 1e9;
    return {
      kernel,
      factors,
      build,
      precision,
      gflops,
      medianGflops: (2 * executed) / median(seconds) / 1e9,
      shareOfPeak: gflops / peak,
      usefulShare: (gflops * useful) / executed / peak,
    };
  });
  const order: readonly KernelName[] = ["gram", "cholesky", "rows"];
  kernels.sort((a, b) => order.indexOf(a.kernel) - order.indexOf(b.kernel));
  return { peaks, kernels };
}

/** GFLOP/s that a build can reach at most. */
export function peakOf(peaks: readonly Peak[], build: Build, precision: Precision): number {
  const peak = peaks.find((candidate) => candidate.build === build && candidate.precision === precision);
  if (!peak) throw new Error(`The peak of the ${build} build in ${precision} was not measured`);
  return peak.gflops;
}
