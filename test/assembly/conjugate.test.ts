import { beforeAll, describe, expect, it } from "vitest";
import { RowState } from "../../src/kernel/kernels.js";
import { type Random, seededRandom } from "../../src/random.js";
import { dot, norm, solveDense, times } from "../reference/matrix.js";
import { type Bench, openBenches } from "./builds.js";
import {
  type ConjugateCase,
  type ConjugateResult,
  type Implicit,
  lossOf,
  lossScale,
  type Rating,
  runConjugate,
  systemOf,
} from "./conjugate-job.js";
import { numbers } from "./random.js";
import { expectNear } from "./tolerance.js";

const FIXED_ROWS = 211;
const FACTORS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 33, 64, 65];

let benches: Bench[];
beforeAll(async () => {
  benches = await openBenches(8 * 2 ** 20);
});

interface Mode {
  readonly name: string;
  readonly implicit?: Implicit;
  readonly weighted?: boolean;
  readonly bias?: boolean;
  readonly wide?: boolean;
}

// HKV's a is c − 1: with α·r below 1 and no offset it is negative.
const HKV = { alpha: 0.4, offset: 0, allPairs: 1, observedBase: 1 };
const MODES: readonly Mode[] = [
  { name: "explicit" },
  { name: "explicit, float64 values, biases", wide: true, bias: true },
  { name: "explicit, weights, biases", weighted: true, bias: true },
  { name: "explicit, float64 weights", weighted: true, wide: true },
  { name: "implicit, a of both signs", implicit: HKV },
  { name: "implicit, a of both signs, biases", implicit: HKV, bias: true },
  { name: "implicit, confidence from weights", implicit: { ...HKV, offset: 1 }, weighted: true },
  {
    name: "implicit, a weight of all pairs",
    implicit: { alpha: 0, offset: 1, allPairs: 0.1, observedBase: 0 },
  },
  {
    name: "implicit, biases, float64 values",
    implicit: { ...HKV, allPairs: 0.3, observedBase: 0 },
    bias: true,
    wide: true,
  },
];

interface Sizes {
  readonly factors: number;
  readonly lengths: readonly number[];
  readonly single: boolean;
  readonly steps: number;
  readonly jacobi?: boolean;
  /** How much smaller the last factor of the fixed side is than the first. */
  readonly spread?: number;
  readonly lambda?: number;
}

function numberOf(random: Random, scale: number, single: boolean): number {
  return numbers(random, 1, scale, single)[0]!;
}

function makeCase(mode: Mode, seed: number, sizes: Sizes): ConjugateCase {
  const { factors, single } = sizes;
  const random = seededRandom(seed * 1_000 + factors, "test");
  const vector = (scale: number) =>
    numbers(random, factors, scale, single).map((value, k) => {
      const shrunk = value * (sizes.spread ?? 1) ** -(k / Math.max(1, factors - 1));
      return single ? Math.fround(shrunk) : shrunk;
    });
  const fixed = Array.from({ length: FIXED_ROWS }, () => vector(2));
  // A pair that is rated twice with less than all pairs weigh would weigh less than nothing.
  const columns = Int32Array.from({ length: FIXED_ROWS }, (_, j) => j);
  const rows = sizes.lengths.map((length) =>
    Array.from({ length }, (_, i): Rating => {
      const value = mode.implicit
        ? (random.unit() < 0.2 ? -1 : 1) * (1 + random.integer(8)) * 0.5
        : (1 + random.integer(10)) / 2 + (mode.wide ? 0.1 : 0);
      const other = mode.implicit ? i + random.integer(FIXED_ROWS - i) : random.integer(FIXED_ROWS);
      const column = columns[other]!;
      if (mode.implicit) [columns[i], columns[other]] = [column, columns[i]!];
      return mode.weighted ? { column, value, weight: (1 + random.integer(12)) / 4 } : { column, value };
    }),
  );
  return {
    factors,
    fixed,
    fixedBiases: mode.bias ? numbers(random, FIXED_ROWS, 0.5) : undefined,
    rows,
    start: rows.map(() => vector(0.5)),
    startBiases: mode.bias ? rows.map(() => numberOf(random, 0.3, false)) : undefined,
    lambdas: rows.map((_, r) => sizes.lambda ?? [0.3, 2, 25][r % 3]!),
    biasLambda: mode.bias ? 0.7 : 0,
    mean: mode.implicit && !mode.bias ? 0 : 0.4,
    implicit: mode.implicit,
    weighted: mode.weighted ?? false,
    wide: mode.wide ?? false,
    steps: sizes.steps,
    jacobi: sizes.jacobi ?? false,
  };
}

