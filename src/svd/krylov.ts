import { columnsOf, orthogonalize, type Small, type Tall, type TallMatrices } from "../kernel/tall/index.js";
import { eachRows, multiply, orthonormalize, rowLengths, zeros } from "../linear-algebra/index.js";
import { type Random, seededRandom } from "../random.js";
import type { RatingsOperator } from "./operator.js";
import type { ResolvedSvdOptions } from "./options.js";
import type { SvdPlan } from "./plan.js";

/**
 * A unit vector of which no more than this lies outside of the subspace says that there is no direction left; so do several, in
 * as much of their common space.
 */
const EXHAUSTED = { length: 1e-4, noise: 1e-8 };

/** One projection of a block leaves it orthogonal to the subspace to 1e-12 where it keeps so much of its length. */
const FAR_OUTSIDE = 1e-4;

/** Where the subspace stands after a look at it. */
export interface SubspaceState {
  /** Blocks multiplied so far. */
  readonly iteration: number;
  /** Axes that meet the tolerance. */
  readonly converged: number;
  /** Largest estimated residual, as a share of σ₁. */
  readonly residual: number;
}

/** Eigenvalues of the subspace's projection of RᵀR, falling, and their vectors as rows. */
interface RitzPairs {
  readonly values: Float64Array;
  readonly vectors: Small;
}

/**
 * A growing orthonormal basis V of a Krylov subspace of RᵀR on the short side, and H = VᵀRᵀRV. A block is projected and made
 * orthonormal twice where once loses digits, so that V stays orthogonal; what rounding or random numbers put in place of a
 * direction that was lost is as good as any. When there is no room left, the subspace is cut down to its best vectors (thick
 * restart).
 */
export class KrylovSubspace {
  readonly #tall: TallMatrices;
  readonly #operator: RatingsOperator;
  readonly #plan: SvdPlan;
  readonly #random: Random;
  /** H, of which the first `#size` rows and columns are known. */
  readonly #projection: Small;
  /** Vectors whose images are known. */
  #size = 0;
  /** What the last image has outside of the subspace: RᵀR·V = V·H + next·[0 … remainder]. */
  #remainder: Small;
  #iteration = 0;
  #restarted = false;

  constructor(tall: TallMatrices, operator: RatingsOperator, plan: SvdPlan, { seed }: ResolvedSvdOptions) {
    this.#tall = tall;
    this.#operator = operator;
    this.#plan = plan;
    this.#random = seededRandom(seed, "krylov");
    this.#projection = zeros(plan.basis.columns, plan.basis.columns);
    this.#remainder = zeros(plan.block, plan.block);
  }

  /** Takes the first block of random vectors. */
  async begin(): Promise<void> {
    await this.#fillRandom(() => true);
    const { map } = await orthonormalize(this.#tall, this.#plan.next);
    await this.#append(map);
  }

  /** Multiplies blocks until the tolerance is met or no more is allowed; leaves the K best vectors as the first of V. */
  async solve(
    { factors, tolerance, maxIterations }: ResolvedSvdOptions,
    tell: (state: SubspaceState) => unknown,
  ): Promise<SubspaceState> {
    const { basis, kept, block } = this.#plan;
    let state: SubspaceState = { iteration: 0, converged: 0, residual: Number.NaN };
    for (;;) {
      const map = await this.#multiplyBlock();
      const full = this.#size + block > basis.columns;
      const over = this.#size >= basis.rows || (this.#iteration >= maxIterations && this.#size >= factors);
      // A look costs up to half a block. In the first subspace axes have seldom converged before it is full.
      if (full || over || (this.#restarted && this.#iteration % 2 === 0)) {
        const pairs = await this.#ritzPairs();
        state = this.#judge(pairs, factors, tolerance);
        if (over || state.converged === factors) {
          await tell(state);
          await this.#rotate(pairs, this.#plan.axes);
          return state;
        }
        if (full) await this.#restart(pairs, kept);
      }
      await tell({ ...state, iteration: this.#iteration });
      await this.#append(map);
    }
  }

  /** Appends the block that lies in `next`, each vector mapped, to V. */
  async #append(map: Small): Promise<void> {
    const { next, basis, block } = this.#plan;
    await this.#tall.product(next, map, columnsOf(basis, this.#size, block));
  }

  /** Multiplies the last block of V and takes its image apart; returns what makes the next block of what lies in `next`. */
  async #multiplyBlock(): Promise<Small> {
    const { basis, next, block } = this.#plan;
    const tall = this.#tall;
    const from = this.#size;
    await this.#operator.normal(columnsOf(basis, from, block), next);
    this.#iteration++;
    this.#size += block;
    const known = columnsOf(basis, 0, this.#size);
    const first = await this.#project(known);
    const unit = await orthonormalize(tall, next);
    if (await this.#isFarOutside(first, unit.factor)) {
      this.#remainder = unit.factor;
      this.#writeProjection(from, first);
      return unit.map;
    }
    await tall.product(next, unit.map, next);
    const lost = (k: number): boolean => isZeroRow(unit.factor, k);
    if (Array.from({ length: block }, (_, k) => k).some(lost)) await this.#fillRandom(lost);
    const second = await this.#project(known);
    const again = await orthonormalize(tall, next, EXHAUSTED.length, EXHAUSTED.noise);
    this.#remainder = await multiply(tall, again.factor, unit.factor);
    const correction = await multiply(tall, second, unit.factor);
    this.#writeProjection(from, {
      ...first,
      values: first.values.map((value, i) => value + correction.values[i]!),
    });
    return again.map;
  }

  /**
   * Whether enough of a block's image lies outside of the subspace that projecting it once has lost few digits: its least singular
   * value there, beside the longest vector of the image.
   */
  async #isFarOutside(inside: Small, outside: Small): Promise<boolean> {
    const { columns } = outside;
    let longest = 0;
    for (let k = 0; k < columns; k++) {
      let squares = 0;
      for (const { rows, values } of [inside, outside])
        for (let row = 0; row < rows; row++) squares += values[row * columns + k]! ** 2;
      longest = Math.max(longest, squares);
    }
    const { rows } = await orthogonalize(this.#tall, outside);
    return rowLengths(rows).every((value) => value > FAR_OUTSIDE * Math.sqrt(longest));
  }

  /** Writes VᵀRᵀR of the block that begins at `from` into H. */
  #writeProjection(from: number, { rows, columns, values }: Small): void {
    const width = this.#projection.columns;
    for (let row = 0; row < rows; row++)
      for (let k = 0; k < columns; k++) {
        const value = values[row * columns + k]!;
        this.#projection.values[row * width + from + k] = value;
        this.#projection.values[(from + k) * width + row] = value;
      }
  }

