import { describe } from "../errors.js";
import {
  type Driver,
  type Engine,
  type FitLayout,
  factorView,
  type HalfSums,
  type Lease,
  lambdaView,
  type NamedHalf,
  type OnWork,
  type SideLayout,
} from "../kernel/index.js";
import type { Factors } from "../model/index.js";
import type { RatingsSource } from "../ratings/index.js";
import { createYielder, type Yielder } from "../yield.js";
import { planFit } from "./fit-plan.js";
import { randomFactors } from "./initial.js";
import { writeRowLambdas } from "./lambdas.js";
import type { ResolvedAlsOptions } from "./options.js";
import { checkContents } from "./source.js";

/** Below these shares of Σt² the free loss has lost its digits, and a direct pass takes its place. */
const DIRECT_BELOW = { float64: 1e-6, float32: 1e-2 } as const;
/** Numbers copied between two looks at the clock. */
const COPY_SLICE = 1 << 18;

/** Loss after a half-epoch: J = squaredError + penalties. */
export interface Loss {
  /** Σ(r − r̂)² over the training ratings. */
  readonly squaredError: number;
  /** Σ λ_i‖w_i‖² + λ_b Σ b²; 0 before the users are solved for the first time. */
  readonly userPenalty: number;
  /** Σ λ_j‖u_j‖² + λ_b Σ c². */
  readonly itemPenalty: number;
}

/** λ_i of each row of both sides. */
interface Lambdas {
  readonly users: Float64Array;
  readonly items: Float64Array;
}

/** The state of one fit in a lent memory: solves halves, tells the loss, hands factors out. */
export class Session {
  readonly layout: FitLayout;
  readonly #lease: Lease;
  readonly #driver: Driver;
  readonly #users: NamedHalf;
  readonly #items: NamedHalf;
  readonly #options: ResolvedAlsOptions;
  readonly #check: () => void;
  #userPenalty = 0;
  #itemPenalty = 0;

