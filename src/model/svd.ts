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

/** R̂ without μ and biases as P S Qᵀ. */
export async function svdOf<U extends Id, I extends Id>(
  parts: ModelParts<U, I>,
  options: DecomposeOptions,
): Promise<ModelSvd> {
  checkOptions("svd", options, ["engine", "signal"]);
  const { values, tolerance, users, items } = await decompose(parts, "Model.svd", options, false);
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
export function sharesOf(
  values: Float64Array<ArrayBuffer>,
): Pick<ModelSvd, "energy" | "rank" | "effectiveRank"> {
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
    const userScale = await scaleOf(tall, userFactors);
    const itemScale = await scaleOf(tall, itemFactors);
    await load(tall, w, userFactors, factors, userScale);
    await load(tall, u, itemFactors, factors, itemScale);
    const { values: found, tolerance } = await productSvd(tall, w, u);
    const values = found.slice(0, factors) as Float64Array<ArrayBuffer>;
    const signs = await signsOf(tall, u, factors);
    const weights = (scale: number): Float64Array =>
      signs.map((sign, k) => (scaled ? sign * Math.sqrt(values[k]!) * scale : sign));
    // √(σ/(sₙ·sₘ)), split so that neither half overflows: scales are even powers of two.
    const back = 1 / Math.sqrt(userScale) / Math.sqrt(itemScale);
    return {
      values: values.map((value) => value / userScale / itemScale),
      tolerance: tolerance / userScale / itemScale,
      users: await readColumns(tall, w, weights(back), new Float64Array(n * factors)),
      items: await readColumns(tall, u, weights(back), new Float64Array(m * factors)),
    };
  } finally {
    lease.release();
  }
}

/** An even power of two that brings float64 factors near 1, so that their squares neither overflow nor vanish. */
async function scaleOf(tall: TallMatrices, factors: Factors): Promise<number> {
  if (factors instanceof Float32Array) return 1;
  let greatest = 0;
  for (let from = 0; from < factors.length; from += SLICE) {
    const to = Math.min(factors.length, from + SLICE);
    for (let i = from; i < to; i++) greatest = Math.max(greatest, Math.abs(factors[i]!));
    await tall.breathe();
  }
  if (!(greatest > 0 && greatest < Infinity) || (greatest > 1e-100 && greatest < 1e100)) return 1;
  return 4 ** -Math.round(log(greatest) / log(4));
}

/** Puts a side's factors into a tall matrix. */
async function load(
  tall: TallMatrices,
  to: Tall,
  factors: Factors,
  width: number,
  scale: number,
): Promise<void> {
  await eachRows(tall, to, (numbers, step, from, end) => {
    if (width === step) numbers.set(factors.subarray(from * width, end * width), from * width);
    else
      for (let row = from; row < end; row++)
        numbers.set(factors.subarray(row * width, (row + 1) * width), row * step);
    if (scale !== 1) for (let i = from * step; i < end * step; i++) numbers[i]! *= scale;
  });
}
