import { describe, expect, it } from "vitest";
import { FixedSide } from "../../src/kernel/fixed-side.js";
import { implicitTerms } from "../../src/kernel/index.js";
import type { FixedRows, LoneRow } from "../../src/kernel/row-room.js";
import { SummedSide } from "../../src/kernel/summed-side.js";
import { seededRandom } from "../../src/random.js";
import { createYielder } from "../../src/yield.js";
import { hex } from "../support/bytes.js";

const GUARD = { what: "a test", signal: undefined, check: () => undefined };
const ROWS = 50;

type Kind = "plain" | "biases" | "implicit" | "implicit, biases" | "nonnegative";

function sideOf(factors: number, kind: Kind, rowCount: number = ROWS): FixedRows {
  const random = seededRandom(factors, "test");
  return {
    rowCount,
    factors,
    values: Float64Array.from({ length: rowCount * factors }, () => random.unit() - 0.4),
    biases: kind.endsWith("biases")
      ? Float64Array.from({ length: rowCount }, () => random.unit())
      : undefined,
    mean: kind === "biases" ? 3.5 : 0,
    biasLambda: 2,
    implicit: kind.startsWith("implicit")
      ? implicitTerms({ alpha: 2, form: "linear", offset: 1 }, undefined)
      : undefined,
    nonnegative: kind === "nonnegative",
    arithmetic: "default",
  };
}

function rowOf(count: number, rowCount: number, lambda: number, weighted: boolean): LoneRow {
  const random = seededRandom(count, "test");
  return {
    columns: Int32Array.from({ length: count }, (_, at) => Math.floor((at * rowCount) / count)),
    values: Float64Array.from({ length: count }, () => 1 + random.integer(9) / 2),
    weights: weighted ? Float64Array.from({ length: count }, () => 0.5 + random.unit()) : undefined,
    lambda,
    name: "a row",
  };
}

async function both(rows: FixedRows): Promise<{ fixed: FixedSide; summed: SummedSide }> {
  return {
    fixed: await FixedSide.open(rows, GUARD, createYielder()),
    summed: await SummedSide.open(rows, GUARD, createYielder()),
  };
}

describe.each<Kind>(["plain", "biases", "implicit", "implicit, biases", "nonnegative"])("%s:", (kind) => {
  it.each([1, 2, 3, 4, 5, 7, 8, 16, 33, 64, 130])(
    "K = %i: sums taken out and put in again give the bits of a row that is solved at once",
    async (factors) => {
      const { fixed, summed } = await both(sideOf(factors, kind));
      for (const weighted of [false, true])
        for (const count of [1, 7, 50]) {
          const row = rowOf(count, ROWS, 0.7, weighted);
          const wanted = await fixed.solve(row, GUARD);
          const sums = summed.sum(row);
          expect(sums.size.count).toBe(count);
          // Another row in between, so that nothing of the first is left in the workspace.
          summed.solve(summed.sum(rowOf(13, ROWS, 0.7, weighted)), 0.7, "another");
          for (let again = 0; again < 2; again++) {
            const found = summed.solve(sums, 0.7, "a row");
            expect(hex(found.factors)).toBe(hex(wanted.factors));
            expect(found.bias).toBe(wanted.bias);
          }
        }
    },
  );
});

it("takes a row that is longer than a call, in pieces", async () => {
  const { fixed, summed } = await both(sideOf(6, "biases", 40_000));
  const row = rowOf(40_000, 40_000, 0.7, false);
  const wanted = await fixed.solve(row, GUARD);
  const found = summed.solve(summed.sum(row), 0.7, "a row");
  expect(hex(found.factors)).toBe(hex(wanted.factors));
  expect(found.bias).toBe(wanted.bias);
});

