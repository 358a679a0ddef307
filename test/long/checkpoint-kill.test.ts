import { mkdirSync, readdirSync, watch } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { loadModel } from "../../src/node/index.js";
import { seededRandom } from "../../src/random.js";
import { CLI, type Ended, start, succeed, temporaryFolder } from "../cli/run.js";
import { sha256 } from "../support/bytes.js";

const MOMENTS = 15;
const EVERY = 2;
const TEMPORARY = /^\.alternant-[0-9a-f]{8}-\d+-[0-9a-f]{12}\.tmp$/;
const CHECKPOINT = /^epoch-(\d{5})-[0-9a-f]{8}\.safetensors$/;
/**
 * Checkpoints of more than a megabyte, whose writing takes as long as many an epoch, and epochs that take long enough to be hit; one
 * of the trainings reads its ratings from a packed file.
 */
const TRAININGS = [
  "../r.csv --factors 112 --solver cholesky --epochs 12",
  "../r.csv --feedback implicit --factors 112 --solver cg --epochs 12 --validation 0.1 --patience 12 --seed 3",
  "../r.safetensors --factors 200 --solver ials++ --precision float32 --epochs 12 --threads 1",
];

const folder = temporaryFolder();
/** Of each training that was never killed: what became of it, and the milliseconds that it took. */
const whole: { readonly bits: string; readonly took: number }[] = [];

beforeAll(async () => {
  const shape = "--users 1000 --items 400 --ratings 25000 --seed 6".split(" ");
  await succeed(folder, ["synthesize", ...shape, "--out", "r.csv"]);
  await succeed(folder, ["pack", "r.csv", "--out", "r.safetensors"]);
  for (const flags of TRAININGS) {
    const path = place();
    const began = performance.now();
    await succeed(path, command(flags));
    whole.push({ took: performance.now() - began, bits: await bitsOf(path) });
  }
});

let made = 0;
function place(): string {
  const path = join(folder, `place-${made++}`);
  mkdirSync(join(path, "kept"), { recursive: true });
  return path;
}

function command(flags: string): string[] {
  return `train ${flags} --checkpoint kept --every ${EVERY} --resume --json`.split(" ");
}

async function bitsOf(path: string): Promise<string> {
  const model = await loadModel(join(path, "model.safetensors"));
  const biases = [
    ...Array.from(model.users, (id) => model.userBias(id)),
    ...Array.from(model.items, (id) => model.itemBias(id)),
  ];
  const { users, items } = { users: model.copyFactors("users"), items: model.copyFactors("items") };
  return sha256(users.values, items.values, Float64Array.from(biases));
}

interface Killed {
  readonly ended: Ended;
  /** Files that it began to write. */
  readonly begun: number;
}

/** Starts a training, and kills it so many milliseconds after it began to write its n-th checkpoint; the 0th is its start. */
async function killed(
  path: string,
  flags: string,
  moment: { write: number; after: number },
): Promise<Killed> {
  const begun = new Set<string>();
  let atWrite: () => void;
  const writes = new Promise<void>((resolve) => {
    atWrite = resolve;
  });
  const watcher = watch(join(path, "kept"), (_, name) => {
    if (name !== null && TEMPORARY.test(name)) begun.add(name);
    if (begun.size === moment.write) atWrite();
  });
  const { child, ended } = start(path, process.execPath, [CLI, ...command(flags)]);
  if (moment.write > 0) await Promise.race([writes, ended]);
  if (moment.after > 0) await Promise.race([sleep(moment.after), ended]);
  child.kill("SIGKILL");
  const result = await ended;
  // What the watcher has been told of before the end is delivered after it.
  await sleep(50);
  watcher.close();
  return { ended: result, begun: begun.size };
}

const random = seededRandom(2024, "test");
const moments = Array.from({ length: MOMENTS }, (_, n) => {
  const training = n % TRAININGS.length;
  return n % 2 === 0
    ? { n, training, write: random.integer(6), share: random.unit() }
    : { n, training, write: 1 + random.integer(5), after: 3 * random.integer(3) };
});
let amidWriting = 0;

describe("a training that is killed", () => {
  it.each(moments)(
    "at moment $n (training $training) goes on to the bits of the one that was not",
    async ({ training, share, write, after }) => {
      const flags = TRAININGS[training]!;
      const { bits, took } = whole[training]!;
      const path = place();
      const kept = join(path, "kept");
      // A share of the time from one checkpoint to the next, about, or a few milliseconds.
      const { ended, begun } = await killed(path, flags, { write, after: after ?? (share! * took) / 10 });
      expect(ended.signal).toBe("SIGKILL");
      const left = readdirSync(kept).filter((name) => TEMPORARY.test(name)).length;
      if (left > 0) amidWriting++;
      const epochs = readdirSync(kept).flatMap((name) =>
        CHECKPOINT.exec(name) ? [Number(CHECKPOINT.exec(name)![1])] : [],
      );
      const newest = Math.max(0, ...epochs);
      console.log(`began ${begun}, newest of epoch ${newest}, ${left} half-written`);
      // It was at work on an epoch before the next checkpoint, or wrote that one: all but the interval before is kept.
      expect(newest).toBeGreaterThanOrEqual(EVERY * (begun - 1));

      const report = JSON.parse(await succeed(path, command(flags)));
      expect(report.resumed?.epoch ?? 0).toBe(newest);
      expect(await bitsOf(path)).toBe(bits);
      for (const name of readdirSync(kept)) expect(name).toMatch(CHECKPOINT);
      expect(readdirSync(kept).length).toBeLessThanOrEqual(2);
      expect(readdirSync(path).sort()).toEqual(["kept", "model.safetensors"]);
    },
  );

  it("was killed amid writing at some of these moments", () => {
    expect(amidWriting).toBeGreaterThan(0);
  });
});
