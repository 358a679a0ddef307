import { type Tall, type TallMatrices, tallView } from "../kernel/tall/index.js";

/** Numbers moved between two looks at the clock. */
const SLICE = 1 << 16;
/** Entries of an axis that are this near to the largest one count as equal to it, so that rounding does not turn signs. */
const TIE = 1e-8;

/**
 * Goes through the rows of a matrix with turns for the event loop: `take` is given the numbers, row r's from r · step on.
 *
 * @throws AlternantError "aborted", "disposed"
 */
export async function eachRows(
  tall: TallMatrices,
  matrix: Tall,
  take: (numbers: Float64Array, step: number, from: number, to: number) => void,
): Promise<void> {
  const rowsAtOnce = Math.max(1, Math.floor(SLICE / matrix.columns));
  for (let from = 0; from < matrix.rows; from += rowsAtOnce) {
    const to = Math.min(matrix.rows, from + rowsAtOnce);
    take(tallView(tall.memory, matrix), matrix.stride / 8, from, to);
    await tall.breathe();
  }
}

/** 1 or −1 for each of the first `axes` columns: its entry of largest magnitude, the first of several, times it is positive. */
export async function signsOf(tall: TallMatrices, matrix: Tall, axes: number): Promise<Float64Array> {
  const greatest = new Float64Array(axes);
  const signs = new Float64Array(axes).fill(1);
  const found = new Uint8Array(axes);
  await eachRows(tall, matrix, (numbers, step, from, to) => {
    for (let row = from; row < to; row++)
      for (let k = 0; k < axes; k++) greatest[k] = Math.max(greatest[k]!, Math.abs(numbers[row * step + k]!));
  });
  await eachRows(tall, matrix, (numbers, step, from, to) => {
    for (let row = from; row < to; row++)
      for (let k = 0; k < axes; k++) {
        const entry = numbers[row * step + k]!;
        if (found[k] !== 0 || Math.abs(entry) < greatest[k]! * (1 - TIE)) continue;
        found[k] = 1;
        if (entry < 0) signs[k] = -1;
      }
  });
  return signs;
}

/** Puts the first columns of a matrix, each times its weight, into `values`, one row after the other; without −0. */
export async function readColumns<Numbers extends Float32Array | Float64Array>(
  tall: TallMatrices,
  matrix: Tall,
  weights: Float64Array,
  values: Numbers,
): Promise<Numbers> {
  const axes = weights.length;
  await eachRows(tall, matrix, (numbers, step, from, to) => {
    for (let row = from; row < to; row++)
      for (let k = 0; k < axes; k++) values[row * axes + k] = numbers[row * step + k]! * weights[k]! + 0;
  });
  return values;
}
