import { beforeAll, expect, it } from "vitest";
import { seededRandom } from "../../src/random.js";
import { type Bench, openBenches } from "./builds.js";
import { numbers } from "./random.js";

let benches: Bench[];
beforeAll(async () => {
  benches = await openBenches(8 * 2 ** 20);
});

/** Rows, columns of X and of Y, and numbers between the ends of rows: every residue of the groups of six and of four. */
const SHAPES = [1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 47, 48, 49, 97, 150].flatMap((rows) =>
  [4, 8, 12, 16, 20, 28, 64].map((p) => ({ rows, p, q: 4 * (1 + ((rows + p) % 5)), gap: rows % 3 })),
);
const STEP = 6;

it.each(SHAPES)("XᵀY of $rows rows, $p × $q columns", ({ rows, p, q, gap }) => {
  const random = seededRandom(rows * 100 + p, "test");
  const xWidth = p + gap;
  const yWidth = q + gap;
  // Groups of six columns reach beyond the last row.
  const x = numbers(random, rows * xWidth + STEP);
  const y = numbers(random, rows * yWidth + STEP);
  const before = numbers(random, Math.ceil(p / 6) * 6 * q);
  for (const { arena, kernels, build } of benches)
    for (const first of [0, 1] as const) {
      arena.reset();
      const [xs, ys] = [arena.take("x", x.length * 8), arena.take("y", y.length * 8)];
      const out = arena.take("out", before.length * 8);
      const scratch = arena.take("scratch", (Math.ceil(p / 6) + q / 4) * 48 * 48);
      arena.floats(xs, 8).set(x);
      arena.floats(ys, 8).set(y);
      arena.floats(out, 8).set(before);
      arena.seal(xs, ys);
      kernels.crossProduct(
        xs.address,
        xWidth * 8,
        p,
        ys.address,
        yWidth * 8,
        q,
        rows,
        out.address,
        q * 8,
        first,
        scratch.address,
      );
      arena.check(build);
      const found = arena.floats(out, 8);
      for (let a = 0; a < p; a++)
        for (let b = 0; b < q; b++) {
          let sum = first === 1 ? 0 : before[a * q + b]!;
          for (let row = 0; row < rows; row++) sum += x[row * xWidth + a]! * y[row * yWidth + b]!;
          expect(Math.abs(found[a * q + b]! - sum), `${build} ${a}, ${b}`).toBeLessThanOrEqual(
            1e-15 * rows + 1e-15,
          );
        }
    }
});

it.each(SHAPES)(
  "XC of $rows rows, $p × $q columns, into another matrix and in place",
  ({ rows, p, q, gap }) => {
    const random = seededRandom(rows * 100 + p + 7, "test");
    const whole = Math.ceil(rows / 6) * 6;
    const c = numbers(random, p * q);
    const packed = new Float64Array((p * q * 6) / 4);
    for (let row = 0; row < p; row++)
      for (let column = 0; column < q; column++)
        packed[((column >> 2) * p + row) * 6 + (column & 3)] = c[row * q + column]!;
    for (const inPlace of [false, true]) {
      const xWidth = inPlace ? Math.max(p, q) + gap : p + gap;
      const yWidth = inPlace ? xWidth : q + gap;
      const x = numbers(random, whole * xWidth);
      const before = inPlace ? x : numbers(random, whole * yWidth);
      for (const { arena, kernels, build } of benches)
        for (const first of [0, 1] as const) {
          arena.reset();
          const xs = arena.take("x", x.length * 8);
          const ys = inPlace ? xs : arena.take("y", before.length * 8);
          const cs = arena.take("c", packed.length * 8);
          const scratch = arena.take("scratch", p * 48);
          arena.floats(xs, 8).set(x);
          arena.floats(ys, 8).set(before);
          arena.floats(cs, 8).set(packed);
          arena.seal(cs, ...(inPlace ? [] : [xs]));
          kernels.tallProduct(
            xs.address,
            xWidth * 8,
            p,
            cs.address,
            q,
            ys.address,
            yWidth * 8,
            rows,
            first,
            scratch.address,
          );
          arena.check(build);
          const found = arena.floats(ys, 8);
          for (let row = 0; row < rows; row++)
            for (let column = 0; column < q; column++) {
              let sum = first === 1 ? 0 : before[row * yWidth + column]!;
              for (let k = 0; k < p; k++) sum += x[row * xWidth + k]! * c[k * q + column]!;
              const error = Math.abs(found[row * yWidth + column]! - sum);
              expect(error, `${build} ${row}, ${column}`).toBeLessThanOrEqual(1e-15 * p + 1e-15);
            }
        }
    }
  },
);

it.each([
  [2, 4],
  [5, 8],
  [9, 12],
  [16, 16],
  [7, 40],
])("%i rows of %i numbers are turned until they are orthogonal", (rows, width) => {
  const random = seededRandom(rows, "test");
  const x = numbers(random, rows * width);
  // Rows of very different lengths, two that are nearly the same, and one of zeros.
  x.forEach((_, i) => {
    const row = Math.floor(i / width);
    x[i]! *= 10 ** (-3 * row);
    if (row === 1) x[i] = x[i - width]! * (1 + 1e-9 * (i % width));
    if (rows > 4 && row === rows - 1) x[i] = 0;
  });
  const turnWidth = Math.ceil(rows / 4) * 4;
  for (const { arena, kernels, build } of benches) {
    arena.reset();
    const [xs, vs] = [arena.take("x", x.length * 8), arena.take("v", rows * turnWidth * 8)];
    arena.floats(xs, 8).set(x);
    const v = arena.floats(vs, 8).fill(0);
    for (let row = 0; row < rows; row++) v[row * turnWidth + row] = 1;
    const sweep = (): number => {
      let turned = 0;
      for (let row = 0; row < rows; row++)
        turned += kernels.turnRows(
          xs.address,
          width * 8,
          vs.address,
          turnWidth * 8,
          row,
          row + 1,
          rows,
          1e-15 * width,
        );
      return turned;
    };
    let sweeps = 0;
    while (sweep() > 0) expect(++sweeps, build).toBeLessThan(20);
    expect(sweeps).toBeGreaterThan(0);
    arena.check(build);
    const turned = arena.floats(xs, 8);
    const dot = (
      a: ArrayLike<number>,
      i: number,
      b: ArrayLike<number>,
      j: number,
      count: number,
      step: number,
    ) => {
      let sum = 0;
      for (let k = 0; k < count; k++) sum += a[i * step + k]! * b[j * step + k]!;
      return sum;
    };
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < rows; j++) {
        const length = Math.sqrt(
          dot(turned, i, turned, i, width, width) * dot(turned, j, turned, j, width, width),
        );
        if (i !== j)
          expect(
            Math.abs(dot(turned, i, turned, j, width, width)),
            `${build} ${i}, ${j}`,
          ).toBeLessThanOrEqual(1e-14 * width * length);
        expect(dot(v, i, v, j, rows, turnWidth)).toBeCloseTo(i === j ? 1 : 0, 14);
      }
    // V·X is what was turned.
    for (let i = 0; i < rows; i++)
      for (let k = 0; k < width; k++) {
        let sum = 0;
        for (let row = 0; row < rows; row++) sum += v[i * turnWidth + row]! * x[row * width + k]!;
        expect(turned[i * width + k]).toBeCloseTo(sum, 14);
      }
  }
});
