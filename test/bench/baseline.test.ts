import { describe, expect, test } from "vitest";
import { halfEpoch as blocked } from "../../bench/baseline/blocked.js";
import type { HalfEpoch, Numbers } from "../../bench/baseline/half-epoch.js";
import { halfEpoch as plain } from "../../bench/baseline/plain.js";
import { seededRandom } from "../../src/random.js";

const COLUMNS = 40;
/** Ratings by row: none, one, around a block and around a tile of the blocked baseline. */
const COUNTS = [0, 1, 2, 7, 127, 128, 129, 0, 260];

function problem(factors: number, Kind: typeof Float64Array | typeof Float32Array): HalfEpoch {
  const random = seededRandom(factors, "test");
  const starts = new Float64Array(COUNTS.length + 1);
  for (const [row, count] of COUNTS.entries()) starts[row + 1] = starts[row]! + count;
  const total = starts.at(-1)!;
  return {
    starts,
    columns: Int32Array.from({ length: total }, () => random.integer(COLUMNS)),
    values: new Kind(total).map(() => 1 + random.integer(5)),
    lambdas: Float64Array.from(COUNTS, (count) => 0.5 + 0.1 * count),
    fixed: new Kind(COLUMNS * factors).map(() => random.unit() - 0.3),
    solved: new Kind(COUNTS.length * factors).fill(Number.NaN),
    factors,
  };
}

/** The normal equations of one row by Gauss–Jordan elimination: shares no code and no method with the baselines. */
function denseRow({ starts, columns, values, lambdas, fixed, factors }: HalfEpoch, row: number): number[] {
  const system = Array.from({ length: factors }, (_, i) =>
    Array.from({ length: factors + 1 }, (_, j) => (i === j ? lambdas[row]! : 0)),
  );
  for (let n = starts[row]!; n < starts[row + 1]!; n++) {
    const u = fixed.subarray(columns[n]! * factors, (columns[n]! + 1) * factors);
    for (const [i, equation] of system.entries()) {
      for (let j = 0; j < factors; j++) equation[j]! += u[i]! * u[j]!;
      equation[factors]! += values[n]! * u[i]!;
    }
  }
  for (let pivot = 0; pivot < factors; pivot++) {
    const scale = system[pivot]![pivot]!;
    system[pivot] = system[pivot]!.map((x) => x / scale);
    for (const [i, equation] of system.entries()) {
      const factor = equation[pivot]!;
      if (i !== pivot) system[i] = equation.map((x, j) => x - factor * system[pivot]![j]!);
    }
  }
  return system.map((equation) => equation[factors]!);
}

function largestError(solved: Numbers, expected: readonly number[]): number {
  const scale = Math.max(1e-30, ...expected.map(Math.abs));
  return Math.max(...expected.map((x, i) => Math.abs(solved[i]! - x))) / scale;
}

describe.each([
  { name: "plain", halfEpoch: plain },
  { name: "blocked", halfEpoch: blocked },
])("the $name baseline", ({ halfEpoch }) => {
  test.each([1, 2, 3, 4, 5, 8, 16, 17, 33, 64])("solves every row at %i factors", (factors) => {
    for (const [Kind, tolerance] of [
      [Float64Array, 1e-11],
      [Float32Array, 1e-3],
    ] as const) {
      const given = problem(factors, Kind);
      halfEpoch(given);
      for (const [row, count] of COUNTS.entries()) {
        const solved = given.solved.subarray(row * factors, (row + 1) * factors);
        const expected = count === 0 ? new Array(factors).fill(0) : denseRow(given, row);
        expect(largestError(solved, expected), `row ${row} of ${count} ratings`).toBeLessThan(tolerance);
      }
    }
  });
});
