import { beforeAll, describe, expect, it } from "vitest";
import { RowState } from "../../src/kernel/kernels.js";
import { workspaceBytes } from "../../src/kernel/sizes.js";
import { norm, solveDense } from "../reference/matrix.js";
import { type Quadratic, type RowLoss, rowLoss, rowQuadratic, solveBlock } from "../reference/quadratic.js";
import { sameBytes } from "../support/bytes.js";
import { type Bench, openBenches } from "./builds.js";
import { SolverCall, type SolverCase, type SolverResult, solutionOf } from "./solver-call.js";
import { MODES, makeCase, nameOf, startOf } from "./solver-cases.js";
import { expectNear } from "./tolerance.js";

const PRECISIONS = [
  { kernel: "blockRows64", single: false, share: 1e-10 },
  { kernel: "blockRows32", single: true, share: 2e-4 },
] as const;

let benches: Bench[];
beforeAll(async () => {
  benches = await openBenches(4 * 2 ** 20);
});

/** A row's loss and the quadratic that it is. */
interface ExpectedRow {
  readonly loss: RowLoss;
  readonly quadratic: Quadratic;
}

function run(bench: Bench, kernel: (typeof PRECISIONS)[number]["kernel"], what: SolverCase): SolverCall {
  return new SolverCall(bench, kernel, what, workspaceBytes(what.factors));
}

/** Block sizes that divide K and that don't, and fall on multiples of 4 and elsewhere. */
function blockSizes(factors: number): number[] {
  const sizes = [1, 3, 4, 5, 8, factors - 1, factors].filter((size) => size >= 1 && size <= factors);
  return [...new Set(sizes)];
}

/** Blocks in turn, each solved densely and the bias with it. */
function sweepBlocks(
  { quadratic, loss }: ExpectedRow,
  start: Float64Array,
  factors: number,
  size: number,
): Float64Array {
  let x = start;
  for (let from = 0; from < factors; from += size) {
    const block = Array.from({ length: Math.min(size, factors - from) }, (_, i) => from + i);
    x = solveBlock(quadratic, x, loss.biasLambda === undefined ? block : [...block, factors]);
  }
  return x;
}

/** States are solved, padding is 0, and rows and sums are what the reference says. */
function expectSwept(
  name: string,
  result: SolverResult,
  what: SolverCase,
  rows: readonly ExpectedRow[],
  sweeps: readonly Float64Array[],
  share: number,
): void {
  const { factors } = what;
  expect([...result.states], name).toEqual(what.rows.map(() => RowState.solved));
  expect(result.failed, name).toBe(0);
  rows.forEach(({ loss }, row) => {
    const x = solutionOf(result, row, factors);
    for (let k = factors; k < result.padded; k++)
      expect(result.solved[row * result.padded + k], name).toBe(0);
    const [first, gain, penalty] = result.sums.subarray(row * 3) as unknown as [number, number, number];
    if (loss.pairs.length === 0) {
      expect([...x], name).toEqual(Array.from(x, () => 0));
      expectNear(`${name}: loss of a row without ratings`, first, rowLoss(loss, x), share * (1 + first));
      return;
    }
    const start = startOf(what, row);
    const expected = sweeps[row]!;
    const error = norm(x.map((value, k) => value - expected[k]!));
    expectNear(`${name}, row ${row}: x`, error, 0, share * (1 + norm(expected)));
    const [before, after] = [rowLoss(loss, start), rowLoss(loss, x)];
    const scale = Math.abs(before) + rowLoss({ ...loss, observedBase: 0 }, start);
    expect(after, `${name}, row ${row}: the loss`).toBeLessThanOrEqual(before + share * 1e-2 * scale);
    expectNear(`${name}, row ${row}: loss before`, first, before, share * 1e-2 * scale);
    expectNear(`${name}, row ${row}: loss after`, first - gain, after, share * 1e-1 * scale);
    const due = rowLoss({ ...loss, pairs: [], allPairs: 0 }, x);
    expectNear(`${name}, row ${row}: penalty`, penalty, due, 1e-12 * due);
  });
}

