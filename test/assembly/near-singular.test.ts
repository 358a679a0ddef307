import { beforeAll, describe, expect, it } from "vitest";
import { type Random, seededRandom } from "../../src/random.js";
import { type Bench, openBench } from "./builds.js";
import { Fixture, type Outcome } from "./fixture.js";
import { numbers } from "./random.js";
import { RowCall } from "./row-job.js";
import {
  type Case,
  expectRefused,
  expectSolvedRows,
  forEachTable,
  type Shaping,
  TABLE_ROWS,
} from "./singular-systems.js";

const TESTED_BUILDS = ["simd", "relaxed"] as const;
const SEEDS = 200;

function openFixtures({ factors, precision, bias }: Case): Promise<Fixture[]> {
  const shape = { precision, factors, bias, rowCount: SEEDS, fixedCount: TABLE_ROWS };
  return Promise.all(TESTED_BUILDS.map((build) => Fixture.open(build, shape)));
}

function isRefusal({ error }: Outcome): boolean {
  return (error as { code?: string } | undefined)?.code === "not-positive-definite";
}

/** One column is another one and `distance` of noise. */
const nearDuplicate =
  (distance: number): Shaping =>
  (rows, factors, random) => {
    const from = random.integer(factors);
    const to = (from + 1 + random.integer(factors - 1)) % factors;
    for (const row of rows) row[to] = row[from]! + distance * (random.unit() - 0.5);
  };

/**
 * Columns y₀, y₀ + δy₁, y₁ + δy₂, …, and y_length as the last column, or 1 in its place, which is the bias: dependent, but
 * no pivot before the last is below about δ², and what is left of the last is noise that each link of the chain has
 * magnified by 1/δ².
 */
const chain =
  (length: number, delta: number, number: (random: Random) => number, toBias: boolean): Shaping =>
  (rows, factors, random) => {
    for (const row of rows) {
      const y = Array.from({ length: length + 1 }, () => number(random));
      if (toBias) y[length] = 1;
      row[0] = y[0]!;
      for (let k = 1; k <= length; k++) row[k] = y[k - 1]! + delta * y[k]!;
      if (!toBias) row[factors - 1] = y[length]!;
    }
  };

// Large beside the 1 of a bias, so that noise of the columns is large beside its pivot.
const fine = (random: Random): number => (random.unit() - 0.5) * 64;
/** Numbers of 10 bits, so that float32 holds the columns of a chain exactly. */
const coarse = (random: Random): number => (random.integer(2_047) - 1_023) / 16;

describe.each([16, 64].flatMap((factors) => [false, true].map((bias) => ({ factors, bias }))))(
  "K = $factors, bias $bias, λ = 0",
  ({ factors, bias }) => {
    it.each(["float64", "float32"] as const)("near-duplicate columns in %s", async (precision) => {
      const what = { factors, precision, bias };
      const fixtures = await openFixtures(what);
      for (let exponent = 1; exponent <= 12; exponent++) {
        // Near enough to be noise, far enough to be sound, or in between: solved well or refused, but nothing else.
        const shape = nearDuplicate(10 ** -exponent);
        forEachTable(fixtures, what, SEEDS, 2 * factors, [0, 0], shape, (name, table, rows, outcomes) => {
          const where = `${name}, distance 1e-${exponent}`;
          if (exponent >= 9) expectRefused(where, outcomes);
          const solved = outcomes.map((outcome, row) => ({ outcome, row: rows[row]! }));
          const kept = exponent <= 5 ? solved : solved.filter(({ outcome }) => !isRefusal(outcome));
          expectSolvedRows(
            where,
            table,
            kept.map(({ row }) => row),
            kept.map(({ outcome }) => outcome),
            what,
            [0, 0],
          );
        });
      }
    });

    const refusesChains = async (
      precision: "float64" | "float32",
      lengths: number[],
      exponents: number[],
      number: (random: Random) => number,
    ) => {
      const what = { factors, precision, bias };
      const fixtures = await openFixtures(what);
      for (const toBias of bias ? [false, true] : [false])
        for (const length of lengths)
          for (const exponent of exponents) {
            const shape = chain(length, 2 ** -exponent, number, toBias);
            forEachTable(fixtures, what, 60, 2 * factors, [0, 0], shape, (name, _, __, outcomes) => {
              const end = toBias ? "the bias" : "a column";
              expectRefused(`${name}, ${length} links of 2^-${exponent} to ${end}`, outcomes);
            });
          }
    };

    it("columns that depend on others through a chain of near-duplicates are refused", () =>
      refusesChains("float64", [1, 2, 3, 4], [3, 5, 7, 10, 13, 17, 20, 25], fine));

    // Beyond, pivots just above 1e-2 of their diagonal, each trusted, can hide that the last is noise.
    it("they are refused in float32 up to two links", () =>
      refusesChains("float32", [1, 2], [2, 3, 4, 6, 8, 10, 12], coarse));
  },
);

describe("many ratings of the same factor row at λ = 0", () => {
  let benches: Bench[];
  beforeAll(async () => {
    benches = await Promise.all(TESTED_BUILDS.map((build) => openBench(build, 2 * 2 ** 20)));
  });

  // Every tile and every sum of tiles rounds the same way, so that rounding adds up instead of cancelling.
  it.each([2, 3, 4, 5, 8, 16])("are refused however many there are, K = %i", (factors) => {
    for (const bench of benches) {
      for (const precision of ["float64", "wide"] as const) {
        for (const count of [factors + 1, 129, 1_000, 5_000, 20_000]) {
          for (let seed = 0; seed < (count > 1_000 ? 10 : 40); seed++) {
            const random = seededRandom(seed, "test");
            const { states } = new RowCall(bench, precision, {
              factors,
              fixed: [numbers(random, factors, 1, precision === "wide")],
              rows: [{ columns: new Int32Array(count), values: numbers(random, count) }],
              lambdas: [0],
              mean: 0,
              wideValues: true,
            }).solve();
            expect(states[0], `${bench.build} ${precision}, ${count} ratings, seed ${seed}`).toBe(2);
          }
        }
      }
    }
  });
});
