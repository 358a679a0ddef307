import { beforeAll, describe, expect, it } from "vitest";
import { RowState } from "../../src/kernel/kernels.js";
import { workspaceBytes } from "../../src/kernel/sizes.js";
import { seededRandom } from "../../src/random.js";
import { norm, solveDense } from "../reference/matrix.js";
import { solveNonnegative } from "../reference/nonnegative.js";
import { gradient, type Quadratic, type RowLoss, rowLoss, rowQuadratic } from "../reference/quadratic.js";
import { sameBytes } from "../support/bytes.js";
import { type Bench, openBenches } from "./builds.js";
import { numbers } from "./random.js";
import { SolverCall, type SolverCase, type SolverResult, solutionOf } from "./solver-call.js";
import { lossOf, MODES, makeCase } from "./solver-cases.js";
import { expectNear } from "./tolerance.js";

/** How close solutions, and the conditions that make them the best, are to what they should be; `loss` of sums of squares. */
const PRECISIONS = [
  { kernel: "nonnegativeRows64", single: false, solution: 1e-8, conditions: 1e-8, loss: 1e-12 },
  { kernel: "nonnegativeRowsWide", single: true, solution: 1e-6, conditions: 1e-6, loss: 1e-12 },
  { kernel: "nonnegativeRows32", single: true, solution: 1e-3, conditions: 3e-5, loss: 1e-5 },
] as const;
type Precision = (typeof PRECISIONS)[number];

const UNBIASED = MODES.filter(({ bias }) => !bias);

let benches: Bench[];
beforeAll(async () => {
  benches = await openBenches(6 * 2 ** 20);
});

function run(bench: Bench, { kernel }: Pick<Precision, "kernel">, what: SolverCase): SolverCall {
  return new SolverCall(bench, kernel, what, workspaceBytes(what.factors, true));
}

interface ExpectedRow {
  readonly loss: RowLoss;
  readonly quadratic: Quadratic;
  readonly best: Float64Array;
}

function expectedRows(losses: readonly RowLoss[]): ExpectedRow[] {
  return losses.map((loss) => {
    const quadratic = rowQuadratic(loss);
    return { loss, quadratic, best: solveNonnegative(quadratic) };
  });
}

/** x ≥ 0 without exception; the gradient is 0 where x > 0, and not negative elsewhere (Karush, Kuhn and Tucker). */
function expectConditions(name: string, x: Float64Array, quadratic: Quadratic, share: number): void {
  const most = share * Math.max(...quadratic.right.map(Math.abs));
  gradient(quadratic, x).forEach((slope, k) => {
    if (!(x[k]! >= 0) || Object.is(x[k], -0)) throw new Error(`${name}: factor ${k} is ${x[k]}`);
    if (slope < -most || (x[k]! > 0 && slope > most))
      throw new Error(`${name}: factor ${k} is ${x[k]} where the gradient is ${slope}, ${most} is rounding`);
  });
}

function expectBest(
  name: string,
  result: SolverResult,
  what: SolverCase,
  rows: readonly ExpectedRow[],
  precision: Precision,
): void {
  expect([...result.states], name).toEqual(what.rows.map(() => RowState.solved));
  expect(result.failed, name).toBe(0);
  rows.forEach(({ loss, quadratic, best }, row) => {
    const x = solutionOf(result, row, what.factors);
    for (let k = what.factors; k < result.padded; k++)
      expect(result.solved[row * result.padded + k], name).toBe(0);
    const [first, gain, penalty] = result.sums.subarray(row * 3) as unknown as [number, number, number];
    const zero = rowLoss(loss, new Float64Array(what.factors));
    const scale = zero + rowLoss({ ...loss, observedBase: 0 }, best);
    expectNear(`${name}, row ${row}: loss of zeros`, first, zero, 1e-12 * scale);
    expectNear(`${name}, row ${row}: loss`, first - gain, rowLoss(loss, x), precision.loss * scale);
    const due = loss.lambda * norm(x) ** 2;
    expectNear(`${name}, row ${row}: penalty`, penalty, loss.pairs.length === 0 ? 0 : due, 1e-12 * due);
    if (loss.pairs.length === 0) {
      expect([...x], name).toEqual(new Array(what.factors).fill(0));
      return;
    }
    expectConditions(`${name}, row ${row}`, x, quadratic, precision.conditions);
    const error = norm(x.map((value, k) => value - best[k]!));
    expectNear(`${name}, row ${row}: x`, error, 0, precision.solution * (1 + norm(best)));
  });
}

