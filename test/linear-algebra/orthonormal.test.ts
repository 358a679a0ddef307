import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../../src/kernel/index.js";
import { layOutTall, type Tall, TallMatrices, tallView } from "../../src/kernel/tall/index.js";
import { noiseOf, orthonormalize } from "../../src/linear-algebra/index.js";
import { type Random, seededRandom } from "../../src/random.js";

const ROWS = 60;
const COLUMNS = 12;

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ threads: 1 });
});
afterAll(() => engine.dispose());

/** Columns to make orthonormal, and what came of them. */
async function orthonormal(
  columns: readonly Float64Array[],
  shortest?: number,
  noise?: number,
): Promise<{ q: number[][]; factor: number[][] }> {
  const layout = layOutTall({
    matrices: [{ rows: ROWS, columns: COLUMNS }],
    left: COLUMNS,
    right: COLUMNS,
    rotated: COLUMNS,
    threads: 1,
  });
  const lease = await engine.lend(layout.bytes, undefined, "a test");
  const tall = await lease.work((place) => TallMatrices.open(lease.memory, layout, place));
  const x = layout.matrices[0] as Tall;
  const view = tallView(lease.memory, x);
  columns.forEach((column, k) => {
    for (let row = 0; row < ROWS; row++) view[row * COLUMNS + k] = column[row]!;
  });
  const { map, factor } = await orthonormalize(tall, x, shortest, noise);
  await tall.product(x, map, x);
  const numbers = tallView(lease.memory, x);
  const q = Array.from({ length: COLUMNS }, (_, k) =>
    Array.from({ length: ROWS }, (_, row) => numbers[row * COLUMNS + k]!),
  );
  const rows = Array.from({ length: COLUMNS }, (_, k) =>
    Array.from(factor.values.subarray(k * COLUMNS, (k + 1) * COLUMNS)),
  );
  lease.release();
  return { q, factor: rows };
}

function vector(random: Random): Float64Array {
  return Float64Array.from({ length: ROWS }, () => random.unit() - 0.5);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Columns of Q are orthonormal, `rank` of them, the rest zero, and QT is what it was made of. */
async function expectOrthonormal(columns: readonly Float64Array[], rank: number): Promise<void> {
  const { q, factor } = await orthonormal(columns);
  const there = q.filter((column) => column.some((value) => value !== 0));
  expect(there.length).toBe(rank);
  for (const [a, one] of there.entries())
    for (const [b, other] of there.entries())
      expect(Math.abs(dot(one, other) - (a === b ? 1 : 0))).toBeLessThanOrEqual(1e-14);
  columns.forEach((column, k) => {
    const length = Math.sqrt(dot(column, column));
    for (let row = 0; row < ROWS; row++) {
      let sum = 0;
      for (let axis = 0; axis < COLUMNS; axis++) sum += q[axis]![row]! * factor[axis]![k]!;
      expect(Math.abs(sum - column[row]!)).toBeLessThanOrEqual(1e-13 * length);
    }
  });
}

describe("columns made orthonormal", () => {
  it("from random ones, of any number", async () => {
    const random = seededRandom(1, "test");
    for (let count = 1; count <= COLUMNS; count++)
      await expectOrthonormal(
        Array.from({ length: count }, () => vector(random)),
        count,
      );
  });

  it("whatever their lengths", async () => {
    const random = seededRandom(2, "test");
    const columns = Array.from({ length: COLUMNS }, (_, k) => vector(random).map((x) => x * 10 ** (-12 * k)));
    await expectOrthonormal(columns, COLUMNS);
  });

  it("however nearly they depend on each other", async () => {
    for (const nearness of [1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12]) {
      const random = seededRandom(3, "test");
      const one = vector(random);
      const columns = Array.from({ length: 6 }, () => {
        const other = vector(random);
        return one.map((x, row) => x + nearness * other[row]!);
      });
      await expectOrthonormal(columns, 6);
    }
  });

  it("of graded singular values, down to what rounding makes of nothing", async () => {
    const random = seededRandom(4, "test");
    const basis = (await orthonormal(Array.from({ length: COLUMNS }, () => vector(random)))).q;
    const mixing = Array.from({ length: COLUMNS }, () => vector(random));
    const columns = mixing.map((weights) =>
      Float64Array.from({ length: ROWS }, (_, row) => {
        let sum = 0;
        for (let axis = 0; axis < COLUMNS; axis++) sum += 10 ** -axis * weights[axis]! * basis[axis]![row]!;
        return sum;
      }),
    );
    await expectOrthonormal(columns, COLUMNS);
  });

  it("without those that depend on others, and without zeros", async () => {
    const random = seededRandom(5, "test");
    const [a, b] = [vector(random), vector(random)];
    const zero = new Float64Array(ROWS);
    await expectOrthonormal([a, a], 1);
    await expectOrthonormal([a, zero, b, a, a.map((x) => -2 * x)], 2);
    await expectOrthonormal([zero, a, b, a.map((x, row) => 4 * x - 0.5 * b[row]!)], 2);
    await expectOrthonormal([zero, zero], 0);
  });

  it("without what is called too short, or too near to the others", async () => {
    const random = seededRandom(6, "test");
    const [a, b] = [vector(random), vector(random)];
    const short = b.map((x) => 1e-6 * x);
    const near = a.map((x, row) => x + 1e-6 * b[row]!);
    const count = ({ q }: { q: number[][] }): number =>
      q.filter((column) => column.some((value) => value !== 0)).length;
    expect(count(await orthonormal([a, short]))).toBe(2);
    expect(count(await orthonormal([a, short], 1e-4))).toBe(1);
    expect(count(await orthonormal([a, near]))).toBe(2);
    expect(count(await orthonormal([a, near], 0, 1e-4))).toBe(1);
    expect(noiseOf(COLUMNS)).toBeLessThan(1e-13);
  });

  it("refuse what is not finite", async () => {
    for (const bad of [Number.NaN, Infinity, 1e200]) {
      const column = vector(seededRandom(7, "test"));
      column[5] = bad;
      await expect(orthonormal([column])).rejects.toMatchObject({ code: "not-finite" });
    }
  });
});
