import type { Model } from "../../model/index.js";
import type { Ratings } from "../../ratings/index.js";
import type { Truth } from "../../synthetic/index.js";

/** What the tour looks at: a model of string ids, and what is known about the data besides. */
export interface Tour {
  readonly model: Model<string, string>;
  readonly train: Ratings<string, string>;
  /** How an item is shown: its title, where one is known. */
  readonly title: (item: string) => string;
  /** The genres that the generated world is made of; undefined for somebody's own data. */
  readonly truth: Truth | undefined;
}

/** Items by falling number of training ratings, by index. */
export function byPopularity({ byItem }: Ratings<string, string>): number[] {
  const counts = Array.from(
    { length: byItem.rowCount },
    (_, item) => byItem.starts[item + 1]! - byItem.starts[item]!,
  );
  return counts.map((_, item) => item).sort((a, b) => counts[b]! - counts[a]! || a - b);
}

/** Users whose number of training ratings is nearest to `count`: enough to be known, few enough to be read. */
export function typicalUsers({ byUser }: Ratings<string, string>, count: number): number[] {
  const distance = (user: number) => Math.abs(byUser.starts[user + 1]! - byUser.starts[user]! - count);
  return Array.from({ length: byUser.rowCount }, (_, user) => user).sort(
    (a, b) => distance(a) - distance(b) || a - b,
  );
}

/** A user's training ratings, the highest first. */
export function ratingsOf(
  { byUser, items }: Ratings<string, string>,
  user: number,
): { item: string; value: number }[] {
  const rated: { item: string; value: number }[] = [];
  for (let p = byUser.starts[user]!; p < byUser.starts[user + 1]!; p++)
    rated.push({ item: items.id(byUser.columns[p]!), value: byUser.values[p]! });
  return rated.sort((a, b) => b.value - a.value);
}

/** The genres of an item in the generated world, main one first: "Western, Comedy". */
export function genresOf(truth: Truth, train: Ratings<string, string>, item: string): string {
  return strongest(truth, "items", train.items.index(item)!, 2)
    .filter(({ weight }) => weight > 0)
    .map(({ genre }) => genre)
    .join(", ");
}

/** A row's genres by falling weight. */
export function strongest(
  truth: Truth,
  side: "users" | "items",
  row: number,
  count: number,
): { genre: string; weight: number }[] {
  const { genres, values } = truth[side];
  return truth.genres
    .map((genre, g) => ({ genre, weight: values[row * genres + g]! }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, count);
}

/** The item that somebody liked whose factors are most like those of `item`: the reason that can be given without genres. */
export function mostAlikeLiked(
  model: Model<string, string>,
  liked: readonly string[],
  item: string,
): string | undefined {
  const u = model.itemVector(item);
  let best: string | undefined;
  let bestCosine = 0;
  for (const other of liked) {
    const v = model.itemVector(other);
    const cosine = product(u, v) / Math.sqrt(product(u, u) * product(v, v));
    if (cosine > bestCosine) {
      best = other;
      bestCosine = cosine;
    }
  }
  return best;
}

function product(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
