import { type Random, seededRandom } from "../../src/random.js";
import type { RatedPair, RowLoss } from "../reference/quadratic.js";
import { numbers } from "./random.js";
import type { ImplicitCase, SolverCase, WeightedRow } from "./solver-call.js";

/** What makes a mode of training: how values count, and whether biases are solved. */
export interface Mode {
  readonly name: string;
  readonly implicit?: ImplicitCase;
  /** Weights lie between these. */
  readonly weights?: readonly [least: number, most: number];
  readonly bias: boolean;
}

const HU_KOREN_VOLINSKY = { alpha: 3, offset: 1, allPairs: 1, observedBase: 1 };
const RENDLE = { alpha: 1, offset: 0, allPairs: 0.3, observedBase: 0 };

/** Every form of the loss; weights below 1 leave a rated pair with less than an unrated one has: a < 0. */
export const MODES: readonly Mode[] = [false, true].flatMap((bias) => [
  { name: "explicit", bias },
  { name: "explicit weighted", bias, weights: [0, 4] as const },
  { name: "implicit", bias, implicit: HU_KOREN_VOLINSKY },
  { name: "implicit weighted from 0 on", bias, implicit: HU_KOREN_VOLINSKY, weights: [0, 3] as const },
  { name: "implicit with a weight of unrated pairs", bias, implicit: RENDLE },
]);

export const nameOf = ({ name, bias }: Mode): string => `${name}, ${bias ? "with" : "without"} biases`;

export interface SeededCase {
  readonly what: SolverCase;
  /** The loss of each row. */
  readonly losses: readonly RowLoss[];
}

const FIXED_ROWS = 450;

/** Rows of the lengths given over distinct columns, numbers as float32 holds them where asked; rows stand at random numbers. */
export function makeCase(
  mode: Mode,
  factors: number,
  lengths: readonly number[],
  single: boolean,
  lambdas: readonly number[] = [0.4, 0.1, 2],
): SeededCase {
  const random = seededRandom(factors * 31 + lengths.length, "test");
  const scale = 2 / Math.sqrt(factors);
  const fixed = Array.from({ length: FIXED_ROWS }, () => numbers(random, factors, scale, single));
  const fixedBiases = mode.bias ? numbers(random, FIXED_ROWS, 0.5) : undefined;
  const [least, most] = mode.weights ?? [0, 0];
  const rows: WeightedRow[] = lengths.map((count) => ({
    columns: distinct(random, count),
    values: mode.implicit
      ? Float64Array.from({ length: count }, () => (1 + random.integer(4)) * (random.unit() < 0.2 ? -1 : 1))
      : Float64Array.from({ length: count }, () => (1 + random.integer(10)) / 2),
    weights:
      mode.weights && Float64Array.from({ length: count }, () => least + random.unit() * (most - least)),
  }));
  const what: SolverCase = {
    factors,
    fixed,
    fixedBiases,
    rows,
    start: rows.map(() => numbers(random, factors, 1, single)),
    startBiases: mode.bias ? numbers(random, rows.length) : undefined,
    lambdas: rows.map((_, r) => lambdas[r % lambdas.length]!),
    biasLambda: 0.7,
    mean: mode.bias || !mode.implicit ? 0.6 : 0,
    implicit: mode.implicit,
    steps: factors,
  };
  return { what, losses: rows.map((_, row) => lossOf(what, row)) };
}

/** Some of the fixed side, in any order: a pair is rated once, or its negative weight would count twice. */
function distinct(random: Random, count: number): Int32Array {
  const columns = Int32Array.from({ length: FIXED_ROWS }, (_, j) => j);
  for (let i = 0; i < count; i++) {
    const j = i + random.integer(FIXED_ROWS - i);
    [columns[i], columns[j]] = [columns[j]!, columns[i]!];
  }
  return columns.slice(0, count);
}

/** What a case says of a row, for the reference. */
export function lossOf(what: SolverCase, row: number): RowLoss {
  const { columns, values, weights } = what.rows[row]!;
  const { implicit } = what;
  const pairs = Array.from(columns, (column, i): RatedPair => {
    const value = values[i]!;
    if (!implicit) return { column, weight: weights?.[i] ?? 1, preference: value };
    return {
      column,
      weight: weights?.[i] ?? implicit.offset + implicit.alpha * Math.abs(value),
      preference: value > 0 ? 1 : 0,
    };
  });
  return {
    fixed: what.fixed,
    offsets: what.fixed.map((_, j) => what.mean + (what.fixedBiases?.[j] ?? 0)),
    pairs,
    allPairs: implicit?.allPairs ?? 0,
    observedBase: implicit?.observedBase ?? 0,
    lambda: what.lambdas[row]!,
    biasLambda: what.startBiases && what.biasLambda,
  };
}

/** Where a row stands before, its bias behind. */
export function startOf(what: SolverCase, row: number): Float64Array {
  const x = what.start[row]!;
  return what.startBiases ? Float64Array.from([...x, what.startBiases[row]!]) : x;
}
