import { checkSignal } from "../abort.js";
import { exp, log } from "../arithmetic.js";
import { AlternantError } from "../errors.js";
import { engineFor, MEMORY_LIMIT } from "../kernel/index.js";
import { layOutTall, type Tall, TallMatrices } from "../kernel/tall/index.js";
import { eachRows, productSvd, readColumns, signsOf } from "../linear-algebra/index.js";
import { checkOptions } from "../options.js";
import type { Id } from "../ratings/vocabulary.js";
import type { Factors, ModelParts } from "./parts.js";
import type { DecomposeOptions, ModelSvd } from "./results.js";

/** Numbers looked at between two looks at the clock. */
const SLICE = 1 << 16;

/** P S Qᵀ as it comes out of the memory; the factors of canonical form where `scaled`. */
interface Decomposition {
  /** K, falling. */
  readonly values: Float64Array<ArrayBuffer>;
  readonly tolerance: number;
  /** N × K: P, or P√S. */
  readonly users: Float64Array<ArrayBuffer>;
  /** M × K: Q, or Q√S. */
  readonly items: Float64Array<ArrayBuffer>;
}

/** R̂ without μ and biases as P S Qᵀ. @param what asks, as it stands in errors */
export async function svdOf<U extends Id, I extends Id>(
  parts: ModelParts<U, I>,
  options: DecomposeOptions,
  what: string = "Model.svd",
): Promise<ModelSvd> {
  checkOptions("svd", options, ["engine", "signal"]);
  const { values, tolerance, users, items } = await decompose(parts, what, options, false);
  const { factors } = parts;
  return Object.freeze({
    values,
    ...sharesOf(values),
    tolerance,
    users: { rows: parts.users.size, factors, values: users },
    items: { rows: parts.items.size, factors, values: items },
  });
}

/** Energy, rank and effective rank of singular values. */
function sharesOf(values: Float64Array<ArrayBuffer>): Pick<ModelSvd, "energy" | "rank" | "effectiveRank"> {
  const greatest = values[0]!;
  const relative = values.map((value) => (greatest === 0 ? 0 : value / greatest));
  const squares = relative.reduce((sum, value) => sum + value * value, 0);
  const total = relative.reduce((sum, value) => sum + value, 0);
  let entropy = 0;
  for (const value of relative) if (value > 0) entropy -= (value / total) * log(value / total);
  return {
    energy: relative.map((value) => (squares === 0 ? 0 : value ** 2 / squares)),
    rank: relative.reduce((count, value) => count + (value > 0 ? 1 : 0), 0),
    effectiveRank: greatest === 0 ? 0 : exp(entropy),
  };
}

/**
 * Decomposes the product of a model's factors.
 *
 * @param scaled whether each side's columns are to be multiplied by √σ
 * @throws AlternantError "too-large", "not-finite", "aborted", "disposed", "lane-failed"
 */
export async function decompose<U extends Id, I extends Id>(
  { users, items, factors, userFactors, itemFactors }: ModelParts<U, I>,
  what: string,
  { engine: given, signal }: DecomposeOptions,
  scaled: boolean,
): Promise<Decomposition> {
  checkSignal(signal);
  const engine = await engineFor(given, signal, what);
  const [n, m] = [users.size, items.size];
  const layout = layOutTall({
    matrices: [
      { rows: n, columns: factors },
      { rows: m, columns: factors },
    ],
    left: factors,
    right: factors,
    rotated: factors,
    threads: engine.threads,
  });
  if (layout.bytes > MEMORY_LIMIT)
    throw new AlternantError(
      "too-large",
      `${what} takes the factors of ${n} users and ${m} items in float64, ${(layout.bytes / 2 ** 30).toFixed(1)} GiB with what it works in, and WebAssembly can address 4 GiB. Train with fewer factors.`,
    );
  const lease = await engine.lend(layout.bytes, signal, what);
  try {
    const { memory } = lease;
    const tall = await lease.work((place) => TallMatrices.open(memory, layout, place));
    const [w, u] = layout.matrices as [Tall, Tall];
    const { userScales, itemScales, scale } = await scalesOf(tall, userFactors, itemFactors, factors);
    await load(tall, w, userFactors, factors, userScales);
    await load(tall, u, itemFactors, factors, itemScales);
    const { values: found, tolerance } = await productSvd(tall, w, u);
    const values = found.slice(0, factors) as Float64Array<ArrayBuffer>;
    const signs = await signsOf(tall, u, factors);
    // √(σ/scale) without an overflow of the quotient: the scale is an even power of two.
    const back = 1 / Math.sqrt(scale);
    const weights = signs.map((sign, k) => (scaled ? sign * Math.sqrt(values[k]!) * back : sign));
    return {
      values: values.map((value) => value / scale),
      tolerance: tolerance / scale,
      users: await readColumns(tall, w, weights, new Float64Array(n * factors)),
      items: await readColumns(tall, u, weights, new Float64Array(m * factors)),
    };
  } finally {
    lease.release();
  }
}

