import { JOB_BYTES, JobFlag, NO_JOB, type RowJob, writeJob } from "../../src/kernel/job.js";
import { baseBytes, paddedFactors, workspaceBytes } from "../../src/kernel/sizes.js";
import { dot } from "../reference/matrix.js";
import type { Bench } from "./builds.js";

/** Values as preferences: c = offset + alpha·|r|, β the weight of all pairs, β₀ what of it rated ones do not have. */
export interface Implicit {
  readonly alpha: number;
  readonly offset: number;
  readonly allPairs: number;
  readonly observedBase: number;
}

export interface Rating {
  readonly column: number;
  readonly value: number;
  /** In the loss of an explicit rating; the confidence of an implicit one. */
  readonly weight?: number;
}

/** Rows that are to be solved from where they stand. */
export interface ConjugateCase {
  readonly factors: number;
  readonly fixed: readonly Float64Array[];
  readonly fixedBiases?: Float64Array | undefined;
  readonly rows: readonly (readonly Rating[])[];
  readonly start: readonly Float64Array[];
  /** Where rows' biases stand; undefined where none are solved. */
  readonly startBiases?: readonly number[] | undefined;
  readonly lambdas: readonly number[];
  readonly biasLambda: number;
  readonly mean: number;
  readonly implicit?: Implicit | undefined;
  readonly weighted: boolean;
  /** Values and weights are stored in float64. */
  readonly wide: boolean;
  readonly steps: number;
  readonly jacobi: boolean;
}

export interface ConjugateResult {
  readonly failed: number;
  readonly states: readonly number[];
  /** (x, b) or x of each row. */
  readonly x: readonly Float64Array[];
  /** J at the start, what was gained, penalty at the end. */
  readonly sums: readonly (readonly [number, number, number])[];
  /** Every byte of the rows' factors. */
  readonly bytes: Uint8Array;
}

/**
 * Calls `conjugateRows` on all rows at once; or, with `cuts`, on the only row pass by pass and piece by piece, pieces ending at
 * the cuts, telling `afterPass` what the row's factors are then.
 */
