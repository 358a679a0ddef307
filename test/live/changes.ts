import type { Live, LiveRating } from "../../src/index.js";
import type { Random } from "../../src/random.js";

/** A pair's rating as a plain map keeps it. */
export type Rated = Map<string, Map<string, LiveRating<string, string>>>;

/** Live ratings beside a plain map of what they should be. */
export class Twin {
  readonly rated: Rated = new Map();
  readonly live: Live<string, string>;
  readonly users: Set<string> = new Set();
  readonly items: Set<string> = new Set();

  constructor(live: Live<string, string>) {
    this.live = live;
    for (const { user, item, value, weight } of live.ratings())
      this.#keep({ user, item, value, ...(weight !== undefined && { weight }) });
  }

  set(rating: LiveRating<string, string>): void {
    this.live.set(rating);
    this.#keep(rating);
    this.users.add(rating.user);
    this.items.add(rating.item);
  }

  remove(user: string, item: string): void {
    this.live.remove({ user, item });
    this.rated.get(user)!.delete(item);
    this.users.add(user);
    this.items.add(item);
  }

  /** Everything that is rated. */
  get all(): LiveRating<string, string>[] {
    return [...this.rated.values()].flatMap((row) => [...row.values()]);
  }

  #keep(rating: LiveRating<string, string>): void {
    const row = this.rated.get(rating.user) ?? new Map();
    row.set(rating.item, rating);
    this.rated.set(rating.user, row);
  }
}

export interface Draw {
  readonly random: Random;
  readonly value: () => number;
  readonly weights: boolean;
}

/** One change at random: mostly a rating set, of somebody new at times, otherwise one removed. */
export function change(twin: Twin, { random, value, weights }: Draw): void {
  const { users, items } = twin.live;
  const all = twin.all;
  if (random.integer(5) < 2 && all.length > 20) {
    const { user, item } = all[random.integer(all.length)]!;
    twin.remove(user, item);
    return;
  }
  const pick = (ids: { readonly size: number; id(index: number): string }, name: string): string =>
    random.integer(20) === 0 ? `new ${name} ${random.integer(6)}` : ids.id(random.integer(ids.size));
  const rating = { user: pick(users, "user"), item: pick(items, "item"), value: value() };
  twin.set(weights ? { ...rating, weight: 0.25 + random.unit() } : rating);
}