  private constructor(
    lease: Lease,
    driver: Driver,
    layout: FitLayout,
    options: ResolvedAlsOptions,
    ratings: RatingsSource,
    mean: number,
    lambdas: Lambdas,
    check: () => void,
  ) {
    this.#lease = lease;
    this.layout = layout;
    this.#options = options;
    this.#check = check;
    this.#driver = driver;
    const biasLambda = options.regularization.biases;
    this.#users = {
      ratings: ratings.byUser,
      solved: layout.users,
      fixed: layout.items,
      lambdas: lambdas.users,
      biasLambda,
      mean,
      rowName: (row) => `user ${describe(ratings.users.id(row))}`,
    };
    this.#items = {
      ratings: ratings.byItem,
      solved: layout.items,
      fixed: layout.users,
      lambdas: lambdas.items,
      biasLambda,
      mean,
      rowName: (row) => `item ${describe(ratings.items.id(row))}`,
    };
  }

  /**
   * Borrows a memory and puts random user factors into it.
   *
   * @throws AlternantError "too-large" before anything is allocated when the factors exceed what wasm32 can address,
   * "aborted"
   */
  static async open(
    engine: Engine,
    options: ResolvedAlsOptions,
    ratings: RatingsSource,
    mean: number,
    signal: AbortSignal | undefined,
  ): Promise<Session> {
    const layout = planFit(ratings, options, engine.threads);
    const lease = await engine.lend(layout.bytes, signal, "ALS.fit");
    const check = (): void => engine.check(signal, "ALS.fit");
    try {
      const yielder = interruptible(check);
      // What lending took counts too: each stage must begin with a turn behind it, or two short ones make a long one.
      await yielder.pause();
      await checkContents(ratings, yielder);
      const { regularization, scaling } = options;
      const lambdas: Lambdas = {
        users: lambdaView(lease.memory, layout.users),
        items: lambdaView(lease.memory, layout.items),
      };
      await writeRowLambdas(lambdas.users, ratings.byUser.starts, regularization.users, scaling, yielder);
      await writeRowLambdas(lambdas.items, ratings.byItem.starts, regularization.items, scaling, yielder);
      const view = factorView(lease.memory, layout, layout.users);
      await randomFactors(view, options.factors, layout.padded, options.seed, yielder);
      await yielder.pause();
      const shared = ratings.byUser.share() !== undefined && ratings.byItem.share() !== undefined;
      const driver = await lease.drive(layout, shared);
      return new Session(lease, driver, layout, options, ratings, mean, lambdas, check);
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /** Threads that work on it. */
  get threads(): number {
    return this.#driver.threads;
  }

  /** Solves every item for the users as they are. */
  async solveItems(onWork?: OnWork): Promise<Loss> {
    const sums = await this.#driver.solve(this.#items, onWork);
    this.#itemPenalty = sums.penalty;
    return this.#loss(sums, this.#items);
  }

  /** Solves every user for the items as they are. */
  async solveUsers(onWork?: OnWork): Promise<Loss> {
    const sums = await this.#driver.solve(this.#users, onWork);
    this.#userPenalty = sums.penalty;
    return this.#loss(sums, this.#users);
  }

  /** At solved rows the loss comes free: Σt² − explained = Σe² + penalty. */
  async #loss(sums: HalfSums, half: NamedHalf): Promise<Loss> {
    const free = sums.squares - sums.explained - sums.penalty;
    const exact = free < DIRECT_BELOW[this.#options.precision] * sums.squares;
    return {
      squaredError: exact ? await this.#driver.squaredError(half) : free,
      userPenalty: this.#userPenalty,
      itemPenalty: this.#itemPenalty,
    };
  }

  /** Σ(r − r̂)² straight from the ratings. */
  squaredError(): Promise<number> {
    return this.#driver.squaredError(this.#users);
  }

  /** One side's factors without padding, in an ordinary buffer. */
  copyFactors(side: "users" | "items"): Factors {
    const copy = this.#emptyFactors(side);
    this.#copyRows(side, copy, 0, this.layout[side].rowCount);
    return copy;
  }

  /** The same in slices, so that the event loop has its turn between them. @throws AlternantError "aborted", "disposed" */
  async copyFactorsInSlices(side: "users" | "items"): Promise<Factors> {
    const yielder = interruptible(this.#check);
    await yielder.pause();
    const copy = this.#emptyFactors(side);
    const { rowCount } = this.layout[side];
    const step = Math.max(1, Math.floor(COPY_SLICE / this.layout.padded));
    for (let row = 0; row < rowCount; row += step) {
      this.#copyRows(side, copy, row, Math.min(rowCount, row + step));
      if (yielder.due()) await yielder.pause();
    }
    return copy;
  }

  /** One side's biases, or undefined where none are solved. */
  copyBiases(side: "users" | "items"): Float64Array<ArrayBuffer> | undefined {
    const { biases, rowCount } = this.layout[side];
    if (biases === 0) return undefined;
    return new Float64Array(new Float64Array(this.#lease.memory.buffer, biases, rowCount));
  }

  /** Puts user factors in, N × K: for tests that permute them. */
  setUserFactors(values: ArrayLike<number>): void {
    const { factors, padded, users } = this.layout;
    const view = this.#view(users);
    for (let row = 0; row < users.rowCount; row++)
      for (let k = 0; k < factors; k++) view[row * padded + k] = values[row * factors + k]!;
  }

  /** Gives the memory back; idempotent. */
  close(): void {
    this.#lease.release();
  }

  #view(side: SideLayout): Float32Array | Float64Array {
    return factorView(this.#lease.memory, this.layout, side);
  }

  #emptyFactors(side: "users" | "items"): Factors {
    const length = this.layout[side].rowCount * this.layout.factors;
    return this.layout.precision === "float32" ? new Float32Array(length) : new Float64Array(length);
  }

  #copyRows(side: "users" | "items", copy: Factors, from: number, to: number): void {
    const { factors, padded } = this.layout;
    const view = this.#view(this.layout[side]);
    if (factors === padded) {
      copy.set(view.subarray(from * factors, to * factors), from * factors);
      return;
    }
    for (let row = from; row < to; row++)
      copy.set(view.subarray(row * padded, row * padded + factors), row * factors);
  }
}

/** A yielder whose pauses throw when the fit has been ended from outside meanwhile. */
function interruptible(check: () => void): Yielder {
  const { due, pause } = createYielder();
  return {
    due,
    pause: async () => {
      await pause();
      check();
    },
  };
}