export function runConjugate(
  { arena, kernels, build }: Bench,
  single: boolean,
  what: ConjugateCase,
  cuts?: readonly number[],
  afterPass?: (pass: number, bytes: Uint8Array) => void,
): ConjugateResult {
  const { factors, fixed, rows, implicit } = what;
  const bytes = single ? 4 : 8;
  const stored = what.wide ? 8 : 4;
  const padded = paddedFactors(factors);
  const ratings = rows.flat();
  const longest = Math.max(...rows.map((row) => row.length));
  arena.reset();
  const room = {
    fixed: arena.take("fixed", fixed.length * padded * bytes),
    solved: arena.take("solved", rows.length * padded * bytes),
    job: arena.take("job", JOB_BYTES),
    fixedBiases: what.fixedBiases && arena.take("fixedBiases", fixed.length * 8),
    biases: what.startBiases && arena.take("solvedBiases", rows.length * 8),
    lambdas: arena.take("lambdas", rows.length * 8),
    starts: arena.take("starts", (rows.length + 1) * 4),
    columns: arena.take("columns", ratings.length * 4),
    values: arena.take("values", ratings.length * stored),
    weights: what.weighted ? arena.take("weights", ratings.length * stored) : undefined,
    base: implicit && arena.take("base", baseBytes(factors, single ? "float32" : "float64")),
    sums: arena.take("sums", rows.length * 24),
    states: arena.take("states", rows.length * 4),
    workspace: arena.take("workspace", workspaceBytes(factors)),
    terms: arena.take("terms", Math.max(1, longest) * 16),
  };
  const write = (region: typeof room.fixed, vectors: readonly ArrayLike<number>[]) => {
    const view = arena.floats(region, bytes).fill(0);
    vectors.forEach((vector, v) => {
      view.set(vector, v * padded);
    });
  };
  write(room.fixed, fixed);
  write(room.solved, what.start);
  if (room.fixedBiases) arena.floats(room.fixedBiases, 8).set(what.fixedBiases!);
  if (room.biases) arena.floats(room.biases, 8).set(what.startBiases!);
  arena.floats(room.lambdas, 8).set(what.lambdas);
  if (room.base) {
    const head = new Float64Array(arena.memory.buffer, room.base.address, 8).fill(0);
    const base = cachedBaseOf(what);
    head.set([base.targets, base.squares, base.weight]);
    const view = arena.floats(
      { ...room.base, address: room.base.address + 64, bytes: room.base.bytes - 64 },
      bytes,
    );
    view.fill(0);
    base.matrix.forEach((row, k) => {
      const at = k * (padded + 16 / bytes);
      view.set(row, at);
      view.set([base.right[k]!, base.border[k]!], at + padded);
    });
    arena.seal(room.base);
  }
  arena.seal(room.fixed, room.lambdas, ...(room.fixedBiases ? [room.fixedBiases] : []));
  const fields: RowJob = {
    ...NO_JOB,
    fixed: room.fixed.address,
    solved: room.solved.address,
    fixedBiases: room.fixedBiases?.address ?? 0,
    solvedBiases: room.biases?.address ?? 0,
    lambdas: room.lambdas.address,
    starts: room.starts.address,
    columns: room.columns.address,
    values: room.values.address,
    weights: room.weights?.address ?? 0,
    base: room.base?.address ?? 0,
    sums: room.sums.address,
    states: room.states.address,
    workspace: room.workspace.address,
    terms: room.terms.address,
    rowCount: rows.length,
    factors,
    steps: what.steps,
    mean: what.mean,
    biasLambda: what.biasLambda,
    alpha: implicit?.alpha ?? 0,
    offset: implicit?.offset ?? 0,
    observedBase: implicit?.observedBase ?? 0,
  };
  const kind =
    (what.wide ? JobFlag.wideValues | JobFlag.wideWeights : 0) |
    (implicit ? JobFlag.implicit : 0) |
    (what.jacobi ? JobFlag.jacobi : 0);
  const call = (
    some: readonly (readonly Rating[])[],
    flags: number,
    pass: number,
    position: number,
  ): number => {
    const all = some.flat();
    let at = 0;
    arena.integers(room.starts).set([0, ...some.map((row) => (at += row.length))]);
    arena.integers(room.columns).set(all.map(({ column }) => column));
    arena.floats(room.values, stored).set(all.map(({ value }) => value));
    if (room.weights) arena.floats(room.weights, stored).set(all.map(({ weight }) => weight!));
    writeJob(arena.memory, room.job.address, { ...fields, flags: kind | flags, pass, position });
    const { address } = room.job;
    return single ? kernels.conjugateRows32(address) : kernels.conjugateRows64(address);
  };
  let failed = 0;
  if (cuts) {
    const row = rows[0]!;
    const ends = [...cuts, row.length];
    for (let pass = 0; pass <= what.steps; pass++) {
      let from = 0;
      for (const to of ends) {
        const flags = (from > 0 ? JobFlag.continued : 0) | (to < row.length ? JobFlag.unfinished : 0);
        failed = call([row.slice(from, to)], JobFlag.piece | flags, pass, from);
        from = to;
      }
      afterPass?.(pass, arena.bytes(room.solved).slice());
    }
  } else {
    failed = call(rows, 0, 0, 0);
  }
  arena.check(`${build} ${single ? "float32" : "float64"} K=${factors}`);
  const solved = arena.floats(room.solved, bytes);
  const sums = arena.floats(room.sums, 8);
  for (let r = 0; r < rows.length; r++)
    if (solved.subarray(r * padded + factors, (r + 1) * padded).some((value) => !Object.is(value, 0)))
      throw new Error(`${build} K=${factors}: row ${r} is padded with something`);
  return {
    failed,
    states: [...arena.integers(room.states)],
    x: rows.map((_, r) =>
      Float64Array.from([
        ...solved.subarray(r * padded, r * padded + factors),
        ...(room.biases ? [arena.floats(room.biases, 8)[r]!] : []),
      ]),
    ),
    sums: rows.map((_, r) => [sums[3 * r]!, sums[3 * r + 1]!, sums[3 * r + 2]!]),
    bytes: arena.bytes(room.solved).slice(),
  };
}

type Base = ReturnType<typeof baseOf>;
/** By the factors of the fixed side: a case is run many times. */
const bases = new WeakMap<readonly Float64Array[], Base>();

function cachedBaseOf(what: ConjugateCase): Base {
  const known = bases.get(what.fixed) ?? baseOf(what);
  bases.set(what.fixed, known);
  return known;
}

