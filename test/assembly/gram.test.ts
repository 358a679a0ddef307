import { beforeAll, describe, expect, it } from "vitest";
import { gram as referenceGram } from "../reference/matrix.js";
import { sameBytes } from "../support/bytes.js";
import { type Bench, FACTORS, openBenches, PRECISIONS } from "./builds.js";
import { randomRows } from "./random.js";
import { backwardError } from "./tolerance.js";

const ROW_COUNTS = [0, 1, 2, 3, 127, 128, 129, 300];
/** Bytes between the rows of a tile that the kernel must step over. */
const STRIDE = 32;

let benches: Bench[];
beforeAll(async () => {
  benches = await openBenches(8 * 2 ** 20);
});

const PADDED = [...new Set(FACTORS.map((factors) => Math.ceil(factors / 4) * 4))];

describe.each(PADDED)("Σ u uᵀ over a tile of %i columns", (padded) => {
  it.each(["float64", "float32"] as const)(
    "equals the plain loop in %s, over and onto a matrix",
    (precision) => {
      const { factorBytes: size, unit } = PRECISIONS[precision];
      for (const count of padded <= 200 ? ROW_COUNTS : [3, 129]) {
        const rows = randomRows(count, count, padded, 1, size === 4);
        const expected = referenceGram(rows, padded);
        const scale = referenceGram(
          rows.map((row) => row.map(Math.abs)),
          padded,
        );
        const results = benches.map(({ build, arena, kernels }) => {
          arena.reset();
          const tileBytes = padded * size + STRIDE;
          const aBytes = padded * size + 16;
          const tile = arena.take("tile", count * tileBytes);
          const a = arena.take("a", padded * aBytes);
          if (count > 0) {
            const view = arena.floats(tile, size);
            rows.forEach((row, r) => {
              view.set(row, (r * tileBytes) / size);
            });
            arena.seal(tile);
          }
          const gram = precision === "float64" ? kernels.gram64 : kernels.gram32;
          gram(tile.address, count, tileBytes, padded, a.address, 1);
          const once = arena.floats(a, size).slice();
          gram(tile.address, count, tileBytes, padded, a.address, 0);
          arena.check(`${build} ${precision}`);
          return { once, twice: arena.floats(a, size).slice() };
        });
        for (const [b, { once, twice }] of results.entries()) {
          const name = `${benches[b]!.build} ${precision}, ${count} rows`;
          const width = padded + 16 / size;
          const tolerance = backwardError(count, 1, unit);
          const fault = (i: number, j: number, message: string) => {
            throw new Error(`${name}, entry ${i} ${j}: ${message}`);
          };
          for (let i = 0; i < padded; i++) {
            for (let j = 0; j < width; j++) {
              const sum = once[i * width + j]!;
              const again = twice[i * width + j]!;
              // Below the diagonal blocks and behind the columns lies what other parts of the solver own.
              if (j < i - (i % 4) || j >= padded) {
                if (!Number.isNaN(again)) fault(i, j, "is not for the Gram matrix to write");
              } else if (j >= i) {
                const error = Math.abs(sum - expected[i]![j]!);
                if (!(error <= tolerance * scale[i]![j]!)) fault(i, j, `${sum}, expected ${expected[i]![j]}`);
                if (again !== 2 * sum) fault(i, j, `${again} after the same sums were added to ${sum}`);
              }
            }
          }
        }
        expect(sameBytes(results[1]!.twice, results[0]!.twice), "the bits of simd and simd-shared").toBe(
          true,
        );
        expect(
          sameBytes(results[3]!.twice, results[2]!.twice),
          "the bits of relaxed and relaxed-shared",
        ).toBe(true);
      }
    },
  );
});
