import type { Yielder } from "../yield.js";
import { gramianBlocks } from "./gramian-blocks.js";
import type { FitLayout, SideLayout } from "./layout.js";
import { baseBytes } from "./sizes.js";

/** Numbers added up between two looks at the clock. */
const SLICE = 1 << 16;
/** Bytes before the matrix: −Σm, Σm² and the number of rows, in float64. */
const HEAD = 64;
const HEAD_NUMBERS = 3;

/**
 * Adds up what the blocks of a side have in their slots, in their order and in float64, times β; writes it, the lower
 * triangle too, to where solvers read what all pairs add to a row (assembly/base.ts), in both precisions.
 */
export async function reduceGramian(
  memory: WebAssembly.Memory,
  layout: FitLayout,
  side: SideLayout,
  beta: number,
  yielder: Yielder,
): Promise<void> {
  const { factors, padded, precision, slots } = layout;
  const { count } = gramianBlocks(side.rowCount, factors);
  const bytes = baseBytes(factors, precision);
  const numberBytes = precision === "float32" ? 4 : 8;
  const stride = padded + 16 / numberBytes;
  const wideStride = padded + 2;
  const wide = new Float64Array(memory.buffer, side.wideBase + HEAD, padded * wideStride);
  const head = new Float64Array(memory.buffer, side.wideBase, HEAD_NUMBERS).fill(0);
  for (let block = 0; block < count; block++) {
    const slot = new Float64Array(memory.buffer, slots + block * bytes, HEAD_NUMBERS);
    for (let i = 0; i < HEAD_NUMBERS; i++) head[i]! += beta * slot[i]!;
  }
  const rowsAtOnce = Math.max(1, Math.floor(SLICE / (padded * count)));
  const numbers = (address: number): Float32Array | Float64Array =>
    precision === "float32"
      ? new Float32Array(memory.buffer, address, padded * stride)
      : new Float64Array(memory.buffer, address, padded * stride);
  const blocks = Array.from({ length: count }, (_, block) => numbers(slots + block * bytes + HEAD));
  for (let row = 0; row < padded; row++) {
    // The upper triangle, and the two columns behind the matrix.
    for (let column = row; column < padded + 2; column++) {
      let sum = 0;
      for (const block of blocks) sum += block[row * stride + column]!;
      wide[row * wideStride + column] = beta * sum;
    }
    for (let column = 0; column < row; column++)
      wide[row * wideStride + column] = wide[column * wideStride + row]!;
    if (row % rowsAtOnce === 0 && yielder.due()) await yielder.pause();
  }
  if (side.base === side.wideBase) return;
  new Float64Array(memory.buffer, side.base, HEAD_NUMBERS).set(head);
  const own = numbers(side.base + HEAD);
  for (let row = 0; row < padded; row++) {
    for (let column = 0; column < padded + 2; column++)
      own[row * stride + column] = wide[row * wideStride + column]!;
    if (row % rowsAtOnce === 0 && yielder.due()) await yielder.pause();
  }
}

/**
 * β·Σŷ² over all pairs, ŷ = b + c + wᵀu, from what both sides' rows add up to, as they last were: the squares of a product's
 * entries are products of Gramians.
 */
export function allPairsSquared(memory: WebAssembly.Memory, layout: FitLayout, beta: number): number {
  const { padded, users, items } = layout;
  const stride = padded + 2;
  const matrix = (side: SideLayout): Float64Array =>
    new Float64Array(memory.buffer, side.wideBase + HEAD, padded * stride);
  const heads = (side: SideLayout): Float64Array =>
    new Float64Array(memory.buffer, side.wideBase, HEAD_NUMBERS);
  const w = matrix(users);
  const u = matrix(items);
  let sum = 0;
  let mixed = 0;
  for (let row = 0; row < padded; row++) {
    for (let column = 0; column < padded; column++)
      sum += w[row * stride + column]! * u[row * stride + column]!;
    // −Σb·w with Σu, and Σw with −Σc·u.
    const at = row * stride + padded;
    mixed -= w[at]! * u[at + 1]! + w[at + 1]! * u[at]!;
  }
  const [userBiases, userSquares, userRows] = heads(users) as unknown as [number, number, number];
  const [itemBiases, itemSquares, itemRows] = heads(items) as unknown as [number, number, number];
  const biases = userSquares * itemRows + itemSquares * userRows + 2 * userBiases * itemBiases;
  return (sum + 2 * mixed + biases) / beta;
}
