import { beforeAll, describe, expect, it, vi } from "vitest";
import { ALS, type AlsOptions } from "../../src/als/index.js";
import { AlternantError } from "../../src/errors.js";
import { Engine } from "../../src/kernel/index.js";
import { InlineDriver } from "../../src/kernel/inline-driver.js";
import { LaneDriver } from "../../src/kernel/lanes/lane-driver.js";
import type { Model } from "../../src/model/index.js";
import type { Ratings } from "../../src/ratings/index.js";
import { DEADLINE } from "../support/deadlines.js";
import { soon } from "../support/turns.js";
import { bitsOf, spreadRatings } from "./fixtures.js";
import { startStopwatch } from "./held.js";
import { type WatchedEngine, watchedEngine } from "./leases.js";

/** What the API promises, in milliseconds; measured here: see the figures that the test prints. */
const PROMISED = 50;

/** A way to train, and what it gives when nothing ends it. */
interface Mode {
  readonly threads: number;
  readonly name: string;
  readonly options: AlsOptions;
  readonly als: ALS;
}

const OPTIONS: Readonly<Record<string, AlsOptions>> = {
  explicit: {},
  implicit: { feedback: "implicit" },
  "implicit, cg": { feedback: "implicit", solver: "cg" },
};
const MODES: readonly Mode[] = Object.entries(OPTIONS).flatMap(([name, options]) =>
  [1, 3].map((threads) => ({
    threads,
    name,
    options,
    als: new ALS({ factors: 16, epochs: 3, ...options }),
  })),
);
let ratings: Ratings<number, number>;
const expected: Map<string, string> = new Map();
beforeAll(async () => {
  ratings = spreadRatings(600, 400, 24_000);
  const engine = await Engine.create({ threads: 1 });
  for (const { threads, name, als } of MODES)
    if (threads === 1) expected.set(name, bitsOf(await als.fit(ratings, { engine })));
});

/** Everything was given back, and the next fit in the same memory shows no trace. */
async function expectClean({ als, name }: Mode, { engine, lent, returned }: WatchedEngine): Promise<void> {
  expect(returned()).toBe(lent());
  expect(bitsOf(await als.fit(ratings, { engine }))).toBe(expected.get(name));
}

function expectAborted(error: unknown, reason: unknown): void {
  expect(error).toBeInstanceOf(AlternantError);
  expect(error).toMatchObject({ code: "aborted", name: "AbortError", cause: reason });
  expect((error as Error).message).toBe("ALS.fit was aborted");
}

/** What a promise rejects with. */
function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail("it should have rejected"),
    (error: unknown) => error,
  );
}

/** Runs `what` after that many turns of the event loop. */
function afterTurns(turns: number, what: () => void): void {
  soon(() => (turns === 0 ? what() : afterTurns(turns - 1, what)));
}

describe.each(MODES)("aborting a fit on $threads threads, $name", (mode) => {
  const { threads, options, als } = mode;
  it("rejects before anything is lent when the signal has fired already", async () => {
    const watched = await watchedEngine(threads);
    const signal = AbortSignal.abort("too late");
    expectAborted(await rejection(als.fit(ratings, { engine: watched.engine, signal })), "too late");
    expect(watched.lent()).toBe(0);
  });

  it("rejects in whatever turn of the event loop it comes, from the set-up to the last copy", async () => {
    const watched = await watchedEngine(threads);
    let aborted = 0;
    for (let turns = 0; ; turns++) {
      const controller = new AbortController();
      const reason = new Error(`turn ${turns}`);
      afterTurns(turns, () => controller.abort(reason));
      let model: Model<number, number> | undefined;
      try {
        model = await als.fit(ratings, { engine: watched.engine, signal: controller.signal });
      } catch (error) {
        expectAborted(error, reason);
        aborted++;
      }
      expect(watched.returned()).toBe(watched.lent());
      if (model === undefined) continue;
      // Nothing aborted before shows in the first fit that came to its end.
      expect(bitsOf(model)).toBe(expected.get(mode.name));
      break;
    }
    expect(aborted).toBeGreaterThanOrEqual(5);
  });

  it("rejects in the turn after a timer's, long before the work is done", DEADLINE, async () => {
    const watched = await watchedEngine(threads);
    const big = spreadRatings(2000, 1500, 200_000);
    const long = new ALS({ factors: 64, epochs: 10_000, ...options });
    const latencies: number[] = [];
    for (const delay of [15, 60, 120, 180, 240, 300]) {
      const controller = new AbortController();
      let stopwatch = startStopwatch();
      setTimeout(() => {
        stopwatch = startStopwatch();
        controller.abort("enough");
      }, delay);
      const error = await rejection(long.fit(big, { engine: watched.engine, signal: controller.signal }));
      latencies.push(stopwatch.lap());
      expectAborted(error, "enough");
    }
    console.log(`abort to rejection, ms: ${latencies.map((ms) => ms.toFixed(1)).join(", ")}`);
    expect(Math.max(...latencies)).toBeLessThan(PROMISED);
    await expectClean(mode, watched);
  });

  it("rejects during the set-up of many rows", DEADLINE, async () => {
    const watched = await watchedEngine(threads);
    const wide = spreadRatings(300_000, 40, 300_000);
    const controller = new AbortController();
    let stopwatch = startStopwatch();
    setTimeout(() => {
      stopwatch = startStopwatch();
      controller.abort("enough");
    }, 20);
    let epochs = 0;
    const error = await rejection(
      new ALS({ factors: 64, epochs: 1, ...options }).fit(wide, {
        engine: watched.engine,
        signal: controller.signal,
        onEpoch: () => epochs++,
      }),
    );
    const latency = stopwatch.lap();
    console.log(`abort in the set-up to rejection, ms: ${latency.toFixed(1)}`);
    expectAborted(error, "enough");
    expect(epochs).toBe(0);
    expect(latency).toBeLessThan(PROMISED);
    await expectClean(mode, watched);
  });

  it("from onEpoch ends the fit after that epoch, also after the last", async () => {
    for (const last of [1, 3]) {
      const watched = await watchedEngine(threads);
      const controller = new AbortController();
      const seen: number[] = [];
      const error = await rejection(
        als.fit(ratings, {
          engine: watched.engine,
          signal: controller.signal,
          onEpoch: ({ epoch }) => {
            seen.push(epoch);
            if (epoch === last) controller.abort("seen enough");
          },
        }),
      );
      expectAborted(error, "seen enough");
      expect(seen).toHaveLength(last);
      await expectClean(mode, watched);
    }
  });

  it("while the caller of train() holds an epoch rejects when the next is asked for", async () => {
    const watched = await watchedEngine(threads);
    const controller = new AbortController();
    const training = als.train(ratings, { engine: watched.engine, signal: controller.signal });
    await training.next();
    controller.abort("changed my mind");
    expectAborted(await rejection(training.next()), "changed my mind");
    await expectClean(mode, watched);
  });
});

