import { checkInteger, checkNumber, checkOptions } from "../options.js";
import type { PageOptions } from "./results.js";
import { Top } from "./top.js";

/** Entries of a list where nobody says how many. */
export const DEFAULT_COUNT = 10;

/** Which of a ranking's entries are told. */
export interface Page {
  /** Entries of the ranking to skip. */
  readonly offset: number;
  /** Entries of the ranking to find, those to skip among them: at most as many as there are. */
  readonly depth: number;
  /** An entry with a lower score is none; −∞ for no bound. */
  readonly minScore: number;
}

/**
 * Checks the options that say how much of a ranking is told, and the names of all of them.
 *
 * @param size entries that there can be
 * @param more names of the caller's other options
 * @throws TypeError, RangeError
 */
export function pageOf(what: string, options: PageOptions, size: number, more: readonly string[]): Page {
  checkOptions(what, options, ["count", "offset", "minScore", ...more]);
  const { count = DEFAULT_COUNT, offset = 0, minScore } = options;
  checkInteger("count", count, 1);
  checkInteger("offset", offset, 0);
  return {
    offset,
    depth: Math.min(size, offset + count),
    minScore: minScore === undefined ? -Infinity : checkNumber("minScore", minScore),
  };
}

/** The page of a ranking whose entries `offer` offers one by one, in any order; equal scores by lower index. */
export function selectPage(
  { offset, depth, minScore }: Page,
  offer: (take: (index: number, score: number) => void) => void,
): { index: number; score: number }[] {
  if (offset >= depth) return [];
  const top = new Top(depth);
  offer((index, score) => {
    if (score >= minScore) top.offer(index, score);
  });
  return top.drain().slice(offset);
}