function startOf(what: ConjugateCase, row: number): Float64Array {
  return Float64Array.from([...what.start[row]!, ...(what.startBiases ? [what.startBiases[row]!] : [])]);
}

/** Conjugate gradient as a textbook has it, on the whole matrix. */
function textbook(what: ConjugateCase, row: number, steps: number): Float64Array {
  const { matrix, right } = systemOf(what, row);
  const divided = (r: Float64Array) => r.map((value, k) => (what.jacobi ? value / matrix[k]![k]! : value));
  const x = startOf(what, row);
  const product = times(matrix, x);
  const r = right.map((value, k) => value - product[k]!);
  let p = divided(r);
  let rho = dot(r, p);
  for (let step = 0; step < steps && rho > 1e-26 * dot(right, divided(right)); step++) {
    const q = times(matrix, p);
    const alpha = rho / dot(p, q);
    p.forEach((value, k) => {
      x[k]! += alpha * value;
      r[k]! -= alpha * q[k]!;
    });
    const z = divided(r);
    const next = dot(r, z);
    p = z.map((value, k) => value + (next / rho) * p[k]!);
    rho = next;
  }
  return x;
}

function distance(a: Float64Array, b: Float64Array): number {
  return norm(a.map((value, k) => value - b[k]!)) / norm(b);
}

interface Expected {
  /** J of the row as it stands, and what it is summed from. */
  readonly start: number;
  readonly scale: number;
  /** Where the textbook arrives, and J there. */
  readonly x: Float64Array;
  readonly end: number;
}

function expectedOf(what: ConjugateCase, row: number): Expected {
  const from = startOf(what, row);
  const x = textbook(what, row, what.steps);
  return { start: lossOf(what, row, from), scale: lossScale(what, row, from), x, end: lossOf(what, row, x) };
}

function checkRow(
  name: string,
  what: ConjugateCase,
  r: number,
  result: ConjugateResult,
  expected: Expected,
  single: boolean,
): void {
  const row = `${name}, ${what.rows[r]!.length} ratings`;
  const x = result.x[r]!;
  const [start, gain, penalty] = result.sums[r]!;
  expect(result.states[r], row).toBe(RowState.solved);
  if (what.rows[r]!.length === 0) {
    expect(
      [...x, gain, penalty].every((value) => Object.is(value, 0)),
      row,
    ).toBe(true);
    return;
  }
  const end = lossOf(what, r, x);
  expectNear(`${row}: J at first`, start, expected.start, (single ? 3e-6 : 1e-12) * expected.scale);
  expectNear(`${row}: J at last`, start - gain, end, (single ? 3e-6 : 1e-12) * expected.scale);
  expect(gain, `${row}: J does not rise`).toBeGreaterThanOrEqual(0);
  const w = x.subarray(0, what.factors);
  const due = what.lambdas[r]! * dot(w, w) + what.biasLambda * (x[what.factors] ?? 0) ** 2;
  expectNear(`${row}: penalty`, penalty, due, 1e-13 * due);
  // Where nothing is liked, x is to become 0 from where it stood.
  const size = Math.max(norm(expected.x), norm(startOf(what, r)));
  if (!single) expect(norm(x.map((value, k) => value - expected.x[k]!)), row).toBeLessThan(1e-8 * size);
  // Rounding turns later directions, so float32 need not arrive at the same place, but nearly as low.
  else
    expect(end - expected.end, row).toBeLessThan(
      3e-5 * expected.scale + 0.03 * (expected.start - expected.end),
    );
}

