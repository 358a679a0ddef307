import { AlternantError, describe } from "../errors.js";
import { type Driver, factorView, lambdaView, type NamedHalf } from "../kernel/index.js";
import type { Tall, TallMatrices } from "../kernel/tall/index.js";
import { eachRows } from "../linear-algebra/index.js";
import type { RatingsSource } from "../ratings/index.js";
import type { Center } from "./options.js";
import type { SvdPlan } from "./plan.js";

/** What is subtracted from ratings. */
export interface Centring {
  readonly center: Center;
  readonly mean: number;
  readonly userBiases: Float64Array<ArrayBuffer> | undefined;
  readonly itemBiases: Float64Array<ArrayBuffer> | undefined;
  /** What all that is left is multiplied by: a power of two that brings the largest near 1. */
  readonly scale: number;
}

/** What centring can leave of ratings near 1 that it explains entirely. */
const ROUNDING = 1e-13;

/**
 * The centred ratings' matrix R, times a power of two, as something that multiplies a block of vectors. Blocks come and go as
 * columns of tall matrices in float64; products are made in the fit's precision.
 */
export class RatingsOperator {
  readonly #tall: TallMatrices;
  readonly #driver: Driver;
  readonly #plan: SvdPlan;
  readonly #toLong: NamedHalf;
  readonly #toShort: NamedHalf;
  readonly #normal: NamedHalf;
  readonly #center: Center;
  /** ‖R‖² of nothing but rounding. */
  readonly #least: number;
  #squares = Number.NaN;

  constructor(
    tall: TallMatrices,
    driver: Driver,
    plan: SvdPlan,
    ratings: RatingsSource,
    { center, mean, userBiases, itemBiases, scale }: Centring,
  ) {
    this.#tall = tall;
    this.#driver = driver;
    this.#plan = plan;
    this.#center = center;
    this.#least = ratings.count * ROUNDING ** 2;
    const { fit, short, long } = plan;
    for (const [side, biases] of [
      [fit.users, userBiases],
      [fit.items, itemBiases],
    ] as const)
      if (biases !== undefined) new Float64Array(tall.memory.buffer, side.biases, side.rowCount).set(biases);
    const half = (solved: "users" | "items", fixed: "users" | "items"): NamedHalf => ({
      ratings: solved === "users" ? ratings.byUser : ratings.byItem,
      solved: fit[solved],
      fixed: fit[fixed],
      lambdas: lambdaView(tall.memory, fit[solved]),
      biasLambda: 0,
      mean,
      method: { kind: "multiply", scale },
      implicit: undefined,
      rowName: (row) => `row ${row}`,
    });
    this.#toLong = half(long, short);
    this.#toShort = half(short, long);
    this.#normal = { ...this.#toLong, method: { kind: "normal", scale, shares: plan.shares } };
  }

  /** ‖R‖² of what is multiplied; known after the first product. */
  get squares(): number {
    return this.#squares;
  }

  /** Y = RᵀR·X on the short side, a block's columns each; Y's rows follow each other. */
  async normal(x: Tall, y: Tall): Promise<void> {
    const { short, fit, shares } = this.#plan;
    await this.#put(x, short);
    await this.#multiply(this.#normal);
    await this.#tall.sum(fit.precision, shares.address, shares.bytes, shares.bounds.length - 1, y);
  }

  /** Y = R·X: from the short side to the long one. */
  async forward(x: Tall, y: Tall): Promise<void> {
    await this.#put(x, this.#plan.short);
    await this.#multiply(this.#toLong);
    await this.#take(this.#plan.long, y);
  }

  /** Y = Rᵀ·X: from the long side to the short one. */
  async backward(x: Tall, y: Tall): Promise<void> {
    await this.#put(x, this.#plan.long);
    await this.#multiply(this.#toShort);
    await this.#take(this.#plan.short, y);
  }

  async #multiply(half: NamedHalf): Promise<void> {
    const { squares } = await this.#driver.solve(half);
    this.#squares = squares;
    if (squares > this.#least) return;
    throw new AlternantError(
      "no-ratings",
      `SVD.fit: nothing is left of the ratings to decompose: with center ${describe(this.#center)} all ${this.#toLong.ratings.count} of them are 0. Use center: "none", or ratings that differ.`,
    );
  }

  /** A block into the memory that products read; its missing columns are zero. */
  #put(x: Tall, side: "users" | "items"): Promise<void> {
    const { fit, block } = this.#plan;
    return eachRows(this.#tall, x, (numbers, step, from, to) => {
      const out = factorView(this.#tall.memory, fit, fit[side]);
      for (let row = from; row < to; row++)
        for (let k = 0; k < block; k++) out[row * block + k] = k < x.columns ? numbers[row * step + k]! : 0;
    });
  }

  /** The block that a product wrote. */
  #take(side: "users" | "items", y: Tall): Promise<void> {
    const { fit, block } = this.#plan;
    return eachRows(this.#tall, y, (numbers, step, from, to) => {
      const given = factorView(this.#tall.memory, fit, fit[side]);
      for (let row = from; row < to; row++)
        for (let k = 0; k < y.columns; k++) numbers[row * step + k] = given[row * block + k]!;
    });
  }
}
