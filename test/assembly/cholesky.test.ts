import { beforeAll, describe, expect, it } from "vitest";
import { RowState } from "../../src/kernel/kernels.js";
import { seededRandom } from "../../src/random.js";
import {
  cholesky,
  gram,
  type Matrix,
  norm,
  solveTransposed,
  solveUpper,
  times,
  trace,
  zeros,
} from "../reference/matrix.js";
import { sameBytes } from "../support/bytes.js";
import { type Bench, FACTORS, openBenches, PRECISIONS } from "./builds.js";
import { numbers, randomRows } from "./random.js";
import { backwardError, expectNear } from "./tolerance.js";

type Arithmetic = "float64" | "float32";
const BOTH = ["float64", "float32"] as const;
/** Unlike any result, and small: what lies below the diagonal is not for the factorization. */
const BELOW = -7;

let benches: Bench[];
beforeAll(async () => {
  benches = await openBenches(8 * 2 ** 20);
});

/** A system as the row solver hands it over: upper triangle, two right-hand sides behind it. */
interface System {
  readonly a: Matrix;
  readonly g: Float64Array;
  readonly s: Float64Array;
}

function randomSystem(padded: number, lambda: number, single: boolean): System {
  const random = seededRandom(padded, "test");
  const a = gram(randomRows(padded, padded + 9, padded, 1, true), padded);
  for (let k = 0; k < padded; k++) a[k]![k]! += lambda;
  const round = single ? Math.fround : (value: number) => value;
  return {
    a: a.map((row) => row.map(round)),
    g: numbers(random, padded, 10, single),
    s: numbers(random, padded, 10, single),
  };
}

interface Factored {
  readonly state: number;
  /** Upper R; its diagonal is as the kernel leaves it, 1 / r_jj. */
  readonly r: Matrix;
  readonly zg: Float64Array;
  readonly zs: Float64Array;
  readonly x: Float64Array;
  readonly raw: Float32Array | Float64Array;
}

function factorAndSolve(
  { build, arena, kernels }: Bench,
  precision: Arithmetic,
  { a, g, s }: System,
): Factored {
  const size = PRECISIONS[precision].factorBytes;
  const padded = a.length;
  const width = padded + 16 / size;
  arena.reset();
  const at = arena.take("a", padded * width * size);
  const diagonal = arena.take("diagonal", padded * size);
  const check = arena.take("check", padded * size);
  const solution = arena.take("solution", padded * size);
  const view = arena.floats(at, size);
  a.forEach((row, i) => {
    view.fill(BELOW, i * width, i * width + i);
    view.set(row.subarray(i), i * width + i);
    view.set([g[i]!, s[i]!], i * width + padded);
    view.fill(0, i * width + padded + 2, (i + 1) * width);
  });
  arena.floats(diagonal, size).set(a.map((row, k) => row[k]!));
  arena.seal(diagonal);
  const factor = precision === "float64" ? kernels.factor64 : kernels.factor32;
  const state = factor(at.address, padded, diagonal.address, check.address, padded);
  arena.check(`${build} ${precision} factor ${padded}`);
  const raw = view.slice();
  const column = (c: number) => Float64Array.from({ length: padded }, (_, i) => raw[i * width + c]!);
  arena.floats(solution, size).set(column(padded));
  arena.seal(at);
  const back = precision === "float64" ? kernels.backSubstitute64 : kernels.backSubstitute32;
  back(at.address, padded, solution.address, solution.address);
  const x = Float64Array.from(arena.floats(solution, size));
  const apart = arena.take("apart", padded * size);
  arena.floats(solution, size).set(column(padded));
  arena.seal(solution);
  back(at.address, padded, solution.address, apart.address);
  arena.check(`${build} ${precision} back substitution ${padded}`);
  expect(Float64Array.from(arena.floats(apart, size)), "in place and apart").toEqual(x);
  const r = zeros(padded, padded);
  r.forEach((row, i) => {
    for (let j = i; j < padded; j++) row[j] = raw[i * width + j]!;
  });
  return { state, r, zg: column(padded), zs: column(padded + 1), x, raw };
}

const PADDED = [...new Set(FACTORS.map((factors) => Math.ceil(factors / 4) * 4))];

