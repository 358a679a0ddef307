import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions, type EpochEvent, type ProgressEvent } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import type { Model } from "../../src/model/index.js";
import { seededRandom } from "../../src/random.js";
import { Csr, Ratings, type RatingsSide, type RatingsSource } from "../../src/ratings/index.js";
import { CAN_SHARE } from "../support/sharing.js";
import { bitsOf, spreadRatings } from "./fixtures.js";

const THREADS: readonly number[] = CAN_SHARE ? [1, 2, 3, 7] : [1];
const engines: Map<number, Engine> = new Map();
let ratings: Ratings<number, number>;

beforeAll(async () => {
  for (const threads of THREADS) engines.set(threads, await Engine.create({ threads }));
  ratings = skewed();
});
afterAll(async () => {
  for (const engine of engines.values()) await engine.dispose();
});

/** 900 × 500 with rows of all lengths: one item that everybody rated, users with one rating, ids in no order. */
function skewed(): Ratings<number, number> {
  const random = seededRandom(11, "test");
  const rows: [number, number, number][] = [];
  for (let user = 0; user < 900; user++)
    for (let item = 0; item < 500; item++)
      if (item === 7 || random.unit() < 0.2 * (1 - user / 900) * (1 - item / 500))
        rows.push([user, item, (1 + random.integer(10)) / 2]);
  return Ratings.from(rows);
}

/** What a fit came to: bits of all that it computed, and the losses on the way. */
async function outcome(
  options: AlsOptions,
  engine: Engine | undefined,
): Promise<{ bits: string; losses: number[]; model: Model<number, number> }> {
  const losses: number[] = [];
  const onEpoch = ({ loss, rmse, observed, unobserved }: EpochEvent): void =>
    void losses.push(loss, rmse, observed!, unobserved!);
  const model = await new ALS({ epochs: 3, ...options }).fit(ratings, { engine, onEpoch });
  return { bits: bitsOf(model), losses, model };
}

describe.each([
  { precision: "float64", factors: 7, biases: "full" },
  { precision: "float32", factors: 32, biases: "full" },
  { precision: "float32", factors: 64, biases: "none" },
  // Rows that float32 hands over to float64.
  { precision: "float32", factors: 16, biases: "mean", regularization: 1e-4 },
] as const)("$precision, K = $factors, biases $biases", (options) => {
  it("has the same bits and losses for any number of threads, on a fresh engine and a used one", async () => {
    const expected = await outcome(options, engines.get(1));
    for (const threads of THREADS)
      for (const time of ["first", "second"]) {
        const { bits, losses, model } = await outcome(options, engines.get(threads));
        expect(bits, `${threads} threads, ${time} fit`).toBe(expected.bits);
        expect(losses, `${threads} threads, ${time} fit`).toEqual(expected.losses);
        expect(model.info.run.threads).toBe(threads);
      }
  });

  it("has the same bits when two fits run at once on one engine", async () => {
    const other = { ...options, seed: 99 };
    const expected = [await outcome(options, engines.get(1)), await outcome(other, engines.get(1))];
    for (const threads of THREADS) {
      const engine = engines.get(threads);
      const both = await Promise.all([outcome(options, engine), outcome(other, engine)]);
      expect(
        both.map(({ bits }) => bits),
        `${threads} threads`,
      ).toEqual(expected.map(({ bits }) => bits));
    }
  });
});

/** Forms of feedback whose sums lanes share out differently. */
const FEEDBACKS: readonly (readonly [name: string, options: AlsOptions])[] = [
  ["explicit", { biases: "none" }],
  ["1 + α·r", { feedback: "implicit" }],
  ["α·r, with biases", { feedback: "implicit", biases: "full", confidence: { alpha: 0.3, offset: 0 } }],
  ["1 + α·log(1 + r)", { feedback: "implicit", confidence: { alpha: 4, form: "log" } }],
  ["all pairs", { feedback: "implicit", unobservedWeight: 0.1, scaling: 1, scalingStar: 0.5 }],
];
const SOLVERS: readonly AlsOptions[] = [
  { solver: "cholesky" },
  { solver: "cg" },
  { solver: "cg", preconditioner: "jacobi", finish: "none" },
  { solver: "ials++", blockSize: 8 },
  { solver: "nonnegative" },
];

describe.each(FEEDBACKS)("feedback %s", (_, feedback) => {
  it.each(SOLVERS.map((solver) => [JSON.stringify(solver), solver] as const))(
    "has the same bits and losses for any number of threads, %s",
    async (_name, solver) => {
      for (const [precision, factors] of [
        ["float64", 12],
        ["float32", 33],
      ] as const) {
        const biases = solver.solver === "nonnegative" ? { biases: "none" as const } : {};
        const options = { ...feedback, ...solver, ...biases, precision, factors, epochs: 2 };
        const expected = await outcome(options, engines.get(1));
        for (const threads of THREADS) {
          const { bits, losses, model } = await outcome(options, engines.get(threads));
          expect(bits, `${precision}, ${threads} threads`).toBe(expected.bits);
          expect(losses, `${precision}, ${threads} threads`).toEqual(expected.losses);
          expect(model.info.run.threads).toBe(threads);
        }
      }
    },
  );
});

/** Cores of this machine, as a page knows them and as Node does. */
function availableCores(): number {
  if (typeof process === "undefined") return navigator.hardwareConcurrency;
  return process.getBuiltinModule("node:os").availableParallelism();
}

