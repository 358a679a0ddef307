// Runs in a process of its own, with --expose-gc, and prints what a test compares: memory.test.ts builds and starts it.
import { createHash } from "node:crypto";
import { ALS, Ratings } from "../../src/index.js";
import { seededRandom } from "../../src/random.js";

const USERS = 50_000;
const ITEMS = 5_000;
const COUNT = 100_000;
const SERIES = 100;
const AT_ONCE = 20;

/** 100,000 ratings of many users: 14 MB of factors, so that memories that are kept show. */
function makeRatings(): Ratings<number, number> {
  const random = seededRandom(1, "test");
  const each = COUNT / USERS;
  const stride = ITEMS / each;
  return Ratings.fromColumns({
    users: Int32Array.from({ length: COUNT }, (_, p) => Math.floor(p / each)),
    items: Int32Array.from({ length: COUNT }, (_, p) => (p % each) * stride + random.integer(stride)),
    values: Float32Array.from({ length: COUNT }, () => (1 + random.integer(10)) / 2),
  });
}

const ratings = makeRatings();
const als = new ALS({ factors: 32, epochs: 1 });

async function train(): Promise<string> {
  const model = await als.fit(ratings);
  return createHash("sha256")
    .update(new Uint8Array(model.copyFactors("users").values.buffer))
    .update(new Uint8Array(model.copyFactors("items").values.buffer))
    .digest("hex");
}

/** Resident megabytes after everything that can be collected is. */
async function resident(): Promise<number> {
  for (let i = 0; i < 5; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return process.memoryUsage().rss / 1e6;
}

const hashes = new Set<string>();
hashes.add(await train());
const one = await resident();
for (let i = 0; i < SERIES; i++) hashes.add(await train());
const series = await resident();
for (const hash of await Promise.all(Array.from({ length: AT_ONCE }, train))) hashes.add(hash);
const atOnce = await resident();
console.log(
  JSON.stringify({ collected: globalThis.gc !== undefined, one, series, atOnce, hashes: [...hashes] }),
);
