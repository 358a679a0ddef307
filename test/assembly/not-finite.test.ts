import { beforeAll, describe, expect, it } from "vitest";
import { RowState } from "../../src/kernel/kernels.js";
import { seededRandom } from "../../src/random.js";
import { dot } from "../reference/matrix.js";
import { sameBytes } from "../support/bytes.js";
import { type Bench, type KernelPrecision, openBenches, PRECISIONS } from "./builds.js";
import { numbers, randomRows } from "./random.js";
import { RowCall, type RowCase, type RowResult } from "./row-job.js";

const FIXED_ROWS = 60;
/** The row that is poisoned, between two that are not. */
const SICK = 1;
/** The factor row, bias and rating that are poisoned: only the sick row points at them. */
const SICK_COLUMN = FIXED_ROWS - 1;

let benches: Bench[];
beforeAll(async () => {
  benches = await openBenches(2 ** 20);
});

/** Three rows of 140 ratings; the middle one alone has the last column, in its first tile or its second. */
function healthy(factors: number, place: number, bias: boolean, single: boolean): RowCase {
  const random = seededRandom(factors, "test");
  return {
    factors,
    fixed: randomRows(factors, FIXED_ROWS, factors, 1, single),
    fixedBiases: numbers(random, FIXED_ROWS),
    rows: [0, SICK, 2].map((row) => ({
      columns: Int32Array.from({ length: 140 }, (_, i) =>
        row === SICK && i === place ? SICK_COLUMN : random.integer(FIXED_ROWS - 1),
      ),
      values: numbers(random, 140, 4, true),
    })),
    lambdas: [0.3, 0.2, 0.1],
    mean: 0.1,
    biasLambda: bias ? 0.4 : undefined,
    wideValues: false,
  };
}

/** The case with one number changed. */
type Poisoning = (what: RowCase, place: number, value: number) => RowCase;

const POISONINGS: Record<string, Poisoning> = {
  "the first number of a factor row": (what, _, value) => withFactor(what, 0, value),
  "the last number of a factor row": (what, _, value) => withFactor(what, what.factors - 1, value),
  "a rating": (what, place, value) => ({
    ...what,
    rows: what.rows.map(({ columns, values }, r) => ({
      columns,
      values: r === SICK ? values.with(place, value) : values,
    })),
  }),
  "a bias of the fixed side": (what, _, value) => ({
    ...what,
    fixedBiases: what.fixedBiases!.with(SICK_COLUMN, value),
  }),
};

function withFactor(what: RowCase, k: number, value: number): RowCase {
  return { ...what, fixed: what.fixed.with(SICK_COLUMN, what.fixed[SICK_COLUMN]!.with(k, value)) };
}

/** The sick row is told and zeroed; the others have the bits that they have beside a healthy one. */
function expectTold(what: string, result: RowResult, clean: RowResult, state: number): void {
  expect([...result.states], what).toEqual([RowState.solved, state, RowState.solved]);
  expect(result.failed, what).toBe(1);
  for (const [name, ours, theirs] of [
    ["factors", result.solved, clean.solved],
    ["bias", result.biases, clean.biases],
    ["sums", result.sums, clean.sums],
  ] as const) {
    if (!ours || !theirs) continue;
    const width = ours.length / 3;
    expect(
      ours.subarray(width, 2 * width).every((value) => Object.is(value, 0)),
      `${what}: ${name} are 0`,
    ).toBe(true);
    for (const row of [0, 2]) {
      const [a, b] = [ours, theirs].map((values) => values.subarray(row * width, (row + 1) * width));
      expect(sameBytes(a!, b!), `${what}: ${name} of row ${row}`).toBe(true);
    }
  }
}

describe.each(Object.entries(POISONINGS))("%s", (_, poison) => {
  it.each([1, 4, 5, 16, 33, 64])("that is not finite is told, and zeros are left, K = %i", (factors) => {
    for (const bench of benches) {
      for (const precision of Object.keys(PRECISIONS) as KernelPrecision[]) {
        // float32 hands the row on to float64, which says what it is.
        const state = precision === "float32" ? RowState.doubtful : RowState.notFinite;
        for (const bias of [false, true]) {
          for (const place of [0, 139]) {
            const what = healthy(factors, place, bias, precision !== "float64");
            const clean = new RowCall(bench, precision, what).solve();
            expect(clean.failed).toBe(0);
            for (const value of [Number.NaN, Infinity, -Infinity]) {
              const result = new RowCall(bench, precision, poison(what, place, value)).solve();
              const name = `${bench.build} ${precision}, ${value} at ${place}, ${bias ? "with" : "without"} bias`;
              expectTold(name, result, clean, state);
            }
          }
        }
      }
    }
  });
});

describe("numbers too large for the arithmetic", () => {
  it("overflow in float64 is told", () => {
    for (const bench of benches) {
      const what = healthy(16, 0, true, false);
      const clean = new RowCall(bench, "float64", what).solve();
      const factor = new RowCall(bench, "float64", withFactor(what, 3, 1e200)).solve();
      expectTold(`${bench.build}: a factor of 1e200`, factor, clean, RowState.notFinite);
      const wide = { ...what, wideValues: true };
      const rating = new RowCall(bench, "float64", POISONINGS["a rating"]!(wide, 0, 1e200)).solve();
      expectTold(`${bench.build}: a rating of 1e200`, rating, clean, RowState.notFinite);
    }
  });

  it("overflow in float32 alone is solved in float64", () => {
    for (const bench of benches) {
      const what = healthy(16, 0, true, true);
      const clean = new RowCall(bench, "float32", what).solve();
      const large = withFactor(what, 3, Math.fround(1e25));
      expectTold(bench.build, new RowCall(bench, "float32", large).solve(), clean, RowState.doubtful);
      const wide = new RowCall(bench, "wide", large).solve();
      expect([...wide.states], bench.build).toEqual([RowState.solved, RowState.solved, RowState.solved]);
      expect(wide.solved.every(Number.isFinite), bench.build).toBe(true);
      // Its prediction for the rating whose factors are that large takes all of that rating.
      const w = Float64Array.from(wide.solved).subarray(SICK * wide.padded);
      const { columns, values } = large.rows[SICK]!;
      const u = large.fixed[columns[0]!]!;
      const predicted = what.mean + what.fixedBiases![SICK_COLUMN]! + wide.biases![SICK]! + dot(u, w);
      expect(predicted).toBeCloseTo(values[0]!, 5);
    }
  });

  it("a solution that float32 cannot hold is told", () => {
    for (const bench of benches) {
      const what = { ...healthy(4, 0, false, true), wideValues: true, mean: 0 };
      const huge = {
        ...what,
        rows: what.rows.map(({ columns, values }, r) => ({
          columns,
          values: r === SICK ? values.map((value) => value * 1e45) : values,
        })),
      };
      const clean = new RowCall(bench, "wide", what).solve();
      expectTold(bench.build, new RowCall(bench, "wide", huge).solve(), clean, RowState.notFinite);
    }
  });
});
