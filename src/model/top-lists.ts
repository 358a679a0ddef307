import { checkInteger, checkOptions } from "../options.js";
import type { Id, Vocabulary } from "../ratings/vocabulary.js";
import type { ScoredItem, ScoredUser, TopOptions } from "./results.js";
import { Top } from "./top.js";

const DEFAULT_COUNT = 10;

/** What keeps the best of what options ask for. @param more options beside `count` */
export function topOf(what: string, options: TopOptions, more: readonly string[] = []): Top {
  checkOptions(what, options, ["count", ...more]);
  const { count = DEFAULT_COUNT } = options;
  return new Top(checkInteger("count", count, 1));
}

export function scoredItems<I extends Id>(top: Top, items: Vocabulary<I>): ScoredItem<I>[] {
  return top.drain().map(({ index, score }) => ({ item: items.id(index), score }));
}

export function scoredUsers<U extends Id>(top: Top, users: Vocabulary<U>): ScoredUser<U>[] {
  return top.drain().map(({ index, score }) => ({ user: users.id(index), score }));
}
