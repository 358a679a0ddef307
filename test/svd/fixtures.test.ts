import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../../src/kernel/index.js";
import { SVD } from "../../src/svd/index.js";
import type { Matrix } from "../reference/procrustes.js";
import { scaledColumns } from "../reference/random-matrix.js";
import { columnsFrom, decompositionOf, outside, residualOf } from "./decomposition.js";
import clustered from "./fixtures/clustered.json";
import moviesShaped from "./fixtures/movielens-shaped.json";
import repeated from "./fixtures/repeated.json";
import sparse from "./fixtures/sparse.json";
import tall from "./fixtures/tall.json";
import wide from "./fixtures/wide.json";
import { type Cells, copies, dense, ratingsOf, skewed, timesMatrix, transposedCells } from "./problems.js";

/** What SciPy's svds says of a matrix. */
interface Told {
  readonly values: readonly number[];
  /** The value after these. */
  readonly next: number;
  /** users × K, float64, base64. */
  readonly left: string;
}

const CASES: readonly [name: string, fixture: typeof tall, cells: Cells][] = [
  ["tall", tall, dense(1, 12, 9)],
  ["wide", wide, dense(2, 9, 14)],
  ["sparse", sparse, skewed(3, 60, 25, 300)],
  ["repeated", repeated, copies(4, 8, 6, 3, 0)],
  ["clustered", clustered, copies(5, 8, 6, 4, 2 ** -22)],
  ["movielens-shaped", moviesShaped, skewed(6, 610, 9724, 100_836)],
];
/** Relative to σ₁: what values, and angles times their gaps, are held to. */
const CLOSE = 1e-8;
/** Values nearer to each other than this share of σ₁ are one cluster, whose axes only count together. */
const CLUSTER = 1e-5;

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ threads: 1 });
});
afterAll(() => engine.dispose());

function leftOf({ left, values }: Told, rows: number): Matrix {
  const bytes = Uint8Array.from(atob(left), (letter) => letter.charCodeAt(0));
  return { rows, columns: values.length, values: new Float64Array(bytes.buffer) };
}

/** Runs of equal or nearly equal values, as half-open ranges, with their distance to the nearest other value. */
function clustersOf({ values, next }: Told): { from: number; to: number; gap: number }[] {
  const all = [...values, next];
  const top = all[0]!;
  const found: { from: number; to: number; gap: number }[] = [];
  for (let from = 0; from < values.length; ) {
    let to = from + 1;
    while (to < values.length && all[to - 1]! - all[to]! <= CLUSTER * top) to++;
    const above = from === 0 ? Infinity : all[from - 1]! - all[from]!;
    found.push({ from, to, gap: Math.min(above, all[to - 1]! - all[to]!) / top });
    from = to;
  }
  return found;
}

describe.each(CASES)("a matrix that is %s", (_name, fixture, cells) => {
  it("is the one that the fixture was made of", () => {
    const { rows, columns, values } = cells;
    expect([cells.users, cells.items, values.length]).toEqual([fixture.users, fixture.items, fixture.count]);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(fixture.sum, 6);
    expect([rows.at(-1), columns.at(-1)]).toEqual(fixture.last);
  });

  it.each([
    ["none", "as it is"],
    ["none", "turned"],
    ["mean", "as it is"],
    ["mean", "turned"],
  ] as const)("has the values and subspaces that ARPACK finds, center %s, %s", async (center, way) => {
    const told: Told = fixture[center];
    const given = way === "turned" ? transposedCells(cells) : cells;
    const { factors } = fixture;
    const options = {
      factors,
      center,
      tolerance: 1e-9,
      maxIterations: 1000,
      strict: true,
      precision: "float64",
    } as const;
    const model = await new SVD(options).fit(ratingsOf(given), { engine });
    const centred = centredCells(given, center);
    const found = decompositionOf(model, given);
    const top = told.values[0]!;
    for (const [k, value] of told.values.entries())
      expect(Math.abs(found.values[k]! - value) / top, `value ${k + 1}`).toBeLessThanOrEqual(CLOSE);

    const left = leftOf(told, cells.users);
    const original = way === "turned" ? transposedCells(centred) : centred;
    // q = Aᵀp / σ
    const right = scaledColumns(
      timesMatrix(transposedCells(original), left),
      told.values.map((value) => 1 / value),
    );
    const [lefts, rights] = way === "turned" ? [right, left] : [left, right];
    for (const { from, to, gap } of clustersOf(told))
      for (const [side, expected] of [
        ["users", lefts],
        ["items", rights],
      ] as const) {
        const own = columnsFrom(found[side], from, to);
        const away = outside(columnsFrom(expected, from, to), own);
        expect(away * gap, `${side}, axes ${from + 1} to ${to}`).toBeLessThanOrEqual(CLOSE);
      }
    const residual = residualOf(centred, found);
    expect(residual).toBeLessThanOrEqual(1e-9 * 1.01);
  });
});

function centredCells(cells: Cells, center: "none" | "mean"): Cells {
  if (center === "none") return cells;
  const { values } = cells;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { ...cells, values: values.map((value) => value - mean) };
}
