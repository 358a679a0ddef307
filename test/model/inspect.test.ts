import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Inspection, Model } from "../../src/model/index.js";
import { type Id, Vocabulary } from "../../src/ratings/vocabulary.js";
import { handMade, infoOf, randomModel } from "./fixtures.js";

/** Two axes of singular values 8 and 2: R̂ = 8·p₁q₁ᵀ + 2·p₂q₂ᵀ, its factors mixed by an invertible map. */
function twoAxes(): Model<string, string> {
  const half = [0.5, 0.5, 0.5, 0.5];
  const turns = [0.5, -0.5, 0.5, -0.5];
  const users = ["a", "b", "c", "d"];
  const items = ["i", "j", "k", "l"];
  // p₁ = half, p₂ = turns; q₁ = (0.1, −0.7, 0.7, 0.1), q₂ = (0.7, 0.1, −0.1, 0.7).
  const q = [
    [0.1, 0.7],
    [-0.7, 0.1],
    [0.7, -0.1],
    [0.1, 0.7],
  ] as const;
  return new Model({
    ...handMade(),
    users: new Vocabulary("string", users),
    items: new Vocabulary("string", items),
    // W = P·S·A and U = Q·A⁻ᵀ with A = (1 1; 0 2), A⁻ᵀ = (1 0; −½ ½).
    userFactors: Float64Array.from(users.flatMap((_, i) => [8 * half[i]!, 8 * half[i]! + 4 * turns[i]!])),
    itemFactors: Float64Array.from(q.flatMap(([one, two]) => [one - two / 2, two / 2])),
    userBiases: new Float64Array(4),
    itemBiases: new Float64Array(4),
    userCounts: Int32Array.of(1, 1, 1, 1),
    itemCounts: Int32Array.of(1, 1, 1, 1),
    history: { kind: "none" },
    info: infoOf(4, 4, 4, "float64"),
  });
}

/** R̂ without μ and biases, summed in plain order. */
function matrixOf(model: Model): number[][] {
  return Array.from(model.users, (user) => {
    const w = model.userVector(user);
    return Array.from(model.items, (item) => {
      const u = model.itemVector(item);
      return Array.from(u, (value, k) => value * w[k]!).reduce((sum, value) => sum + value, 0);
    });
  });
}

const product = (rows: number[][], column: number[]): number[] =>
  rows.map((row) => row.reduce((sum, value, j) => sum + value * column[j]!, 0));
const transposed = (rows: number[][]): number[][] => rows[0]!.map((_, j) => rows.map((row) => row[j]!));
const near = (a: readonly number[], b: readonly number[], tolerance: number) => {
  expect(a).toHaveLength(b.length);
  for (const [at, value] of a.entries()) expect(Math.abs(value - b[at]!)).toBeLessThanOrEqual(tolerance);
};

