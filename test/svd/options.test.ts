import { describe, expect, it } from "vitest";
import { Engine } from "../../src/kernel/index.js";
import { Ratings } from "../../src/ratings/index.js";
import { SVD, type SvdOptions, type SvdProgress } from "../../src/svd/index.js";
import { spreadRatings } from "../als/fixtures.js";
import { watchedEngine } from "../als/leases.js";
import { CAN_SHARE } from "../support/sharing.js";
import { dense, ratingsOf } from "./problems.js";

const THREADS = CAN_SHARE ? [1, 3] : [1];

/** What making or fitting threw, as one line. */
async function complaint(
  options: unknown,
  fitOptions?: unknown,
  ratings: unknown = ratingsOf(dense(1, 6, 5)),
) {
  try {
    await new SVD(options as SvdOptions).fit(ratings as Ratings<number, number>, fitOptions as object);
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
  return "nothing";
}

describe("options of SVD", () => {
  it.each<[object, RegExp]>([
    [{ factors: 0 }, /^RangeError: factors must be /],
    [{ factors: 1.5 }, /^RangeError: factors must be /],
    [{ factors: Number.NaN }, /^RangeError: factors must be /],
    [{ factors: "3" }, /^TypeError: factors must be .*the string "3"/],
    [{ factors: 6 }, /^RangeError: .*factors/],
    [{ factors: 2, center: "median" }, /^RangeError: center must be "none", "mean" or "biases"/],
    [{ factors: 2, center: true }, /^TypeError: center must be /],
    [{ factors: 2, tolerance: -1 }, /^RangeError: tolerance must be /],
    [{ factors: 2, tolerance: Number.NaN }, /^RangeError: tolerance must be /],
    [{ factors: 2, tolerance: "1e-3" }, /^TypeError: tolerance must be /],
    [{ factors: 2, maxIterations: 0 }, /^RangeError: maxIterations must be /],
    [{ factors: 2, maxIterations: 2.5 }, /^RangeError: maxIterations must be /],
    [{ factors: 2, strict: 1 }, /^TypeError: strict must be /],
    [{ factors: 2, precision: "float16" }, /^RangeError: precision must be /],
    [{ factors: 2, seed: -1 }, /^RangeError: seed must be /],
    [{ factors: 2, seed: "1" }, /^TypeError: seed must be /],
    [{ factors: 2, history: "all" }, /^RangeError: history must be /],
    [{ factors: 2, center: "biases", biasRegularization: -1 }, /^RangeError: biasRegularization must be /],
    [{ factor: 2 }, /^RangeError: SVD: unknown option "factor"; did you mean "factors"\?/],
    [{ factors: 2, epochs: 5 }, /^RangeError: SVD: unknown option "epochs"/],
  ])("refuses %o", async (options, message) => {
    expect(await complaint(options)).toMatch(message);
  });

  it("refuses what is no object", async () => {
    for (const options of [5, null, "32", []])
      expect(await complaint(options)).toMatch(/^TypeError: SVD: options must be an object/);
  });

  it("refuses ratings that are none, and those with weights", async () => {
    expect(await complaint({ factors: 1 }, {}, [[1, 1, 5]])).toMatch(/^TypeError: .*Ratings/);
    const weighted = Ratings.fromColumns({
      users: Int32Array.of(0, 1),
      items: Int32Array.of(0, 1),
      values: Float32Array.of(1, 2),
      weights: Float64Array.of(1, 3),
    });
    expect(await complaint({ factors: 1, center: "none" }, {}, weighted)).toMatch(/^\w*Error: .*weights/);
  });

  it("refuses unknown options of fit, what is no engine, no signal and no function", async () => {
    const given = { factors: 2, center: "none" };
    expect(await complaint(given, { engine: {} })).toMatch(/^TypeError: engine must be an Engine/);
    expect(await complaint(given, { signal: 5 })).toMatch(/^TypeError: signal must be an AbortSignal, not 5/);
    expect(await complaint(given, { onProgress: 1 })).toMatch(
      /^TypeError: onProgress must be a function, not 1/,
    );
    expect(await complaint(given, { onEpoch: () => undefined })).toMatch(
      /^RangeError: .*unknown option "onEpoch"/,
    );
  });

  it("are decided where nothing is said", async () => {
    const model = await new SVD().fit(spreadRatings(80, 60, 2000));
    expect(model.factors).toBe(32);
    expect(model.options).toMatchObject({ factors: 32 });
    expect(["none", "mean", "biases"]).toContain(model.options["center"]);
  });
});

describe("a running SVD", () => {
  const ratings = spreadRatings(3000, 2000, 200_000);
  const svd = new SVD({
    factors: 24,
    center: "none",
    tolerance: 1e-12,
    maxIterations: 300,
    precision: "float64",
  });

  it.each(THREADS)("tells its progress, never backwards, on %i threads", async (threads) => {
    const { engine } = await watchedEngine(threads);
    const events: SvdProgress[] = [];
    const model = await new SVD({ factors: 24, center: "mean", tolerance: 1e-3 }).fit(ratings, {
      engine,
      onProgress: (event) => void events.push(event),
    });
    expect(events.length).toBeGreaterThan(2);
    for (const [at, { iteration, converged }] of events.entries()) {
      expect(iteration).toBeGreaterThanOrEqual(events[at - 1]?.iteration ?? 1);
      expect(converged).toBeLessThanOrEqual(24);
    }
    const last = events.at(-1)!;
    expect(last).toMatchObject({ iteration: model.info.run.epochs, converged: 24 });
    expect(last.residual).toBeLessThanOrEqual(1e-3);
    await engine.dispose();
  });

  it.each(THREADS)(
    "ends with what a signal says, before it begins and half-way, on %i threads",
    async (threads) => {
      const { engine, lent, returned } = await watchedEngine(threads);
      const reason = new Error("enough");
      const expected = { name: "AbortError", code: "aborted", cause: reason };
      await expect(svd.fit(ratings, { engine, signal: AbortSignal.abort(reason) })).rejects.toMatchObject(
        expected,
      );
      for (const events of [1, 3]) {
        const controller = new AbortController();
        let seen = 0;
        const fit = svd.fit(ratings, {
          engine,
          signal: controller.signal,
          onProgress: () => {
            if (++seen === events) controller.abort(reason);
          },
        });
        await expect(fit).rejects.toMatchObject(expected);
        expect(seen).toBeGreaterThanOrEqual(events);
      }
      expect(lent()).toBe(returned());
      expect((await new SVD({ factors: 2 }).fit(ratingsOf(dense(1, 6, 5)), { engine })).factors).toBe(2);
      expect(lent()).toBe(returned());
      await engine.dispose();
    },
  );

  it.each(THREADS)("ends with what onProgress throws, on %i threads", async (threads) => {
    const { engine, lent, returned } = await watchedEngine(threads);
    const thrown = new Error("from the caller");
    const onProgress = (): void => {
      throw thrown;
    };
    await expect(svd.fit(ratings, { engine, onProgress })).rejects.toBe(thrown);
    expect(lent()).toBe(returned());
    await engine.dispose();
  });

  it.each(THREADS)("ends when its engine is disposed of half-way, on %i threads", async (threads) => {
    const engine = await Engine.create({ threads });
    let disposed: Promise<void> | undefined;
    const fit = svd.fit(ratings, {
      engine,
      onProgress: () => {
        disposed ??= engine.dispose();
      },
    });
    await expect(fit).rejects.toMatchObject({ code: "disposed" });
    await disposed;
    await expect(svd.fit(ratings, { engine })).rejects.toMatchObject({ code: "disposed" });
  });
});