  /** Takes from `next` what of it lies in the span of the known vectors; returns that, in their terms. */
  async #project(known: Tall): Promise<Small> {
    const { next } = this.#plan;
    const inside = await this.#tall.cross(known, next);
    const minus = { ...inside, values: inside.values.map((value) => -value) };
    await this.#tall.product(known, minus, next, true);
    return inside;
  }

  async #ritzPairs(): Promise<RitzPairs> {
    const size = this.#size;
    const width = this.#projection.columns;
    const projection = zeros(size, size);
    for (let row = 0; row < size; row++)
      projection.values.set(this.#projection.values.subarray(row * width, row * width + size), row * size);
    const { rows, turns } = await orthogonalize(this.#tall, projection);
    const lengths = rowLengths(rows);
    const order = Array.from(lengths.keys()).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
    const vectors = zeros(size, size);
    order.forEach((row, k) => {
      vectors.values.set(turns.values.subarray(row * size, (row + 1) * size), k * size);
    });
    return { values: Float64Array.from(order, (row) => lengths[row]!), vectors };
  }

  /**
   * ‖RᵀRq − σ²q‖ of a Ritz vector is the length of what the remainder makes of its last entries; over σ it is ‖Rᵀp − σq‖ of
   * p = Rq/σ. Where σ² has drowned in rounding, both are rounding.
   */
  #judge({ values, vectors }: RitzPairs, factors: number, tolerance: number): SubspaceState {
    const { block } = this.#plan;
    const size = vectors.columns;
    const greatest = Math.sqrt(values[0]!);
    let converged = 0;
    let residual = 0;
    for (let axis = 0; axis < Math.min(factors, size); axis++) {
      let squares = 0;
      for (let row = 0; row < block; row++) {
        let sum = 0;
        for (let k = 0; k < block; k++)
          sum += this.#remainder.values[row * block + k]! * vectors.values[axis * size + size - block + k]!;
        squares += sum * sum;
      }
      const value = Math.max(Math.sqrt(values[axis]!), Math.sqrt(size * Number.EPSILON) * greatest);
      const own = greatest === 0 ? 0 : Math.sqrt(squares) / value / greatest;
      if (own <= tolerance) converged++;
      residual = Math.max(residual, own);
    }
    return { iteration: this.#iteration, converged, residual };
  }

  /** V becomes its `count` best vectors; zeros where there are fewer. */
  async #rotate({ vectors }: RitzPairs, count: number): Promise<void> {
    const { basis } = this.#plan;
    const size = vectors.columns;
    const turned = zeros(size, count);
    for (let axis = 0; axis < Math.min(count, size); axis++)
      for (let k = 0; k < size; k++) turned.values[k * count + axis] = vectors.values[axis * size + k]!;
    await this.#tall.product(columnsOf(basis, 0, size), turned, columnsOf(basis, 0, count));
  }

  async #restart(pairs: RitzPairs, kept: number): Promise<void> {
    await this.#rotate(pairs, kept);
    const width = this.#projection.columns;
    this.#projection.values.fill(0);
    for (let k = 0; k < kept; k++) this.#projection.values[k * (width + 1)] = pairs.values[k]!;
    this.#size = kept;
    this.#restarted = true;
  }

  /** Random numbers into some columns of `next`. */
  async #fillRandom(wanted: (k: number) => boolean): Promise<void> {
    const { next, block } = this.#plan;
    await eachRows(this.#tall, next, (numbers, step, from, to) => {
      for (let row = from; row < to; row++)
        for (let k = 0; k < block; k++) if (wanted(k)) numbers[row * step + k] = this.#random.unit() - 0.5;
    });
  }
}

/** Whether row k is one of a direction that was not there. */
function isZeroRow({ columns, values }: Small, k: number): boolean {
  for (let column = 0; column < columns; column++) if (values[k * columns + column] !== 0) return false;
  return true;
}