it("takes columns behind the end for rows of zeros", async () => {
  const rows = sideOf(3, "biases");
  const summed = await SummedSide.open(rows, GUARD, createYielder());
  const row = rowOf(5, ROWS, 0.7, false);
  const more = {
    ...row,
    columns: Int32Array.of(...row.columns, ROWS, ROWS + 1, ROWS + 900),
    values: Float64Array.of(...row.values, 5, 4, 1),
  };
  const widened: FixedRows = {
    ...rows,
    rowCount: ROWS + 3,
    values: Float64Array.of(...rows.values, ...new Float64Array(9)),
    biases: Float64Array.of(...rows.biases!, 0, 0, 0),
  };
  const fixed = await FixedSide.open(widened, GUARD, createYielder());
  const wanted = await fixed.solve(
    { ...more, columns: Int32Array.of(...row.columns, ROWS, ROWS + 1, ROWS + 2) },
    GUARD,
  );
  const found = summed.solve(summed.sum(more), 0.7, "a row");
  expect(hex(found.factors)).toBe(hex(wanted.factors));
  expect(found.bias).toBe(wanted.bias);
});

it("remembers that a rating weighed less than all pairs do, also where it came later", async () => {
  const implicit = implicitTerms({ alpha: 1, form: "linear", offset: 0 }, undefined);
  const rows = { ...sideOf(4, "implicit"), implicit };
  const { fixed, summed } = await both(rows);
  const row = { ...rowOf(6, ROWS, 0.7, false), values: Float64Array.of(3, 2, 1, 4, 0.25, 2) };
  const without = (numbers: Float64Array): Float64Array => numbers.filter((_, at) => at !== 4);
  const less = {
    ...row,
    columns: row.columns.filter((_, at) => at !== 4),
    values: without(row.values),
  };
  const sums = summed.sum(less);
  expect(sums.numbers[2]).toBe(0);
  summed.change(sums, { column: row.columns[4]!, value: 0.25, weight: 0.25 }, 1);
  expect(sums.numbers[2]).toBe(1);
  const wanted = await fixed.solve(row, GUARD);
  const found = summed.solve(sums, 0.7, "a row");
  for (let k = 0; k < 4; k++) expect(found.factors[k]).toBeCloseTo(wanted.factors[k]!, 12);
});

describe("sums are worn", () => {
  const open = async (): Promise<SummedSide> => SummedSide.open(sideOf(4, "biases"), GUARD, createYielder());
  const rating = { column: 3, value: 4, weight: undefined };

  it("below half of the ratings that they have had", async () => {
    // All ratings weigh the same: only their number falls.
    const rows = { ...sideOf(4, "plain"), values: new Float64Array(4 * ROWS).fill(0.5) };
    const summed = await SummedSide.open(rows, GUARD, createYielder());
    const row = { ...rowOf(10, ROWS, 1, false), values: new Float64Array(10).fill(3) };
    const sums = summed.sum(row);
    for (let at = 0; at < 6; at++) {
      expect(SummedSide.isWorn(sums)).toBe(false);
      summed.change(sums, { column: row.columns[at]!, value: 3, weight: undefined }, -1);
    }
    expect(SummedSide.isWorn(sums)).toBe(true);
  });

  it.each([
    ["of a weight", { ...rating, weight: 1e6 }],
    ["of a value", { ...rating, value: 1e6 }],
  ])("when most %s is gone", async (_, large) => {
    const summed = await open();
    const sums = summed.sum(rowOf(10, ROWS, 1, false));
    summed.change(sums, large, 1);
    expect(SummedSide.isWorn(sums)).toBe(false);
    summed.change(sums, large, -1);
    summed.change(sums, rating, 1);
    expect(SummedSide.isWorn(sums)).toBe(true);
  });

  it("after many changes", async () => {
    const summed = await open();
    const sums = summed.sum(rowOf(10, ROWS, 1, false));
    let changes = 0;
    for (; !SummedSide.isWorn(sums); changes++) summed.change(sums, rating, changes % 2 === 0 ? 1 : -1);
    expect(changes).toBe(1025);
  });
});