describe.each(MODES)("an abort while onEpoch is still at it, on $threads threads, $name", (mode) => {
  const { threads, als } = mode;
  it("does not wait for a promise that never settles", async () => {
    const watched = await watchedEngine(threads);
    const controller = new AbortController();
    let epochs = 0;
    const fit = als.fit(ratings, {
      engine: watched.engine,
      signal: controller.signal,
      onEpoch: () => {
        epochs++;
        setTimeout(() => controller.abort("enough"), 5);
        return new Promise(() => {});
      },
    });
    expectAborted(await rejection(fit), "enough");
    expect(epochs).toBe(1);
    await expectClean(mode, watched);
  });

  it("waits for a promise that settles, and rejects with what it rejects with", async () => {
    const watched = await watchedEngine(threads);
    const done: number[] = [];
    await als.fit(ratings, {
      engine: watched.engine,
      onEpoch: async ({ epoch }) => {
        await new Promise((resolve) => setTimeout(resolve, 2));
        done.push(epoch);
      },
    });
    expect(done).toEqual([1, 2, 3]);
    const failure = new Error("no room");
    const fit = als.fit(ratings, { engine: watched.engine, onEpoch: () => Promise.reject(failure) });
    expect(await rejection(fit)).toBe(failure);
    await expectClean(mode, watched);
  });
});

describe.each(MODES)("leaving a fit in other ways, on $threads threads, $name", (mode) => {
  const { threads, als } = mode;
  it("by an onEpoch that throws rejects with what it threw", async () => {
    const watched = await watchedEngine(threads);
    const thrown = new Error("from the caller");
    const fit = als.fit(ratings, {
      engine: watched.engine,
      onEpoch: () => {
        throw thrown;
      },
    });
    expect(await rejection(fit)).toBe(thrown);
    await expectClean(mode, watched);
  });

  it("by breaking out of train() gives the memory back", async () => {
    const watched = await watchedEngine(threads);
    for await (const { epoch } of als.train(ratings, { engine: watched.engine })) if (epoch === 2) break;
    await expectClean(mode, watched);
  });

  it("by a row that cannot be solved gives the memory back", async () => {
    const watched = await watchedEngine(threads);
    const unregularized = new ALS({ factors: 64, regularization: 0, solver: "cholesky" });
    expect(await rejection(unregularized.fit(ratings, { engine: watched.engine }))).toMatchObject({
      code: "not-positive-definite",
    });
    await expectClean(mode, watched);
  });
});

describe.each([1, 3])("aborting a fit while a side is summed over all its rows, on %i threads", (threads) => {
  const mode = MODES.find((one) => one.threads === threads && one.name === "implicit")!;

  it("rejects at once, whatever the solver", DEADLINE, async () => {
    // Next to nothing but those sums: a user has one rating.
    const wide = spreadRatings(150_000, 10, 150_000);
    for (const solver of ["cholesky", "cg", "ials++", "nonnegative"] as const) {
      const watched = await watchedEngine(threads);
      const als = new ALS({ ...mode.options, solver, factors: 128, precision: "float32", epochs: 1 });
      const controller = new AbortController();
      let within = false;
      let stopwatch = startStopwatch();
      const spies = [InlineDriver, LaneDriver].map((driver) => {
        const { sumFixed } = driver.prototype;
        return vi.spyOn(driver.prototype, "sumFixed").mockImplementation(async function (this: never, half) {
          let running = true;
          setTimeout(() => {
            within = running;
            stopwatch = startStopwatch();
            controller.abort("enough");
          }, 5);
          await sumFixed.call(this, half).finally(() => {
            running = false;
          });
        });
      });
      const fit = als.fit(wide, { engine: watched.engine, signal: controller.signal });
      const error = await rejection(fit).finally(() => {
        for (const spy of spies) spy.mockRestore();
      });
      const latency = stopwatch.lap();
      expectAborted(error, "enough");
      expect(within).toBe(true);
      expect(latency).toBeLessThan(PROMISED);
      await expectClean(mode, watched);
    }
  });
});