describe.each(MODES.map((mode) => [nameOf(mode), mode] as const))("blocks of rows, %s", (_, mode) => {
  it.each([1, 2, 3, 4, 5, 8, 15, 17, 38, 64])("equal a dense sweep over blocks, K = %i", (factors) => {
    for (const { kernel, single, share } of PRECISIONS) {
      const { what, losses } = makeCase(mode, factors, [150, 1, 0, factors, 300], single);
      const rows = losses.map((loss) => ({ loss, quadratic: rowQuadratic(loss) }));
      for (const steps of blockSizes(factors)) {
        const sweeps = rows.map((row, r) => sweepBlocks(row, startOf(what, r), factors, steps));
        const results = benches.map((bench) => {
          const result = run(bench, kernel, { ...what, steps }).solve();
          const name = `${bench.build} ${kernel}, blocks of ${steps}`;
          expectSwept(name, result, what, rows, sweeps, share);
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
    }
  });

  it.each([3, 16, 33])("in one block are the exact solution from anywhere, K = %i", (factors) => {
    const { what, losses } = makeCase(mode, factors, [200, 60], false);
    for (const bench of benches)
      for (const size of [1e-3, 1, 1e6]) {
        const start = what.start.map((row) => row.map((value) => value * size));
        for (const steps of [factors, factors + 5]) {
          const result = run(bench, "blockRows64", { ...what, start, steps }).solve();
          losses.forEach((loss, row) => {
            const { matrix, right } = rowQuadratic(loss);
            const [exact] = solveDense(matrix, [right]);
            const error = norm(solutionOf(result, row, factors).map((value, k) => value - exact![k]!));
            // From far away, what is left of where the row stood is rounding of its size.
            const most = 1e-10 * (1 + norm(exact!)) + 1e-13 * norm(start[row]!);
            expectNear(`${bench.build}, from ${size}, row ${row}`, error, 0, most);
          });
        }
      }
  });

  it.each([5, 16, 70])("in pieces have the bits of whole rows, K = %i", (factors) => {
    for (const bench of benches)
      for (const { kernel, single } of PRECISIONS) {
        const { what } = makeCase(mode, factors, [420], single);
        for (const steps of [3, 4, factors]) {
          const one = { ...what, steps };
          const whole = run(bench, kernel, one).solve();
          expect(whole.failed).toBe(0);
          for (const cuts of [[], [128], [256], [128, 256, 384]])
            expect(
              run(bench, kernel, one).solvePieces(Math.ceil(factors / steps), cuts),
              `${bench.build} ${kernel} blocks of ${steps}, cut at ${cuts}`,
            ).toEqual(whole);
        }
      }
  });
});

describe("blocks of rows that no solution may come of", () => {
  it("without regularization are solved where a block's ratings suffice, and told where they don't", () => {
    const { what, losses } = makeCase({ name: "explicit", bias: false }, 12, [40, 8, 7, 1], false, [0]);
    for (const bench of benches) {
      const result = run(bench, "blockRows64", { ...what, steps: 8 }).solve();
      const { solved, singular } = RowState;
      expect([...result.states], bench.build).toEqual([solved, solved, singular, singular]);
      expect(result.failed).toBe(2);
      for (const row of [2, 3]) expect([...solutionOf(result, row, 12)]).toEqual(new Array(12).fill(0));
      for (const row of [0, 1]) {
        const after = rowLoss(losses[row]!, solutionOf(result, row, 12));
        expect(after).toBeLessThanOrEqual(rowLoss(losses[row]!, what.start[row]!));
      }
    }
  });

  it("in a later block leave the row zero, in pieces too, and the host is told what to do", () => {
    const { what } = makeCase({ name: "explicit", bias: false }, 12, [300], true, [0]);
    // Factors 9 and 10 are the same: the third block of 4 has no solution.
    const fixed = what.fixed.map((u) => u.with(10, u[9]!));
    for (const bench of benches)
      for (const { kernel } of PRECISIONS) {
        const state = kernel === "blockRows64" ? RowState.singular : RowState.doubtful;
        const one = { ...what, fixed, steps: 4 };
        for (const result of [
          run(bench, kernel, one).solve(),
          run(bench, kernel, one).solvePieces(3, [128, 256]),
        ]) {
          expect([...result.states], `${bench.build} ${kernel}`).toEqual([state]);
          expect(result.failed).toBe(1);
          expect([...result.solved, ...result.sums]).toEqual(new Array(15).fill(0));
        }
      }
  });

  it.each(MODES.map((mode) => [nameOf(mode), mode] as const))(
    "come out finite or with a state, however extreme, %s",
    (_, mode) => {
      const seen = new Set<number>();
      for (const bench of benches)
        for (const { kernel, single } of PRECISIONS)
          for (const size of [1e-30, 1e-10, 1, 1e10, 1e30])
            for (const lambdas of [[0], [1e-30], [1], [1e30]]) {
              const { what } = makeCase(mode, 9, [1, 30, 130], single, lambdas);
              const rows = what.rows.map((row, r) => ({
                ...row,
                values: row.values.map((value) => (r === 1 ? size : value * size)),
                weights: row.weights?.map((weight) => weight * (r === 2 ? size : 1)),
              }));
              const fixed = what.fixed.map((u, j) => (j % 5 === 0 ? u.map((value) => value * size) : u));
              const result = run(bench, kernel, { ...what, rows, fixed, steps: 4 }).solve();
              const name = `${bench.build} ${kernel}, ${size}, lambda ${lambdas[0]}`;
              const { solved, biases, sums } = result;
              expect([...solved, ...(biases ?? []), ...sums].every(Number.isFinite), name).toBe(true);
              for (const state of result.states) seen.add(state);
              expect(result.failed, name).toBe(result.states.filter((state) => state !== 0).length);
            }
      expect(seen).toContain(RowState.solved);
      expect(seen.size).toBeGreaterThan(1);
    },
  );
});
