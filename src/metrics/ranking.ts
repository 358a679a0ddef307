import { AlternantError, describe, throwIfAborted } from "../errors.js";
import type { Engine } from "../kernel/index.js";
import { checkInteger, checkNumber, checkOneOf, checkOptions } from "../options.js";
import type { Ratings } from "../ratings/ratings.js";
import type { Id } from "../ratings/vocabulary.js";
import { breathing } from "./match.js";
import { Means } from "./means.js";
import type { RankedTargets, Ranker } from "./ranker.js";
import type { RankingResult } from "./ranking-result.js";
import { relevantOf } from "./relevant.js";

/** Users between two looks at the clock. */
const STRIDE = 64;
const OPTIONS = ["k", "relevant", "exclude", "auc", "perUser", "engine", "signal"];

export interface RankingOptions {
  /** Where lists are cut off, each ≥ 1. Default 10. */
  readonly k?: number | readonly number[] | undefined;
  /** Test ratings of at least this value, which is above 0, are relevant. By default all above 0 are. */
  readonly relevant?: number | undefined;
  /** "rated" (default) leaves out of lists what a user rated in training, "none" nothing. */
  readonly exclude?: "rated" | "none" | undefined;
  /** Whether to compute the AUC, for which every relevant item is followed through the whole list. Default true. */
  readonly auc?: boolean | undefined;
  /** Whether to tell each user's values too. Default false. */
  readonly perUser?: boolean | undefined;
  /** The engine to run on; without one a shared engine is made on first use. */
  readonly engine?: Engine | undefined;
  /** Aborts the computation: the promise rejects with code "aborted". */
  readonly signal?: AbortSignal | undefined;
}

/**
 * How well lists of items meet what users liked in test ratings, in one pass for all k: means over the users that have
 * something relevant in the test. A list has all items but those that the user rated in training, the highest score first,
 * equal ones by index. Ids are matched by name. docs/metrics.md has each formula.
 *
 * Test ratings of unknown users, of unknown items, and of what the list leaves out take no part; they are counted.
 *
 * @throws AlternantError "no-ratings" when no user has anything relevant, "no-history" from a model that does not know what
 *   users rated (pass `exclude: "none"`), "aborted", "lane-failed", "disposed", "too-large"
 */
export async function rankingMetrics<U extends Id, I extends Id>(
  ranker: Ranker<U, I>,
  test: Ratings<U, I>,
  options: RankingOptions = {},
): Promise<RankingResult<U>> {
  const what = "rankingMetrics";
  checkOptions(what, options, OPTIONS);
  const { k = 10, relevant: least, exclude = "rated", auc = true, perUser = false } = options;
  const cutoffs = checkCutoffs(k);
  if (least !== undefined) checkNumber("relevant", least, { above: 0 });
  checkOneOf("exclude", exclude, ["rated", "none"]);
  checkOneOf("auc", auc, [true, false]);
  checkOneOf("perUser", perUser, [true, false]);
  const { engine, signal } = options;
  throwIfAborted(signal, what);
  if (typeof ranker?.rankTargets !== "function")
    throw new TypeError(`${what} needs a model first, not ${describe(ranker)}`);
  if (typeof test?.byUser !== "object")
    throw new TypeError(`${what} needs Ratings to compare with, not ${describe(test)}`);
  const breath = breathing(what, signal);
  const relevant = await relevantOf(ranker, test, least ?? 0, breath);
  const deepest = Math.min(Math.max(...cutoffs), ranker.items.size);
  const { users, targets } = relevant;
  const limit = auc ? ranker.items.size : deepest;
  const ranks = await ranker.rankTargets({ users, targets, exclude, limit, engine, signal, what });
  const means = new Means(cutoffs, deepest, auc, perUser ? users.length : 0);
  const counted: U[] = [];
  let leftOut = 0;
  for (let row = 0; row < users.length; row++) {
    const own = shown(ranks, targets.starts[row]!, targets.starts[row + 1]!);
    leftOut += targets.starts[row + 1]! - targets.starts[row]! - own.length;
    if (own.length > 0) {
      means.add(ranks, relevant.gains, own, ranks.candidates[row]!);
      if (perUser) counted.push(test.users.id(relevant.testUsers[row]!));
    }
    if (row % STRIDE === 0 && breath.due()) await breath.take();
  }
  if (means.users === 0)
    throw new AlternantError(
      "no-ratings",
      `${what}: no user of the test has a relevant item (a value ${least === undefined ? "above 0" : `of at least ${least}`}) that the model knows and a list can show. Lower relevant, or take test ratings of the same users and items.`,
    );
  const { unknownUsers, unknownItems, withoutRelevant } = relevant;
  return {
    ...means.result(),
    users: means.users,
    usersWithoutRelevant: withoutRelevant + users.length - means.users,
    unknownUsers,
    unknownItems,
    leftOut,
    perUser: perUser ? means.perUser(counted) : undefined,
  };
}

function checkCutoffs(given: unknown): readonly number[] {
  if (!Array.isArray(given)) return [checkInteger("k", given, 1)];
  if (given.length === 0) throw new RangeError("k must have at least one cutoff, not an empty array");
  return given.map((k, at) => checkInteger(`k[${at}]`, k, 1));
}

/** The targets `from` … `to` − 1 that the list does not leave out. */
function shown({ better }: RankedTargets, from: number, to: number): number[] {
  const positions: number[] = [];
  for (let at = from; at < to; at++) if (better[at]! >= 0) positions.push(at);
  return positions;
}
