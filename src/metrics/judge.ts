import { AlternantError, describe, throwIfAborted } from "../errors.js";
import { checkInteger, checkNumber, checkOneOf, checkOptions } from "../options.js";
import { refuseFile } from "../ratings/check-source.js";
import type { Ratings } from "../ratings/ratings.js";
import type { Id } from "../ratings/vocabulary.js";
import { breathing } from "./match.js";
import { Means } from "./means.js";
import type { RankedTargets, Ranker } from "./ranker.js";
import type { RankingOptions } from "./ranking.js";
import type { RankingResult } from "./ranking-result.js";
import { relevantOf } from "./relevant.js";

export { rankByCounts } from "./counts.js";

/** Users between two looks at the clock. */
const STRIDE = 64;
const OPTIONS = ["k", "relevant", "exclude", "auc", "perUser", "engine", "signal"];

/** What `rankingMetrics` does, loaded when it is first asked for. */
export async function judgeRanking<U extends Id, I extends Id>(
  ranker: Ranker<U, I>,
  test: Ratings<U, I>,
  options: RankingOptions,
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
  refuseFile(what, test);
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