describe.each(PADDED)("Cholesky of %i columns", (padded) => {
  it.each(BOTH)("and its substitutions equal the textbook's in %s", (precision) => {
    const { unit } = PRECISIONS[precision];
    const system = randomSystem(padded, 1, precision === "float32");
    const { a, g, s } = system;
    const results = benches.map((bench) => factorAndSolve(bench, precision, system));
    const raws = results.map(({ raw }) => raw);
    const exact = cholesky(a)!;
    // λ = 1 and entries of a unit variance: the condition number is about 4·padded, a pivot at least 1.
    const condition = trace(a);
    const tolerance = backwardError(1, padded, unit) * condition;
    const vectors = (name: string, actual: Float64Array, expected: Float64Array) => {
      const error = norm(actual.map((value, k) => value - expected[k]!));
      expectNear(name, error, 0, tolerance * norm(expected));
    };
    results.forEach(({ state, r, zg, zs, x, raw }, b) => {
      const name = `${benches[b]!.build} ${precision}`;
      expect(state, name).toBe(RowState.solved);
      for (let i = 0; i < padded; i++) {
        expectNear(`${name}: 1 / r of row ${i}`, r[i]![i]! * exact[i]![i]!, 1, tolerance);
        r[i]![i] = exact[i]![i]!;
        vectors(`${name}: row ${i} of R`, r[i]!, exact[i]!);
        const below = raw.subarray(i * (raw.length / padded)).subarray(0, i - (i % 4));
        if (below.some((value) => value !== BELOW)) throw new Error(`${name}: row ${i} was written`);
      }
      vectors(`${name}: R⁻ᵀg`, zg, solveTransposed(exact, g));
      vectors(`${name}: R⁻ᵀs`, zs, solveTransposed(exact, s));
      vectors(`${name}: R⁻¹z`, x, solveUpper(exact, solveTransposed(exact, g)));
      const residual = norm(times(a, x).map((value, k) => value - g[k]!));
      const size = trace(a) * norm(x) + norm(g);
      expectNear(`${name}: A x = g`, residual, 0, backwardError(1, padded, unit) * size);
    });
    const [simd, simdShared, relaxed, relaxedShared] = raws;
    expect(sameBytes(simdShared!, simd!), "the bits of simd and simd-shared").toBe(true);
    expect(sameBytes(relaxedShared!, relaxed!), "the bits of relaxed and relaxed-shared").toBe(true);
  });
});

describe.each(BOTH)("Cholesky in %s", (precision) => {
  const refused = precision === "float64" ? RowState.singular : RowState.doubtful;

  it("tells a column that depends on others from a sound one, wherever it stands", () => {
    for (const bench of benches) {
      for (let column = 1; column < 16; column++) {
        const system = randomSystem(16, 0, true);
        const rows = randomRows(column, 25, 16, 1, true);
        for (const row of rows) row[column] = row[column - 1]!;
        expect(factorAndSolve(bench, precision, system).state).toBe(RowState.solved);
        expect(
          factorAndSolve(bench, precision, { ...system, a: gram(rows, 16) }).state,
          `column ${column}`,
        ).toBe(refused);
      }
    }
  });

  it("refuses a matrix with a negative eigenvalue and one of zeros", () => {
    for (const bench of benches) {
      const system = randomSystem(16, 1, true);
      const negative = system.a.map((row) => row.slice());
      negative[9]![9] = -negative[9]![9]!;
      expect(factorAndSolve(bench, precision, { ...system, a: negative }).state).toBe(refused);
      expect(factorAndSolve(bench, precision, { ...system, a: zeros(16, 16) }).state).toBe(refused);
    }
  });

  it("tells NaN and Infinity apart from a singular matrix", () => {
    const wanted = precision === "float64" ? RowState.notFinite : RowState.doubtful;
    for (const bench of benches) {
      for (const poison of [Number.NaN, Infinity, -Infinity]) {
        for (const at of [0, 5, 15]) {
          const system = randomSystem(16, 1, true);
          system.a[at]![at] = poison;
          expect(factorAndSolve(bench, precision, system).state, `${poison} at ${at}`).toBe(wanted);
        }
      }
    }
  });
});