interface Scales {
  /** What each column is multiplied by. */
  readonly userScales: Float64Array;
  readonly itemScales: Float64Array;
  /** What the product is multiplied by. */
  readonly scale: number;
}

/**
 * Powers of two that bring float64 factors near 1, so that their squares neither overflow nor vanish: a column of one side and
 * that of the other are made about as long as each other, which leaves their product, and then all of them shorter or longer.
 */
async function scalesOf(
  tall: TallMatrices,
  userFactors: Factors,
  itemFactors: Factors,
  factors: number,
): Promise<Scales> {
  const ones = new Float64Array(factors).fill(1);
  if (userFactors instanceof Float32Array) return { userScales: ones, itemScales: ones, scale: 1 };
  const users = await exponentsOf(tall, userFactors, factors);
  const items = await exponentsOf(tall, itemFactors, factors);
  const sums = users.map((exponent, k) => exponent + items[k]!);
  const greatest = sums.reduce((most, sum) => Math.max(most, sum), -Infinity);
  if (!Number.isFinite(greatest)) return { userScales: ones, itemScales: ones, scale: 1 };
  const shift = Math.round(greatest / 2);
  // Beyond 2^±1000 a column is nothing beside the others.
  const power = (exponent: number): number => 2 ** Math.max(-1000, Math.min(1000, exponent));
  const balance = users.map((exponent, k) => Math.round((items[k]! - exponent) / 2) || 0);
  return {
    userScales: balance.map((exponent) => power(exponent - shift)),
    itemScales: balance.map((exponent) => power(-exponent - shift)),
    scale: power(-2 * shift),
  };
}

/** log₂ of each column's largest magnitude, rounded; −Infinity of zeros. */
async function exponentsOf(tall: TallMatrices, factors: Factors, width: number): Promise<Float64Array> {
  const greatest = new Float64Array(width);
  const rowsAtOnce = Math.max(1, Math.floor(SLICE / width));
  for (let from = 0; from < factors.length; from += rowsAtOnce * width) {
    const to = Math.min(factors.length, from + rowsAtOnce * width);
    for (let row = from; row < to; row += width)
      for (let k = 0; k < width; k++) greatest[k] = Math.max(greatest[k]!, Math.abs(factors[row + k]!));
    await tall.breathe();
  }
  return greatest.map((x) => (x > 0 ? Math.round(log(x) / log(2)) : -Infinity));
}

/** Puts a side's factors into a tall matrix. */
async function load(
  tall: TallMatrices,
  to: Tall,
  factors: Factors,
  width: number,
  scales: Float64Array,
): Promise<void> {
  const scaled = scales.some((scale) => scale !== 1);
  await eachRows(tall, to, (numbers, step, from, end) => {
    if (width === step) numbers.set(factors.subarray(from * width, end * width), from * width);
    else
      for (let row = from; row < end; row++)
        numbers.set(factors.subarray(row * width, (row + 1) * width), row * step);
    if (scaled)
      for (let row = from; row < end; row++)
        for (let k = 0; k < width; k++) numbers[row * step + k]! *= scales[k]!;
  });
}
