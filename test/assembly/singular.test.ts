import { beforeAll, describe, expect, it } from "vitest";
import { dot, norm, solveDense } from "../reference/matrix.js";
import { PRECISIONS } from "./builds.js";
import { Fixture } from "./fixture.js";
import {
  type Case,
  expectRefused,
  expectSolvedRows,
  forEachTable,
  type Shaping,
  TABLE_ROWS,
} from "./singular-systems.js";
import { backwardError } from "./tolerance.js";

/** Systems of each kind, K, precision and bias mode, in each build. */
const SEEDS = 1_000;
/** Fused and unfused multiply-adds round a pivot of noise differently. */
const TESTED_BUILDS = ["simd", "relaxed"] as const;

const CASES: Case[] = [16, 32, 64].flatMap((factors) =>
  (["float64", "float32"] as const).flatMap((precision) =>
    [false, true].map((bias) => ({ factors, precision, bias })),
  ),
);

const duplicateColumns: Shaping = (rows, factors, random) => {
  const from = random.integer(factors);
  const to = (from + 1 + random.integer(factors - 1)) % factors;
  for (const row of rows) row[to] = row[from]!;
};

const allZero: Shaping = (rows) => {
  for (const row of rows) row.fill(0);
};

/** One factor is the same in every row: indistinguishable from a bias. */
const constantColumn: Shaping = (rows, factors, random) => {
  const at = random.integer(factors);
  for (const row of rows) row[at] = 0.375;
};

/** Fewer different rows than unknowns, however many ratings. */
const fewRows: Shaping = (rows, factors, random) => {
  for (let r = factors - 1; r < rows.length; r++) rows[r] = rows[random.integer(factors - 1)]!;
};

describe.each(CASES)("K = $factors, $precision, bias $bias", (what) => {
  const { factors, precision, bias } = what;
  const unknowns = bias ? factors + 1 : factors;
  let fixtures: Fixture[];
  beforeAll(async () => {
    const shape = { precision, factors, bias, rowCount: SEEDS, fixedCount: TABLE_ROWS };
    fixtures = await Promise.all(TESTED_BUILDS.map((build) => Fixture.open(build, shape)));
  });

  const refuses = (ratings: number, lambdas: readonly [number, number], shape?: Shaping) =>
    forEachTable(fixtures, what, SEEDS, ratings, lambdas, shape, (name, _, rows, outcomes) => {
      expect(outcomes.length).toBe(rows.length);
      expectRefused(name, outcomes);
    });
  const solves = (ratings: number, lambdas: readonly [number, number], shape?: Shaping) =>
    forEachTable(fixtures, what, SEEDS, ratings, lambdas, shape, (name, table, rows, outcomes) => {
      expectSolvedRows(name, table, rows, outcomes, what, lambdas);
    });

  it("refuses fewer ratings than factors at λ = 0", () => refuses(factors - 1, [0, 0]));
  it("refuses them at a λ that rounding swallows", () => refuses(factors - 1, [1e-300, 1e-300]));
  it("refuses duplicate factor columns", () => refuses(2 * factors + 3, [0, 0], duplicateColumns));
  it("refuses factors that are all zero", () => refuses(2 * factors, [0, 0], allZero));
  it("refuses many ratings of fewer different rows", () => refuses(3 * factors, [0, 0], fewRows));
  it("solves as many ratings as unknowns at λ = 0", () => solves(unknowns, [0, 0]));
  it("solves two more", () => solves(unknowns + 2, [0, 0]));
  it("solves twice as many", () => solves(2 * unknowns, [0, 0]));
  it("solves one rating at λ = 1e-6", () => solves(1, [1e-6, 1e-6]));
  it("solves half as many ratings as factors at λ = 1e-6 n", () => {
    const lambda = 1e-6 * (factors / 2);
    solves(factors / 2, [lambda, lambda]);
  });
  it("solves duplicate factor columns at λ = 1e-6 n", () => {
    solves(2 * factors, [2e-6 * factors, 0], duplicateColumns);
  });

  if (bias) {
    it("solves one rating at λ = 1e-6 and λ_b = 0", () => solves(1, [1e-6, 0]));
    it("refuses as many ratings as factors at λ = λ_b = 0", () => refuses(factors, [0, 0]));
    it("solves them at λ_b > 0", () => solves(factors, [0, 0.5]));
    it("refuses duplicate factor columns at λ_b > 0", () => {
      refuses(2 * factors + 3, [0, 3], duplicateColumns);
    });
    it("refuses a constant factor column beside a free bias", () => {
      refuses(2 * factors + 3, [0, 0], constantColumn);
    });
    it("solves a constant factor column beside a regularized bias", () => {
      solves(2 * factors + 3, [0, 1], constantColumn);
    });
  }

  it("is right to the accuracy that the condition allows where the solution is known", () => {
    const { unit, stored } = PRECISIONS[precision];
    // As many ratings as unknowns: x solves (U,1) x = t itself, by elimination, without normal equations.
    forEachTable(fixtures, what, 20, unknowns, [0, 0], undefined, (name, table, rows, outcomes) => {
      const { columns, values } = rows[0]!;
      const system = Array.from(columns, (column) =>
        Float64Array.from(bias ? [...table[column]!, 1] : table[column]!),
      );
      const identity = system.map((_, k) => system.map((__, j) => (j === k ? 1 : 0)));
      const [exact, ...inverse] = solveDense(system, [values, ...identity]);
      const size = (matrix: readonly Float64Array[]) =>
        Math.sqrt(matrix.reduce((sum, r) => sum + dot(r, r), 0));
      const condition = (size(system) * size(inverse)) ** 2;
      const error = norm(outcomes[0]!.x!.map((value, k) => value - exact![k]!));
      const allowed = condition * backwardError(unknowns, unknowns, unit) * norm(exact!);
      if (!(error <= allowed))
        throw new Error(`${name}: error ${error}, condition ${condition} allows ${allowed}`);
    });
    // One rating: w and b are multiples of u and 1. In float32 its pivots send it to float64, so that only the rounding
    // of w to memory is left.
    const lambda = 1e-6;
    forEachTable(fixtures, what, 200, 1, [lambda, lambda], undefined, (name, table, rows, outcomes) => {
      rows.forEach(({ columns, values }, r) => {
        const u = Float64Array.from(bias ? [...table[columns[0]!]!, 1] : table[columns[0]!]!);
        const square = dot(u, u);
        const exact = u.map((value) => (value * values[0]!) / (square + lambda));
        const error = norm(outcomes[r]!.x!.map((value, k) => value - exact[k]!));
        const allowed = ((square / lambda) * backwardError(1, unknowns, 2 ** -53) + stored) * norm(exact);
        if (!(error <= allowed)) throw new Error(`${name}, row ${r}: error ${error} exceeds ${allowed}`);
      });
    });
  });
});
