import { checkInteger, checkOptions } from "../options.js";
import type { Id, Vocabulary } from "../ratings/vocabulary.js";
import type { ScoredItem, TopOptions } from "./results.js";
import { DEFAULT_COUNT } from "./selection.js";
import { Top } from "./top.js";

/** What keeps the best of what options ask for. */
export function topOf(what: string, options: TopOptions): Top {
  checkOptions(what, options, ["count"]);
  const { count = DEFAULT_COUNT } = options;
  return new Top(checkInteger("count", count, 1));
}

export function scoredItems<I extends Id>(top: Top, items: Vocabulary<I>): ScoredItem<I>[] {
  return top.drain().map(({ index, score }) => ({ item: items.id(index), score }));
}