describe.each(MODES)("$name", (mode) => {
  it.each(FACTORS)("takes the steps of the textbook and tells J, K = %i", (factors) => {
    for (const single of [false, true]) {
      for (const jacobi of [false, true]) {
        for (const steps of [1, 2, 6]) {
          const what = makeCase(mode, 1, {
            factors,
            single,
            jacobi,
            steps,
            lengths: [3, 0, 1, factors, 129, 200],
          });
          const expected = what.rows.map((_, r) => expectedOf(what, r));
          const results = benches.map((bench) => runConjugate(bench, single, what));
          for (const build of ["simd", "relaxed"]) {
            const name = `${build} ${single ? "float32" : "float64"} ${steps} steps${jacobi ? ", Jacobi" : ""}`;
            const [result, shared] = results.filter((_, b) => benches[b]!.build.startsWith(build));
            expect(shared, `${name}, in shared memory`).toEqual(result);
            if (!result) throw new Error(`there is no build ${build}`);
            expect(result.failed, name).toBe(0);
            what.rows.forEach((_, r) => {
              checkRow(name, what, r, result, expected[r]!, single);
            });
          }
        }
      }
    }
  });

  it.each([1, 5, 16, 33, 64])("converges to the exact solution, K = %i", (factors) => {
    for (const jacobi of [false, true]) {
      // Squared, a spread of 300 and what the factors have by themselves stay below a condition of 10⁶.
      const lengths = [factors + 2, 200];
      const what = makeCase(mode, 2, {
        factors,
        single: false,
        jacobi,
        steps: 50 * factors,
        lengths,
        spread: 300,
        lambda: 0.05,
      });
      for (const bench of benches) {
        const result = runConjugate(bench, false, what);
        what.rows.forEach((ratings, r) => {
          const { matrix, right } = systemOf(what, r);
          const exact = solveDense(matrix, [right])[0]!;
          expect(distance(result.x[r]!, exact), `${bench.build}, ${ratings.length} ratings`).toBeLessThan(
            1e-6,
          );
        });
      }
    }
  });

  it.each([1, 4, 7, 33, 64])(
    "has the same bits in pieces, and after each pass those of fewer steps, K = %i",
    (factors) => {
      for (const bench of benches) {
        for (const single of [false, true]) {
          for (const jacobi of [false, true]) {
            const made = makeCase(mode, 3, { factors, single, jacobi, steps: 4, lengths: [207] });
            const whole = runConjugate(bench, single, made);
            const passes: Uint8Array[] = [];
            for (const cuts of [[], [128]]) {
              const pieces = runConjugate(bench, single, made, cuts, (pass, bytes) => {
                passes[pass] = bytes;
              });
              expect(pieces, `${bench.build}, cut at ${cuts}`).toEqual(whole);
            }
            for (let steps = 1; steps < 4; steps++)
              expect(runConjugate(bench, single, { ...made, steps }).bytes).toEqual(passes[steps]);
          }
        }
      }
    },
  );
});

it.each([1, 7, 64])("cuts of long rows change no bit, K = %i", (factors) => {
  for (const mode of MODES.filter(({ implicit }) => !implicit)) {
    for (const bench of benches) {
      for (const single of [false, true]) {
        const made = makeCase(mode, 9, { factors, single, steps: 3, lengths: [650] });
        const whole = runConjugate(bench, single, made);
        for (const cuts of [[256], [128, 384], [128, 256, 384, 512, 640]])
          expect(runConjugate(bench, single, made, cuts), `${bench.build}, cut at ${cuts}`).toEqual(whole);
      }
    }
  }
});

describe("J", () => {
  it.each([5, 16, 64])("never rises from one step to the next, K = %i", (factors) => {
    for (const mode of MODES) {
      for (const single of [false, true]) {
        const made = makeCase(mode, 4, {
          factors,
          single,
          steps: 1,
          lengths: [40, 150],
          spread: 100,
          lambda: 0.01,
        });
        for (const bench of benches) {
          const gains = Array.from(
            { length: 12 },
            (_, i) => runConjugate(bench, single, { ...made, steps: i + 1 }).sums,
          );
          gains.slice(1).forEach((sums, i) => {
            sums.forEach(([, gain], r) => {
              expect(gain, `${bench.build} ${mode.name}`).toBeGreaterThanOrEqual(gains[i]![r]![1]);
            });
          });
        }
      }
    }
  });

  it("stays where a row that is solved already starts", () => {
    for (const mode of MODES) {
      const what = makeCase(mode, 5, { factors: 12, single: false, steps: 3, lengths: [60] });
      const { matrix, right } = systemOf(what, 0);
      const exact = solveDense(matrix, [right])[0]!;
      const solved = {
        ...what,
        start: [exact.subarray(0, 12)],
        startBiases: what.startBiases && [exact[12]!],
      };
      for (const bench of benches) {
        const result = runConjugate(bench, false, solved);
        expect(distance(result.x[0]!, exact), `${bench.build} ${mode.name}`).toBeLessThan(1e-13);
        expect(result.sums[0]![1]).toBeGreaterThanOrEqual(0);
        expect(result.sums[0]![1]).toBeLessThan(1e-24 * lossScale(what, 0, exact));
      }
    }
  });
});