describe.each(UNBIASED)("rows of factors ≥ 0, $name", (mode) => {
  it.each([1, 2, 3, 4, 5, 8, 15, 17, 38, 64, 130])(
    "equal a dense active set, and its conditions hold, K = %i",
    (factors) => {
      const lengths = factors > 100 ? [150, 300] : [150, 1, 0, factors, 300];
      for (const precision of PRECISIONS) {
        const { what, losses } = makeCase(mode, factors, lengths, precision.single);
        const rows = expectedRows(losses);
        const results = benches.map((bench) => {
          const result = run(bench, precision, what).solve();
          expectBest(`${bench.build} ${precision.kernel}`, result, what, rows, precision);
          return result;
        });
        for (const [own, shared] of [
          [0, 1],
          [2, 3],
        ] as const) {
          expect(sameBytes(results[own]!.solved, results[shared]!.solved)).toBe(true);
          expect(sameBytes(results[own]!.sums, results[shared]!.sums)).toBe(true);
        }
      }
    },
  );

  it.each([5, 16, 33])("come out the same wherever rows stood, K = %i", (factors) => {
    const { what, losses } = makeCase(mode, factors, [200, 60, factors], false);
    const rows = expectedRows(losses);
    const starts = [
      what.start.map((row) => row.map(() => 0)),
      what.start.map((row) => row.map(() => 1)),
      what.start.map((row) => row.map((value) => -value)),
      rows.map(({ best }) => best),
    ];
    for (const bench of benches)
      for (const start of starts) {
        const result = run(bench, PRECISIONS[0], { ...what, start }).solve();
        expectBest(bench.build, result, what, rows, PRECISIONS[0]);
      }
  });

  it.each([1, 6, 16, 33])("are the free solution where that is positive, K = %i", (factors) => {
    const { what } = makeCase(mode, factors, [250, 120], false);
    // Of a fixed side that is nearly an identity, repeated, the free solution is about what its columns are rated.
    const fixed = what.fixed.map((u, j) =>
      u.map((value, k) => Math.abs(value) / 50 + (j % factors === k ? 1 : 0)),
    );
    const rows = what.rows.map((row) => ({
      ...row,
      values: row.values.map(Math.abs),
      weights: row.weights?.map((weight) => weight + 1),
    }));
    const one = { ...what, fixed, rows, mean: 0 };
    for (const bench of benches) {
      const result = run(bench, PRECISIONS[0], one).solve();
      one.rows.forEach((_, row) => {
        const { matrix, right } = rowQuadratic(lossOf(one, row));
        const [free] = solveDense(matrix, [right]);
        expect(Math.min(...free!)).toBeGreaterThan(0);
        const error = norm(solutionOf(result, row, factors).map((value, k) => value - free![k]!));
        expectNear(`${bench.build}, row ${row}`, error, 0, 1e-10 * norm(free!));
      });
    }
  });

  it.each([5, 16, 70])("in pieces have the bits of whole rows, K = %i", (factors) => {
    for (const bench of benches)
      for (const precision of PRECISIONS) {
        const { what } = makeCase(mode, factors, [420], precision.single);
        const whole = run(bench, precision, what).solve();
        expect(whole.failed).toBe(0);
        for (const cuts of [[], [128], [256], [128, 256, 384]])
          expect(
            run(bench, precision, what).solvePieces(1, cuts),
            `${bench.build} ${precision.kernel}, cut at ${cuts}`,
          ).toEqual(whole);
      }
  });
});

/** Factor rows of rank 4 but for a little: guesses of what is positive go in circles there. */
function resembling(factors: number, seed: number): Float64Array[] {
  const random = seededRandom(seed, "test");
  const directions = Array.from({ length: 4 }, () => numbers(random, factors));
  return Array.from({ length: 90 }, () => {
    const along = numbers(random, 4).map((value) => value + 0.2);
    return numbers(random, factors, 1e-3).map((value, k) =>
      directions.reduce((sum, direction, d) => sum + along[d]! * direction[k]!, value),
    );
  });
}

