import type { Small, TallMatrices } from "../kernel/tall/index.js";

/** A matrix of zeros. */
export function zeros(rows: number, columns: number): Small {
  return { rows, columns, values: new Float64Array(rows * columns) };
}

export function identity(size: number): Small {
  const matrix = zeros(size, size);
  for (let i = 0; i < size; i++) matrix.values[i * (size + 1)] = 1;
  return matrix;
}

export function transpose({ rows, columns, values }: Small): Small {
  const turned = zeros(columns, rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      turned.values[column * rows + row] = values[row * columns + column]!;
  return turned;
}

/** AB, with turns for the event loop. @throws AlternantError "aborted", "disposed" */
export async function multiply(tall: TallMatrices, a: Small, b: Small): Promise<Small> {
  const product = zeros(a.rows, b.columns);
  const width = b.columns;
  for (let row = 0; row < a.rows; row++) {
    const out = product.values.subarray(row * width, (row + 1) * width);
    for (let k = 0; k < a.columns; k++) {
      const factor = a.values[row * a.columns + k]!;
      if (factor === 0) continue;
      const from = k * width;
      for (let column = 0; column < width; column++) out[column]! += factor * b.values[from + column]!;
    }
    await tall.breathe();
  }
  return product;
}

/** Indices of numbers, the greatest first; equal ones in their order. */
export function falling(numbers: Float64Array): number[] {
  return Array.from(numbers.keys()).sort((a, b) => numbers[b]! - numbers[a]! || a - b);
}

/** The lengths of a matrix's rows. */
export function rowLengths({ rows, columns, values }: Small): Float64Array {
  const lengths = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += values[row * columns + column]! ** 2;
    lengths[row] = Math.sqrt(sum);
  }
  return lengths;
}