describe("without regularization", () => {
  it.each([1, 4, 7, 33, 64])(
    "rows with fewer ratings than factors, or of one column, are finite and no worse, K = %i",
    (factors) => {
      for (const mode of MODES.filter(({ implicit }) => !implicit)) {
        for (const single of [false, true]) {
          for (const steps of [3, 5 * factors + 20]) {
            const made = makeCase(mode, 6, {
              factors,
              single,
              steps,
              lengths: [1, 2, factors - 1, factors, 150],
              lambda: 0,
            });
            const same = made.rows.map((row) => row.map((rating) => ({ ...rating, column: 3 })));
            for (const rows of [made.rows, same]) {
              const what = { ...made, rows, biasLambda: 0 };
              for (const bench of benches) {
                const result = runConjugate(bench, single, what);
                expect(result.failed, `${bench.build} ${mode.name}`).toBe(0);
                rows.forEach((ratings, r) => {
                  if (ratings.length === 0) return;
                  const x = result.x[r]!;
                  const first = startOf(what, r);
                  expect(norm(x), `${bench.build} ${mode.name}`).toBeLessThan(1e4);
                  const share = (single ? 1e-4 : 1e-11) * lossScale(what, r, first);
                  expect(
                    lossOf(what, r, x),
                    `${bench.build} ${mode.name}, ${ratings.length} ratings`,
                  ).toBeLessThan(lossOf(what, r, first) + share);
                });
              }
            }
          }
        }
      }
    },
  );
});

describe("numbers that arithmetic cannot hold", () => {
  it("are told, and the row is left as zeros; or the row is finite", () => {
    const states = new Set<number>();
    for (const mode of MODES) {
      for (const single of [false, true]) {
        for (const jacobi of [false, true]) {
          for (const value of [1e30, 1e-30, 1e160, 1e-160, 1e300, NaN, Infinity]) {
            for (const lambda of [0, 1]) {
              const made = makeCase(mode, 7, {
                factors: 6,
                single,
                jacobi,
                steps: 4,
                lengths: [9, 9, 9],
                lambda,
              });
              const scaled = made.fixed.map((row) => row.map((number) => number * value));
              const sick: ConjugateCase = { ...made, fixed: [...made.fixed, ...scaled] };
              // The middle row alone has the extreme columns.
              const rows = made.rows.map((row, r) =>
                row.map((rating) => ({ ...rating, column: rating.column + (r === 1 ? FIXED_ROWS : 0) })),
              );
              const what = {
                ...sick,
                rows,
                fixedBiases:
                  made.fixedBiases && Float64Array.from([...made.fixedBiases, ...made.fixedBiases]),
              };
              for (const bench of benches) {
                const result = runConjugate(bench, single, what);
                const name = `${bench.build} ${mode.name} ${single ? "float32" : "float64"} ${value}, λ = ${lambda}`;
                result.x.forEach((x, r) => {
                  const state = result.states[r]!;
                  states.add(state);
                  expect(x.every(Number.isFinite), name).toBe(true);
                  if (state !== RowState.solved) {
                    expect(state, name).toBe(single ? RowState.doubtful : RowState.notFinite);
                    expect(
                      [...x, ...result.sums[r]!.slice(1)].every((number) => Object.is(number, 0)),
                      name,
                    ).toBe(true);
                  } else expect(result.sums[r]!.every(Number.isFinite), name).toBe(true);
                });
                if (!mode.implicit) expect([result.states[0], result.states[2]], name).toEqual([0, 0]);
                if (!Number.isFinite(value)) expect(result.states[1], name).not.toBe(RowState.solved);
              }
            }
          }
        }
      }
    }
    expect([...states].sort()).toEqual([RowState.solved, RowState.doubtful, RowState.notFinite]);
  });

  it("a start that is not finite is told", () => {
    for (const bench of benches) {
      const what = makeCase(MODES[0]!, 8, { factors: 5, single: false, steps: 3, lengths: [9, 9] });
      for (const value of [NaN, Infinity, 1e200]) {
        const start = [what.start[0]!, what.start[1]!.with(2, value)];
        const result = runConjugate(bench, false, { ...what, start });
        expect(result.states, bench.build).toEqual([RowState.solved, RowState.notFinite]);
        expect(result.failed).toBe(1);
        expect(result.x[1]!.every((number) => Object.is(number, 0))).toBe(true);
      }
    }
  });
});