describe("rows of factors ≥ 0 that resemble each other", () => {
  it.each([4, 8, 16, 32])("come out with their conditions, and no worse than before, K = %i", (factors) => {
    const mode = { name: "explicit", bias: false };
    for (let seed = 0; seed < 30; seed++)
      for (const lambda of [1e-2, 1e-6, 1e-9]) {
        const { what } = makeCase(mode, factors, [80], false, [lambda]);
        const fixed = resembling(factors, seed);
        const rows = what.rows.map((row) => ({ ...row, columns: Int32Array.from(row.values, (_, i) => i) }));
        const one = { ...what, fixed, rows, mean: 1, start: [numbers(seededRandom(seed, "test"), factors)] };
        const loss = lossOf(one, 0);
        const quadratic = rowQuadratic(loss);
        for (const bench of benches) {
          const name = `${bench.build}, seed ${seed}, lambda ${lambda}`;
          const result = run(bench, PRECISIONS[0], one).solve();
          expect([...result.states], name).toEqual([RowState.solved]);
          const x = solutionOf(result, 0, factors);
          expectConditions(name, x, quadratic, 1e-8);
          const before = rowLoss(
            loss,
            one.start[0]!.map((value) => Math.max(0, value)),
          );
          expect(rowLoss(loss, x), name).toBeLessThanOrEqual(before * (1 + 1e-12));
        }
      }
  });
});

describe("rows of factors ≥ 0 that no solution may come of", () => {
  it("are told, left zero, and solved where regularized", () => {
    const { what } = makeCase({ name: "explicit", bias: false }, 12, [300, 11], true, [0]);
    const start = what.start.map((row) => row.map(Math.abs));
    const values = what.rows.map(({ values }) => values.map((value) => value + 10));
    const rows = what.rows.map((row, r) => ({ ...row, values: values[r]! }));
    const fixed = what.fixed.map((u) => u.map(Math.abs).with(10, Math.abs(u[9]!)));
    for (const bench of benches)
      for (const precision of PRECISIONS) {
        const { kernel } = precision;
        const name = `${bench.build} ${kernel}`;
        const twins = kernel === "nonnegativeRows32" ? RowState.doubtful : RowState.singular;
        const one = { ...what, start, rows, fixed };
        const result = run(bench, precision, one).solve();
        expect([...result.states], name).toEqual([twins, RowState.singular]);
        expect(result.failed, name).toBe(2);
        expect([...result.solved, ...result.sums], name).toEqual(new Array(30).fill(0));
        expect(run(bench, precision, { ...one, lambdas: [9, 9] }).solve().failed, name).toBe(0);
      }
  });

  it.each(UNBIASED)("come out finite and ≥ 0 or with a state, however extreme, $name", (mode) => {
    const seen = new Set<number>();
    for (const bench of benches)
      for (const precision of PRECISIONS)
        for (const size of [1e-30, 1e-10, 1, 1e10, 1e30])
          for (const lambdas of [[0], [1e-30], [1], [1e30]]) {
            const { what } = makeCase(mode, 9, [1, 30, 130], precision.single, lambdas);
            const rows = what.rows.map((row, r) => ({
              ...row,
              values: row.values.map((value) => (r === 1 ? size : value * size)),
              weights: row.weights?.map((weight) => weight * (r === 2 ? size : 1)),
            }));
            const fixed = what.fixed.map((u, j) => (j % 5 === 0 ? u.map((value) => value * size) : u));
            const result = run(bench, precision, { ...what, rows, fixed }).solve();
            const name = `${bench.build} ${precision.kernel}, ${size}, lambda ${lambdas[0]}`;
            expect([...result.sums].every(Number.isFinite), name).toBe(true);
            expect(
              result.solved.every((value) => value >= 0 && value < Infinity),
              name,
            ).toBe(true);
            for (const state of result.states) seen.add(state);
            expect(result.failed, name).toBe(result.states.filter((state) => state !== 0).length);
          }
    expect(seen).toContain(RowState.solved);
    expect(seen.size).toBeGreaterThan(1);
  });
});