describe.runIf(CAN_SHARE)("a fit without an engine", () => {
  it("runs on all cores, and says so", async () => {
    const { model } = await outcome({ factors: 4 }, undefined);
    const cores = availableCores();
    expect(model.info.run.threads).toBe(cores);
    expect(model.info.run.threadsWhy).toBe(cores === 1 ? "this machine has one core" : "one for each core");
  });
});

describe("onProgress", () => {
  it.each(THREADS)("tells the work done on %i threads, side by side, to the end", async (threads) => {
    const events: ProgressEvent[] = [];
    await new ALS({ factors: 32, epochs: 2 }).fit(ratings, {
      engine: engines.get(threads),
      onProgress: (event) => events.push(event),
    });
    const ends = events.filter(({ done, total }) => done === total);
    expect(ends.map(({ epoch, side, share }) => [epoch, side, share])).toEqual([
      [1, "items", 0.25],
      [1, "users", 0.5],
      [2, "items", 0.75],
      [2, "users", 1],
    ]);
    for (const [i, event] of events.entries()) {
      expect(event.total).toBe(ratings.count);
      expect(event.done).toBeLessThanOrEqual(event.total);
      expect(event.epochs).toBe(2);
      if (i > 0) expect(event.share).toBeGreaterThanOrEqual(events[i - 1]!.share);
    }
  });

  it.each(THREADS)("tells some of it before a long half-epoch ends, on %i threads", async (threads) => {
    const events: ProgressEvent[] = [];
    const big = spreadRatings(4000, 1500, 400_000);
    await new ALS({ factors: 128, epochs: 1, solver: "cholesky" }).fit(big, {
      engine: engines.get(threads),
      onProgress: (event) => events.push(event),
    });
    const between = events.filter(({ done, total }) => done > 0 && done < total);
    expect(between.length).toBeGreaterThan(2);
  });

  it.each(THREADS)("that throws ends the fit with what it threw, on %i threads", async (threads) => {
    const engine = engines.get(threads)!;
    const thrown = new Error("from the caller");
    const fit = new ALS({ factors: 8 }).fit(ratings, {
      engine,
      onProgress: () => {
        throw thrown;
      },
    });
    await expect(fit).rejects.toBe(thrown);
    const expected = await outcome({ factors: 7 }, engines.get(1));
    expect((await outcome({ factors: 7 }, engine)).bits).toBe(expected.bits);
  });

  it.each(THREADS)("whose promise rejects ends the fit with that, on %i threads", async (threads) => {
    const rejected = new Error("later");
    const fit = new ALS({ factors: 8, epochs: 50 }).fit(ratings, {
      engine: engines.get(threads),
      onProgress: () => Promise.reject(rejected),
    });
    await expect(fit).rejects.toBe(rejected);
  });

  it("must be a function", async () => {
    const fit = new ALS().fit(ratings, { onProgress: 1 as unknown as () => void });
    await expect(fit).rejects.toThrow(new TypeError("onProgress must be a function, not 1"));
  });
});

describe("a row that cannot be solved", () => {
  it.each(THREADS)("is named, and the engine goes on, on %i threads", async (threads) => {
    const engine = engines.get(threads)!;
    const sparse = new ALS({ factors: 8, regularization: 0, biases: "none" }).fit(ratings, { engine });
    await expect(sparse).rejects.toMatchObject({
      code: "not-positive-definite",
      message: expect.stringMatching(/^item \d+: the normal equations are not positive definite/),
    });
    const expected = await outcome({ factors: 7 }, engines.get(1));
    expect((await outcome({ factors: 7 }, engine)).bits).toBe(expected.bits);
  });
});

describe.runIf(CAN_SHARE)("a source of ratings that is no Ratings", () => {
  /** A side that hands out copies alone, as a file would. */
  function readOnly(side: Csr, shared: boolean): RatingsSide {
    const { rowCount, columnCount, count, starts, valueBytes } = side;
    return {
      ...{ rowCount, columnCount, count, starts, valueBytes },
      read: (from, to, columns, values) => side.read(from, to, columns, values),
      share: () => (shared ? side.share() : undefined),
    };
  }

  function sourceOf(shared: boolean): RatingsSource<number, number> {
    const { users, items, userCount, itemCount, count, mean, min, max, byUser, byItem } = ratings;
    const sides = { byUser: readOnly(byUser, shared), byItem: readOnly(byItem, shared) };
    return { users, items, userCount, itemCount, count, mean, min, max, ...sides };
  }

  it("gives the same model and history, on lanes where it can be shared and on one thread where not", async () => {
    const als = new ALS({ factors: 7, epochs: 2, history: "ratings" });
    const expected = await als.fit(ratings, { engine: engines.get(1) });
    for (const shared of [true, false]) {
      const model = await als.fit(sourceOf(shared), { engine: engines.get(3) });
      expect(bitsOf(model)).toBe(bitsOf(expected));
      expect(model.info.run.threads).toBe(shared ? 3 : 1);
      if (!shared) expect(model.info.run.threadsWhy).toBe("one thread: others cannot read these ratings");
      for (const user of [0, 5, 899])
        expect(model.recommend(user, { count: 20 })).toEqual(expected.recommend(user, { count: 20 }));
    }
  });

  it("lies outside the WebAssembly memory, in buffers that threads share", () => {
    for (const { starts, columns, values } of [ratings.byUser, ratings.byItem])
      for (const { buffer } of [starts, columns, values]) expect(buffer).toBeInstanceOf(SharedArrayBuffer);
    const own = new Csr(1, {
      starts: new Float64Array([0, 1]),
      columns: new Int32Array(1),
      values: new Float32Array(1),
      weights: undefined,
    });
    expect(own.share()).toBeUndefined();
  });
});
