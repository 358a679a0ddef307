import {
  type Driver,
  type Engine,
  type FitLayout,
  factorView,
  frequencyOf,
  type HalfSums,
  type ImplicitTerms,
  type Lease,
  lambdaView,
  type Method,
  type NamedHalf,
  type OnWork,
  type RowCounts,
  rescaling,
} from "../kernel/index.js";
import type { Factors, Model } from "../model/index.js";
import type { RatingsSide } from "../ratings/index.js";
import { createYielder, interruptible, type Yielder } from "../yield.js";
import { FactorAccess } from "./factor-access.js";
import { planFit } from "./fit-plan.js";
import { halvesOf } from "./halves.js";
import { randomFactors, zeroRowsWithoutRatings } from "./initial.js";
import { writeRowLambdas } from "./lambdas.js";
import type { ResolvedAlsOptions } from "./options.js";
import type { TrainingSource } from "./training-source.js";

/** Below these shares of what rows started from the free loss has lost its digits, and a direct pass takes its place. */
const DIRECT_BELOW = { float64: 1e-6, float32: 1e-2 } as const;

/** Loss after a half-epoch: J = squaredError + penalties. */
export interface Loss {
  /** Σ c(r − r̂)² over the training ratings; implicit feedback: and what unrated pairs add. */
  readonly squaredError: number;
  /** Σ λ_i‖w_i‖² + λ_b Σ b²; 0 before the users are solved for the first time. */
  readonly userPenalty: number;
  /** Σ λ_j‖u_j‖² + λ_b Σ c². */
  readonly itemPenalty: number;
}

/** J in its parts. */
export interface LossParts {
  /** Σ c(p − ŷ)² over rated pairs; explicit: Σ c(r − r̂)². */
  readonly observed: number;
  /** What unrated pairs add: 0 for explicit ratings. */
  readonly unobserved: number;
  /** All penalties. */
  readonly regularization: number;
}

/** All that an epoch leaves behind. */
export interface SessionState {
  readonly users: SideState;
  readonly items: SideState;
}

interface SideState {
  readonly factors: Factors;
  readonly biases: Float64Array | undefined;
  readonly penalty: number;
}

/** What a session is opened with. */
export interface SessionStart {
  readonly options: ResolvedAlsOptions;
  readonly source: TrainingSource;
  /** μ. */
  readonly mean: number;
  readonly method: Method;
  /** A model to start from. */
  readonly initial?: Model | undefined;
  /** What trains, as it stands in errors. */
  readonly what: string;
}

/** The state of one fit in a lent memory: solves halves, tells the loss, hands factors out. */
export class Session {
  readonly layout: FitLayout;
  readonly #lease: Lease;
  readonly #driver: Driver;
  readonly #users: NamedHalf;
  readonly #items: NamedHalf;
  readonly #precision: "float32" | "float64";
  readonly #implicit: ImplicitTerms | undefined;
  readonly #options: ResolvedAlsOptions;
  readonly #factors: FactorAccess;
  /** Sides whose sums over all rows are those of their present factors. */
  readonly #summed: Set<"users" | "items"> = new Set();
  #userPenalty = 0;
  #itemPenalty = 0;

  private constructor(
    lease: Lease,
    driver: Driver,
    layout: FitLayout,
    { users, items }: { users: NamedHalf; items: NamedHalf },
    options: ResolvedAlsOptions,
    check: () => void,
  ) {
    this.#lease = lease;
    this.layout = layout;
    this.#driver = driver;
    this.#users = users;
    this.#items = items;
    this.#precision = layout.precision;
    this.#implicit = users.implicit;
    this.#options = options;
    this.#factors = new FactorAccess(lease.memory, layout, () => interruptible(createYielder(), check));
  }