/** What all pairs add to every row, as docs/mathematics.md has it. */
function baseOf({ fixed, factors, mean, fixedBiases, implicit }: ConjugateCase) {
  const beta = implicit!.allPairs;
  const matrix = Array.from({ length: factors }, () => new Float64Array(factors));
  const right = new Float64Array(factors);
  const border = new Float64Array(factors);
  let targets = 0;
  let squares = 0;
  fixed.forEach((u, j) => {
    const m = mean + (fixedBiases?.[j] ?? 0);
    targets -= beta * m;
    squares += beta * m * m;
    for (let k = 0; k < factors; k++) {
      right[k]! -= beta * m * u[k]!;
      border[k]! += beta * u[k]!;
      for (let l = 0; l < factors; l++) matrix[k]![l]! += beta * u[k]! * u[l]!;
    }
  });
  return { matrix, right, border, targets, squares, weight: beta * fixed.length };
}

/** Confidence c, preference p and what is predicted without the row, m, of a rating. */
function partsOf(what: ConjugateCase, { column, value, weight }: Rating) {
  const { implicit } = what;
  const c = weight ?? (implicit ? implicit.offset + implicit.alpha * Math.abs(value) : 1);
  return { c, p: implicit ? Number(value > 0) : value, m: what.mean + (what.fixedBiases?.[column] ?? 0) };
}

/** J of a row at any (x, b) or x, straight from its definition: rated pairs, all pairs, penalty. */
export function lossOf(what: ConjugateCase, row: number, solution: Float64Array): number {
  const x = solution.subarray(0, what.factors);
  const b = solution[what.factors] ?? 0;
  const predicted = (column: number, m: number) => m + b + dot(x, what.fixed[column]!);
  let loss = what.lambdas[row]! * dot(x, x) + what.biasLambda * b * b;
  for (const rating of what.rows[row]!) {
    const { c, p, m } = partsOf(what, rating);
    const y = predicted(rating.column, m);
    loss += c * (p - y) ** 2 - (what.implicit?.observedBase ?? 0) * y * y;
  }
  if (what.implicit)
    what.fixed.forEach((_, j) => {
      loss += what.implicit!.allPairs * predicted(j, what.mean + (what.fixedBiases?.[j] ?? 0)) ** 2;
    });
  return loss;
}

/** What J can be summed from at most, for tolerances: the loss of predicting nothing, of predicting so, and the rest. */
export function lossScale(what: ConjugateCase, row: number, solution: Float64Array): number {
  const sizes = what.rows[row]!.map((rating) => {
    const { c, p, m } = partsOf(what, rating);
    return (c + (what.implicit?.observedBase ?? 0)) * (p * p + m * m);
  });
  return sizes.reduce((sum, size) => sum + size, 0) + Math.abs(lossOf(what, row, solution));
}

/** The normal equations A (x, b) = g that J has its least value at. */
export function systemOf(what: ConjugateCase, row: number): { matrix: Float64Array[]; right: Float64Array } {
  const bias = what.startBiases !== undefined;
  const size = what.factors + (bias ? 1 : 0);
  const matrix = Array.from({ length: size }, () => new Float64Array(size));
  const right = new Float64Array(size);
  const add = (column: number, weight: number, target: number) => {
    const u = [...what.fixed[column]!, ...(bias ? [1] : [])];
    for (let i = 0; i < size; i++) {
      right[i]! += weight * target * u[i]!;
      for (let j = 0; j < size; j++) matrix[i]![j]! += weight * u[i]! * u[j]!;
    }
  };
  // Each square w(t − x·u)² of J adds w·uuᵀ and w·t·u.
  for (const rating of what.rows[row]!) {
    const { c, p, m } = partsOf(what, rating);
    add(rating.column, c, p - m);
    if (what.implicit) add(rating.column, -what.implicit.observedBase, -m);
  }
  if (what.implicit)
    what.fixed.forEach((_, j) => {
      add(j, what.implicit!.allPairs, -(what.mean + (what.fixedBiases?.[j] ?? 0)));
    });
  for (let k = 0; k < size; k++) matrix[k]![k]! += k < what.factors ? what.lambdas[row]! : what.biasLambda;
  return { matrix, right };
}
