import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Engine, type Lease } from "../../src/kernel/index.js";
import {
  columnsOf,
  layOutTall,
  orthogonalize,
  type Small,
  type Tall,
  TallMatrices,
  tallView,
} from "../../src/kernel/tall/index.js";
import { seededRandom } from "../../src/random.js";
import { CAN_SHARE } from "../support/sharing.js";

const THREADS = CAN_SHARE ? [1, 2, 3] : [1];
let engines: Engine[];
beforeAll(async () => {
  engines = await Promise.all(THREADS.map((threads) => Engine.create({ threads })));
});
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.dispose()));
});

interface Opened {
  readonly lease: Lease;
  readonly tall: TallMatrices;
  readonly x: Tall;
  readonly y: Tall;
}

/** Two matrices of random numbers, of as many rows. */
async function open(engine: Engine, rows: number, left: number, right: number): Promise<Opened> {
  const layout = layOutTall({
    matrices: [
      { rows, columns: left },
      { rows, columns: right },
    ],
    left,
    right,
    rotated: Math.max(left, right),
    threads: engine.threads,
  });
  const lease = await engine.lend(layout.bytes, undefined, "a test");
  const tall = await lease.work((place) => TallMatrices.open(lease.memory, layout, place));
  const [x, y] = layout.matrices as [Tall, Tall];
  const random = seededRandom(rows + left + right, "test");
  for (const matrix of [x, y]) {
    const view = tallView(lease.memory, matrix);
    for (let i = 0; i < view.length; i++) view[i] = random.unit() - 0.5;
  }
  return { lease, tall, x, y };
}

/** Entry (row, column) of a matrix, or of some of its columns. */
function at(numbers: Float64Array, matrix: Tall, row: number, column: number): number {
  return numbers[(row * matrix.stride) / 8 + column]!;
}

/** The numbers of a matrix, copied. */
function numbersOf(memory: WebAssembly.Memory, matrix: Tall): Float64Array {
  return tallView(memory, matrix).slice();
}

function plainCross(memory: WebAssembly.Memory, x: Tall, y: Tall): Small {
  const [a, b] = [numbersOf(memory, x), numbersOf(memory, y)];
  const values = new Float64Array(x.columns * y.columns);
  for (let row = 0; row < x.rows; row++)
    for (let p = 0; p < x.columns; p++)
      for (let q = 0; q < y.columns; q++) values[p * y.columns + q]! += at(a, x, row, p) * at(b, y, row, q);
  return { rows: x.columns, columns: y.columns, values };
}

function expectClose(
  what: string,
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  close: number,
): void {
  expect(found.length, what).toBe(expected.length);
  for (let i = 0; i < found.length; i++)
    if (!(Math.abs(found[i]! - expected[i]!) <= close))
      throw new Error(`${what}: number ${i} is ${found[i]}, not ${expected[i]}`);
}

const SHAPES = [
  [1, 4, 4],
  [5, 4, 8],
  [25, 24, 8],
  [49, 8, 4],
  [131, 12, 12],
  [260, 20, 16],
  [1000, 36, 8],
  [9000, 8, 28],
  [700, 64, 32],
] as const;

describe.each(THREADS)("tall matrices on %i threads", (threads) => {
  const engine = (): Engine => engines[THREADS.indexOf(threads)]!;

  it.each(SHAPES)("multiply as plain loops do: %i rows, %i and %i columns", async (rows, left, right) => {
    const { lease, tall, x, y } = await open(engine(), rows, left, right);
    const close = 1e-15 * rows + 1e-15 * left;
    const gram = await tall.gram(x);
    expectClose("gram", gram.values, plainCross(lease.memory, x, x).values, close);
    const cross = await tall.cross(x, y);
    expectClose("cross", cross.values, plainCross(lease.memory, x, y).values, close);
    // Some columns of a matrix alone.
    const part = columnsOf(x, left - 4, 4);
    expectClose("part", (await tall.cross(part, y)).values, plainCross(lease.memory, part, y).values, close);
    for (const add of [false, true]) {
      const [a, b] = [numbersOf(lease.memory, x), numbersOf(lease.memory, y)];
      const expected = b.map((before, i) => {
        const row = Math.floor((i * 8) / y.stride);
        const column = i - (row * y.stride) / 8;
        let sum = add ? before : 0;
        for (let k = 0; k < left; k++) sum += at(a, x, row, k) * cross.values[k * right + column]!;
        return sum;
      });
      await tall.product(x, cross, y, add);
      expectClose(`product, add ${add}`, numbersOf(lease.memory, y), expected, close * rows);
      expectClose("x", numbersOf(lease.memory, x), a, 0);
    }
    lease.release();
  });

  it("have the bits of one thread", async () => {
    const [one, other] = [await open(engines[0]!, 9001, 32, 16), await open(engine(), 9001, 32, 16)];
    const results = await Promise.all(
      [one, other].map(async ({ lease, tall, x, y }) => {
        const gram = await tall.gram(x);
        const cross = await tall.cross(x, y);
        await tall.product(x, cross, y, true);
        const numbers = numbersOf(lease.memory, y);
        lease.release();
        return { gram, cross, numbers };
      }),
    );
    expect(results[1]).toEqual(results[0]);
  });

  it("turn the rows of small matrices until they are orthogonal", async () => {
    const { lease, tall } = await open(engine(), 10, 32, 4);
    const random = seededRandom(5, "test");
    for (const [rows, columns] of [
      [1, 1],
      [3, 7],
      [7, 3],
      [30, 30],
    ] as const) {
      const x: Small = {
        rows,
        columns,
        values: Float64Array.from({ length: rows * columns }, () => random.unit() - 0.5),
      };
      const { rows: turned, turns } = await orthogonalize(tall, x);
      expect([turned.rows, turned.columns, turns.rows, turns.columns]).toEqual([rows, columns, rows, rows]);
      const dot = ({ values, columns: width }: Small, i: number, j: number): number => {
        let sum = 0;
        for (let k = 0; k < width; k++) sum += values[i * width + k]! * values[j * width + k]!;
        return sum;
      };
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < i; j++) {
          expect(Math.abs(dot(turned, i, j))).toBeLessThanOrEqual(
            1e-14 * Math.sqrt(dot(turned, i, i) * dot(turned, j, j)) + 1e-30,
          );
          expect(dot(turns, i, j)).toBeCloseTo(0, 14);
        }
      for (let i = 0; i < rows; i++)
        for (let k = 0; k < columns; k++) {
          let sum = 0;
          for (let row = 0; row < rows; row++)
            sum += turns.values[i * rows + row]! * x.values[row * columns + k]!;
          expect(turned.values[i * columns + k]).toBeCloseTo(sum, 14);
        }
    }
    lease.release();
  });

  it("end with what a signal says", async () => {
    const controller = new AbortController();
    const layout = layOutTall({
      matrices: [{ rows: 50_000, columns: 64 }],
      left: 64,
      right: 64,
      rotated: 64,
      threads,
    });
    const lease = await engine().lend(layout.bytes, controller.signal, "a test");
    const tall = await lease.work((place) => TallMatrices.open(lease.memory, layout, place));
    const x = layout.matrices[0]!;
    const work = (async () => {
      for (;;) await tall.gram(x);
    })();
    setTimeout(() => controller.abort(), 20);
    await expect(work).rejects.toMatchObject({ code: "aborted" });
    lease.release();
  });
});