  /**
   * Borrows a memory and puts random user factors into it, or those of a model.
   *
   * @throws AlternantError "too-large" before anything is allocated when the factors exceed what wasm32 can address,
   * "aborted"
   */
  static async open(engine: Engine, start: SessionStart, signal: AbortSignal | undefined): Promise<Session> {
    const { options, source, method, what } = start;
    const { ratings } = source;
    const layout = planFit(ratings, options, method, engine.threads);
    const lease = await engine.lend(layout.bytes, signal, what);
    const check = (): void => engine.check(signal, what);
    try {
      const yielder = interruptible(createYielder(), check);
      // What lending took counts too: each stage must begin with a turn behind it, or two short ones make a long one.
      await yielder.pause();
      const lambdas = {
        users: lambdaView(lease.memory, layout.users),
        items: lambdaView(lease.memory, layout.items),
      };
      const { regularization, scaling } = options;
      const factor = await rescaling(options, countsOf(ratings.byUser), countsOf(ratings.byItem), yielder);
      for (const [side, { starts }, otherCount] of [
        ["users", ratings.byUser, ratings.itemCount],
        ["items", ratings.byItem, ratings.userCount],
      ] as const) {
        const frequency = frequencyOf(options, scaling, otherCount);
        await writeRowLambdas(lambdas[side], starts, factor * regularization[side], frequency, yielder);
      }
      const shared = ratings.byUser.share() !== undefined && ratings.byItem.share() !== undefined;
      const driver = await lease.drive(layout, { shared, exact: method.kind === "cholesky" });
      const session = new Session(lease, driver, layout, halvesOf(start, layout, lambdas), options, check);
      await session.startAtRandom(yielder);
      if (start.initial) {
        const { warmStart } = await import("./warm-start.js");
        await warmStart(start.initial, ratings, lease.memory, layout, yielder);
        session.zeroUsersOutside(ratings.byUser);
      }
      await yielder.pause();
      return session;
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /** Threads that work on it. */
  get threads(): number {
    return this.#driver.threads;
  }

  /** Random user factors, and nothing known of items. */
  async startAtRandom(yielder: Yielder): Promise<void> {
    this.#factors.clear("items");
    this.#factors.clear("users");
    await this.randomize(this.userRows, yielder);
    this.zeroUsersOutside(this.#users.ratings);
    this.#summed.clear();
  }

  /** Fills rows, as wide as those in memory, with random factors. */
  randomize(rows: Float32Array | Float64Array, yielder: Yielder): Promise<void> {
    return randomFactors(rows, this.#options, this.layout.padded, yielder);
  }

  /** Where unrated pairs count, users without ratings count as nothing: they are never solved, and their random factors would. */
  zeroUsersOutside({ starts }: RatingsSide): void {
    const { padded, users } = this.layout;
    if (users.base !== 0) zeroRowsWithoutRatings(this.userRows, padded, starts);
  }

  /** User factors as they lie in memory, in rows of `layout.padded`: for who writes there, before items are solved for them. */
  get userRows(): Float32Array | Float64Array {
    return factorView(this.#lease.memory, this.layout, this.layout.users);
  }

  /** λ_i of each row of a side: what is written there, the next rows are solved with. */
  lambdas(side: "users" | "items"): Float64Array {
    return lambdaView(this.#lease.memory, this.layout[side]);
  }

  /** Solves one side for ratings that are a sample of those of the session. */
  async solveSample(side: "users" | "items", ratings: RatingsSide): Promise<void> {
    const half = side === "users" ? this.#users : this.#items;
    await this.#solve({ ...half, ratings }, side);
  }

  /** Solves every item for the users as they are. */
  async solveItems(onWork?: OnWork): Promise<Loss> {
    const sums = await this.#solve(this.#items, "items", onWork);
    this.#itemPenalty = sums.penalty;
    return this.#loss(sums, this.#items);
  }

  /** Solves every user for the items as they are. */
  async solveUsers(onWork?: OnWork): Promise<Loss> {
    const sums = await this.#solve(this.#users, "users", onWork);
    this.#userPenalty = sums.penalty;
    return this.#loss(sums, this.#users);
  }

  /** The same exactly, whatever the method. */
  async finishUsers(): Promise<Loss> {
    const half: NamedHalf = { ...this.#users, method: { kind: "cholesky" } };
    const sums = await this.#solve(half, "users");
    this.#userPenalty = sums.penalty;
    return this.#loss(sums, half);
  }

  /** J as it stands, in its parts, straight from the ratings. */
  async lossParts(): Promise<LossParts> {
    const { errors, predictions } = await this.#driver.residuals(this.#users);
    const regularization = this.#userPenalty + this.#itemPenalty;
    if (this.#implicit === undefined) return { observed: errors, unobserved: 0, regularization };
    const { allPairs, observedBase } = this.#implicit;
    await this.#sum("users");
    await this.#sum("items");
    const { allPairsSquared } = await import("../kernel/gramian.js");
    const pairs = allPairsSquared(this.#lease.memory, this.layout, allPairs);
    return { observed: errors, unobserved: pairs - observedBase * predictions, regularization };
  }

  async #solve(half: NamedHalf, solved: "users" | "items", onWork?: OnWork): Promise<HalfSums> {
    await this.#sum(solved === "users" ? "items" : "users");
    this.#summed.delete(solved);
    return this.#driver.solve(half, onWork);
  }

  /** Sums a side over all its rows where unrated pairs count, and that was not done since it was solved. */
  async #sum(side: "users" | "items"): Promise<void> {
    if (this.#implicit === undefined || this.#summed.has(side)) return;
    await this.#driver.sumFixed(side === "users" ? this.#items : this.#users);
    this.#summed.add(side);
  }

  /** At solved rows the loss comes free: squares − explained = Σe² + penalty. */
  async #loss(sums: HalfSums, half: NamedHalf): Promise<Loss> {
    const free = sums.squares - sums.explained - sums.penalty;
    const lost = free < DIRECT_BELOW[this.#precision] * sums.squares;
    return {
      squaredError: lost ? await this.#direct(half) : free,
      userPenalty: this.#userPenalty,
      itemPenalty: this.#itemPenalty,
    };
  }

  async #direct(half: NamedHalf): Promise<number> {
    if (this.#implicit === undefined) return (await this.#driver.residuals(half)).errors;
    const { observed, unobserved } = await this.lossParts();
    return observed + unobserved;
  }

  /** Σ c(r − r̂)² straight from the ratings. */
  async squaredError(): Promise<number> {
    return (await this.#driver.residuals(this.#users)).errors;
  }

  /** One side's factors without padding, in an ordinary buffer. */
  copyFactors(side: "users" | "items"): Factors {
    return this.#factors.copy(side);
  }

  /** The same in slices, so that the event loop has its turn between them. @throws AlternantError "aborted", "disposed" */
  copyFactorsInSlices(side: "users" | "items"): Promise<Factors> {
    return this.#factors.copyInSlices(side);
  }

  /** One side's biases, or undefined where none are solved. */
  copyBiases(side: "users" | "items"): Float64Array<ArrayBuffer> | undefined {
    return this.#factors.copyBiases(side);
  }

  /** A copy of the state as it is, made in slices. @throws AlternantError "aborted", "disposed" */
  async state(): Promise<SessionState> {
    const side = async (which: "users" | "items", penalty: number): Promise<SideState> => ({
      factors: await this.copyFactorsInSlices(which),
      biases: this.copyBiases(which),
      penalty,
    });
    return { users: await side("users", this.#userPenalty), items: await side("items", this.#itemPenalty) };
  }

  /** Goes to a state that it, or a session like it, has been in, in slices. @throws AlternantError "aborted", "disposed" */
  async restore({ users, items }: SessionState): Promise<void> {
    await this.#factors.setInSlices("users", users.factors, users.biases);
    await this.#factors.setInSlices("items", items.factors, items.biases);
    this.#summed.clear();
    this.#userPenalty = users.penalty;
    this.#itemPenalty = items.penalty;
  }

  /** Gives the memory back; idempotent. */
  close(): void {
    this.#lease.release();
  }
}

function countsOf({ rowCount, starts }: RatingsSide): RowCounts {
  return { rowCount, countOf: (row) => starts[row + 1]! - starts[row]! };
}
