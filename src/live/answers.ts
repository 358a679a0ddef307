import type { LoneSolution } from "../kernel/row-room.js";
import { excludes } from "../model/answers.js";
import { dot } from "../model/dot.js";
import { clearBit, filterBits, hasBit } from "../model/filter.js";
import type { RecommendOptions, ScoredItem, UserOrItem } from "../model/index.js";
import { checkId, sideOf } from "../model/lookup.js";
import { pageOf, selectPage } from "../model/selection.js";
import type { Id } from "../ratings/index.js";
import type { Frozen } from "./frozen.js";
import type { LiveRatings } from "./live-ratings.js";
import type { LiveRowState } from "./results.js";

/** Answers of a model as it stands: of frozen items by their index, of those that were solved since one by one. */
export class LiveAnswers<U extends Id, I extends Id> {
  readonly #frozen: Frozen<U, I>;
  readonly #ratings: LiveRatings<U, I>;

  constructor(frozen: Frozen<U, I>, ratings: LiveRatings<U, I>) {
    this.#frozen = frozen;
    this.#ratings = ratings;
  }

  predict(user: U, item: I): number | undefined {
    const row = this.#ratings.users.index(checkId("user", user));
    const column = this.#ratings.items.index(checkId("item", item));
    if (row === undefined || column === undefined) return undefined;
    const { users, items } = this.#frozen;
    const one = users.rowOf(row);
    return scoreOf(this.#baseOf(one), one, items.rowOf(column));
  }

  recommend(user: U, options: RecommendOptions<I>): ScoredItem<I>[] {
    const { users, items, byUser } = this.#ratings;
    const page = pageOf("recommend", options, items.size, ["exclude", "filter"]);
    const bits = options.filter && filterBits(options.filter, items.whole());
    const leaveOut = excludes(options.exclude);
    const row = users.known("recommend", user);
    const rated = leaveOut ? byUser.read(row).columns : new Int32Array(0);
    const one = this.#frozen.users.rowOf(row);
    const base = this.#baseOf(one);
    const { solved } = this.#frozen.items;
    const still = this.#stillFrozen(bits);
    const frozen = this.#frozen.answers.items.rank({
      vector: one.factors,
      by: { kind: "prediction", base },
      leftOut: rated.filter((column) => column < still.size),
      bits: still.bits,
      page: { ...page, offset: 0, depth: Math.min(page.depth, still.size) },
    });
    const left = new Set(rated);
    return selectPage(page, (take) => {
      for (const { index, score } of frozen) take(index, score);
      for (const [column, item] of solved)
        if (!left.has(column) && (bits === undefined || hasBit(bits, column)))
          take(column, scoreOf(base, one, item));
    }).map(({ index, score }) => ({ item: items.id(index), score }));
  }

  stateOf(one: UserOrItem<U, I>): LiveRowState {
    const { users, items, byUser, byItem } = this.#ratings;
    const ofUser = sideOf("stateOf", one) === "user";
    const row = ofUser ? users.known("stateOf", one.user as U) : items.known("stateOf", one.item as I);
    const own = ofUser ? this.#frozen.users : this.#frozen.items;
    const others = ofUser ? this.#frozen.items : this.#frozen.users;
    const { columns } = (ofUser ? byUser : byItem).read(row);
    let stale = 0;
    for (const column of columns) if (others.solved.has(column)) stale++;
    return { ratings: columns.length, solved: own.solved.has(row), stale };
  }

  /** μ + b. */
  #baseOf({ bias }: LoneSolution): number {
    const { mean, userBiases } = this.#frozen.parts;
    return userBiases === undefined ? mean : mean + bias;
  }

  /** The items that are as they were frozen, of those that pass a filter. */
  #stillFrozen(bits: Uint32Array | undefined): { readonly bits: Uint32Array; readonly size: number } {
    const { size } = this.#frozen.parts.items;
    const still = new Uint32Array(Math.ceil(size / 32)).fill(0xffffffff);
    if (bits !== undefined) still.set(bits.subarray(0, still.length));
    for (const column of this.#frozen.items.solved.keys()) if (column < size) clearBit(still, column);
    return { bits: still, size };
  }
}

/** r̂ = ((μ + b) + c) + wᵀu, as models have it (src/model/scoring.ts). @param base μ + b */
function scoreOf(base: number, user: LoneSolution, item: LoneSolution): number {
  return base + item.bias + dot(user.factors, 0, item.factors, 0, user.factors.length);
}
