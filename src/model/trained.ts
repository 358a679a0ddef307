import type { Id, RatingsSource } from "../ratings/index.js";
import { runNow } from "../ratings/slices.js";
import type { ModelInfo } from "./info.js";
import { Model } from "./model.js";
import type { HistoryKind, ModelHistory, ModelParts } from "./parts.js";
import { trainingRows } from "./training-rows.js";

/** What an estimator has made of ratings. */
export interface Trained
  extends Pick<
    ModelParts,
    "factors" | "userFactors" | "itemFactors" | "mean" | "userBiases" | "itemBiases" | "options"
  > {
  /** What the model is to keep of the ratings. */
  readonly history: HistoryKind;
  readonly run: ModelInfo["run"];
}

/** The model of what an estimator has made, with the facts of its ratings. */
export function trainedModel<U extends Id, I extends Id>(
  ratings: RatingsSource<U, I>,
  trained: Trained,
): Model<U, I> {
  return new Model<U, I>(trainedParts(ratings, trained));
}

/** What that model is made of. */
export function trainedParts<U extends Id, I extends Id>(
  ratings: RatingsSource<U, I>,
  { history, run, ...parts }: Trained,
): ModelParts<U, I> {
  const { userCount, itemCount } = ratings;
  const userCounts = rowCounts(ratings.byUser.starts);
  const itemCounts = rowCounts(ratings.byItem.starts);
  const numbers = parts.factors + (parts.userBiases === undefined ? 0 : 1);
  return {
    ...parts,
    users: ratings.users,
    items: ratings.items,
    range: [ratings.min, ratings.max],
    userCounts,
    itemCounts,
    history: historyOf(ratings, history),
    info: {
      data: {
        users: userCount,
        items: itemCount,
        ratings: ratings.count,
        density: ratings.count / (userCount * itemCount),
        mean: ratings.mean,
        usersWithoutRatings: zeros(userCounts),
        itemsWithoutRatings: zeros(itemCounts),
      },
      parameters: { model: (userCount + itemCount) * numbers, full: userCount * itemCount },
      run,
    },
  };
}

function historyOf(ratings: RatingsSource, kind: HistoryKind): ModelHistory {
  if (kind === "none") return { kind };
  const { starts } = ratings.byUser;
  const { columns, values, weights } = runNow(trainingRows(ratings, kind));
  if (kind === "items") return { kind, byUser: { starts, columns } };
  return { kind, byUser: { starts, columns, values: values!, ...(weights && { weights }) } };
}

function rowCounts(starts: Float64Array): Int32Array {
  const counts = new Int32Array(starts.length - 1);
  for (let row = 0; row < counts.length; row++) counts[row] = starts[row + 1]! - starts[row]!;
  return counts;
}

function zeros(counts: Int32Array): number {
  let found = 0;
  for (const count of counts) if (count === 0) found++;
  return found;
}
