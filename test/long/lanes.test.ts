import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ALS } from "../../src/als/index.js";
import type { AlternantError } from "../../src/errors.js";
import { Engine } from "../../src/kernel/index.js";
import { seededRandom } from "../../src/random.js";
import type { Ratings } from "../../src/ratings/index.js";
import { bitsOf, spreadRatings } from "../als/fixtures.js";
import { type WorkerWatch, watchWorkers } from "../kernel/lanes/workers.js";

/** What the API promises, in milliseconds; this file runs alone. */
const KILL_MS = 1000;
const ABORT_MS = 100;
const MOMENTS = 20;
const LONGEST_WAIT_MS = 400;

const als = new ALS({ factors: 32, epochs: 3 });
const long = new ALS({ factors: 64, epochs: 10_000 });
let ratings: Ratings<number, number>;
let many: Ratings<number, number>;
let golden: string;
let watch: WorkerWatch;

beforeAll(async () => {
  ratings = spreadRatings(600, 400, 24_000);
  many = spreadRatings(6000, 3000, 600_000);
  golden = bitsOf(await als.fit(ratings, { engine: await Engine.create({ threads: 1 }) }));
});
beforeEach(() => {
  watch = watchWorkers();
});
afterEach(() => watch.stop());

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** How long a promise took to reject from now on, and with what. */
async function timeToReject(promise: Promise<unknown>): Promise<{ ms: number; error: AlternantError }> {
  const began = performance.now();
  const error = await promise.then(
    () => expect.fail("it should have rejected"),
    (rejected: AlternantError) => rejected,
  );
  return { ms: performance.now() - began, error };
}

/** What keeps this process alive, by kind. */
function handles(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => /Worker|MessagePort|Timeout|Immediate/.test(kind));
}

describe("a lane that is killed", () => {
  it(`at ${MOMENTS} seeded moments ends the fit within 1 s, leaves nothing, and the engine gives the golden bits`, async () => {
    const random = seededRandom(4, "test");
    const engine = await Engine.create({ threads: 3 });
    const before = handles();
    const latencies: number[] = [];
    for (let moment = 0; moment < MOMENTS; moment++) {
      const fit = long.fit(many, { engine });
      fit.catch(() => {});
      await wait(random.unit() * LONGEST_WAIT_MS);
      const crew = watch.started.slice(-3);
      void crew[random.integer(3)]!.terminate();
      const { ms, error } = await timeToReject(fit);
      latencies.push(ms);
      expect(error).toMatchObject({ code: "lane-failed" });
      expect(ms).toBeLessThan(KILL_MS);
      expect(watch.alive()).toBe(0);
      expect(handles().length).toBeLessThanOrEqual(before.length);
      expect(bitsOf(await als.fit(ratings, { engine }))).toBe(golden);
      expect(watch.alive()).toBe(3);
    }
    console.log(`kill to rejection, ms: ${latencies.map((ms) => ms.toFixed(1)).join(", ")}`);
    expect(watch.started).toHaveLength(3 * (MOMENTS + 1));
    await engine.dispose();
    expect(watch.alive()).toBe(0);
  });
});

describe("an abort", () => {
  it.each([1, 2, 7])("ends a fit on %i threads within 100 ms, whenever it comes", async (threads) => {
    const random = seededRandom(threads, "test");
    const engine = await Engine.create({ threads });
    const latencies: number[] = [];
    for (let moment = 0; moment < 10; moment++) {
      const controller = new AbortController();
      const fit = long.fit(many, { engine, signal: controller.signal });
      fit.catch(() => {});
      await wait(random.unit() * LONGEST_WAIT_MS);
      controller.abort("enough");
      const { ms, error } = await timeToReject(fit);
      latencies.push(ms);
      expect(error).toMatchObject({ code: "aborted", cause: "enough" });
      expect(ms).toBeLessThan(ABORT_MS);
    }
    console.log(
      `${threads} threads, abort to rejection, ms: ${latencies.map((ms) => ms.toFixed(1)).join(", ")}`,
    );
    expect(bitsOf(await als.fit(ratings, { engine }))).toBe(golden);
    await engine.dispose();
  });

  it("of a fit that waits for another's turn on the same lanes is as quick", async () => {
    const engine = await Engine.create({ threads: 2 });
    const first = new AbortController();
    const running = long.fit(many, { engine, signal: first.signal });
    running.catch(() => {});
    for (let moment = 0; moment < 5; moment++) {
      const controller = new AbortController();
      const fit = long.fit(many, { engine, signal: controller.signal });
      fit.catch(() => {});
      await wait(150);
      controller.abort();
      const { ms, error } = await timeToReject(fit);
      expect(error).toMatchObject({ code: "aborted" });
      expect(ms).toBeLessThan(ABORT_MS);
    }
    first.abort();
    expect((await timeToReject(running)).error).toMatchObject({ code: "aborted" });
    await engine.dispose();
  });
});