describe("inspect", () => {
  test("finds the axes that a model was made of, and who stands at their ends", async () => {
    const { axes, ...all } = await twoAxes().inspect({ count: 2 });
    expect(all).toMatchObject({ factors: 2, rank: 2 });
    near(all.values, [8, 2], 1e-12);
    near(all.energy, [64 / 68, 4 / 68], 1e-14);
    // exp(−0.8 ln 0.8 − 0.2 ln 0.2) = 5 ÷ 4^0.8
    expect(all.effectiveRank).toBeCloseTo(5 / 4 ** 0.8, 12);
    expect(axes.map(({ axis }) => axis)).toEqual([1, 2]);
    const names = (list: { item: Id }[]) => list.map(({ item }) => item);
    // Of −0.7 and 0.7, as large as each other, the first is positive.
    expect(names(axes[0]!.highest)[0]).toBe("j");
    expect(names(axes[0]!.lowest)[0]).toBe("k");
    near(
      [axes[0]!.highest[0]!.value, axes[0]!.lowest[0]!.value],
      [0.7 * Math.sqrt(8), -0.7 * Math.sqrt(8)],
      1e-12,
    );
    expect(names(axes[1]!.highest).sort()).toEqual(["i", "l"]);
    expect(names(axes[1]!.lowest)[0]).toBe("k");
    near(
      axes[1]!.highest.map(({ value }) => value),
      [0.7 * Math.SQRT2, 0.7 * Math.SQRT2],
      1e-12,
    );
    expect([axes[1]!.value, axes[1]!.energy]).toEqual([all.values[1], all.energy[1]]);
  });

  test("has the loadings of a decomposition, on random models", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(10_000),
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom("float32" as const, "float64" as const),
        async (seed, factors, precision) => {
          const model = randomModel({ seed, factors, precision, users: 11, items: 9 });
          const matrix = matrixOf(model);
          const back = transposed(matrix);
          const { values, energy, rank, axes } = await model.inspect({ axes: factors, count: 99 });
          const square = matrix.flat().reduce((sum, value) => sum + value * value, 0);
          const scale = Math.max(square, 1e-300);
          near([values.reduce((sum, value) => sum + value * value, 0)], [square], 1e-10 * scale);
          near(
            energy,
            values.map((value) => (value * value) / scale),
            1e-10,
          );
          expect(axes).toHaveLength(rank);
          for (const [k, { axis, value, highest, lowest }] of axes.entries()) {
            expect([axis, value]).toEqual([k + 1, values[k]]);
            // All that have ratings, sorted; the others have zero factors here, and so zero loadings.
            expect(highest.map((one) => one.value)).toEqual(
              highest.map((one) => one.value).sort((a, b) => b - a),
            );
            expect(lowest.map((one) => one.value)).toEqual(highest.map((one) => one.value).reverse());
            const loadings = Array.from(
              model.items,
              (id) => highest.find(({ item }) => item === id)?.value ?? 0,
            );
            // v = q√σ: R̂ᵀR̂ v = σ² v and ‖v‖² = σ.
            near(
              product(back, product(matrix, loadings)),
              loadings.map((loading) => loading * value * value),
              1e-10 * values[0]! ** 2.5,
            );
            near([loadings.reduce((sum, loading) => sum + loading * loading, 0)], [value], 1e-8 * values[0]!);
          }
        },
      ),
      { seed: 7, numRuns: 60 },
    );
  });

  test("leaves out items without training ratings", async () => {
    const parts = handMade({
      itemCounts: Int32Array.of(1, 0, 1),
      itemFactors: Float64Array.of(1, 0, 9, 9, 0, 1),
    });
    const { axes } = await new Model(parts).inspect({ count: 10 });
    for (const { highest, lowest } of axes)
      for (const list of [highest, lowest])
        expect(list.map(({ item }) => item).sort()).toEqual(["Alien", "Casablanca"]);
  });

  test("names only items with as many ratings as asked for", async () => {
    const model = new Model(handMade({ itemCounts: Int32Array.of(4, 9, 5) }));
    const named = async (minRatings: number) =>
      (await model.inspect({ axes: 1, minRatings })).axes[0]!.highest.map(({ item }) => item).sort();
    expect(await named(1)).toEqual(["Alien", "Brazil", "Casablanca"]);
    expect(await named(5)).toEqual(["Brazil", "Casablanca"]);
    expect(await named(10)).toEqual([]);
  });

  test("tells of five axes with five items at each end, or of as many as there are", async () => {
    const large = await randomModel({ factors: 8, users: 30, items: 30 }).inspect();
    expect(large.values).toHaveLength(8);
    expect(large.axes).toHaveLength(5);
    expect(large.axes[4]!.highest).toHaveLength(5);
    expect((await new Model(handMade()).inspect()).axes.length).toBeLessThanOrEqual(2);
  });

  test("tells nothing of axes that do not exist", async () => {
    // Both features of the items are the same: one taste.
    const one = await new Model(
      handMade({ itemFactors: Float64Array.of(1, 1, 2, 2, 3, 3), userFactors: Float64Array.of(1, 2, 3, 4) }),
    ).inspect({ axes: 2 });
    expect([one.rank, one.axes.length, one.values[1], one.energy[1]]).toEqual([1, 1, 0, 0]);
    expect(one.effectiveRank).toBeCloseTo(1, 12);
    const none = await new Model(
      handMade({ itemFactors: new Float64Array(6), userFactors: new Float64Array(4) }),
    ).inspect();
    expect(none).toEqual({
      factors: 2,
      rank: 0,
      effectiveRank: 0,
      values: [0, 0],
      energy: [0, 0],
      axes: [],
    } satisfies Inspection);
  });

  test("is plain JSON", async () => {
    const inspection = await randomModel({ itemIds: "number" }).inspect({ axes: 2 });
    expect(JSON.parse(JSON.stringify(inspection))).toEqual(inspection);
  });

  test.each([
    [{ axes: 0 }, RangeError, "axes must be an integer from 1 to 5, not 0"],
    [{ axes: 6 }, RangeError, "axes must be an integer from 1 to 5, not 6"],
    [{ axes: 1.5 }, RangeError, "axes must be an integer from 1 to 5, not 1.5"],
    [{ axes: "3" }, TypeError, 'not the string "3"'],
    [{ count: 0 }, RangeError, "count must be an integer of at least 1, not 0"],
    [{ count: Number.NaN }, RangeError, "not NaN"],
    [{ minRatings: 0 }, RangeError, "minRatings must be an integer of at least 1, not 0"],
    [{ axis: 1 }, RangeError, 'inspect: unknown option "axis"; did you mean "axes"?'],
    [null, TypeError, "inspect: options must be an object, not null"],
    [{ engine: {} }, TypeError, "engine must be an Engine"],
    [{ signal: {} }, TypeError, "signal must be an AbortSignal"],
  ])("refuses %j", async (options, type, message) => {
    const asked = randomModel().inspect(options as never);
    await expect(asked).rejects.toThrow(type);
    await expect(asked).rejects.toThrow(message);
  });

  test("is aborted by its signal, and refused by a model that was disposed of", async () => {
    const model = randomModel();
    await expect(model.inspect({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
    model.dispose();
    await expect(model.inspect()).rejects.toMatchObject({ code: "disposed" });
  });
});
