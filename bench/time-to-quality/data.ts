import { join } from "node:path";
import { rankingMetrics, rmse } from "../../src/metrics/index.js";
import type { Model } from "../../src/model/index.js";
import { readRatings } from "../../src/node/index.js";
import { Ratings } from "../../src/ratings/index.js";
import { syntheticWorld } from "../../src/synthetic/index.js";
import { likesOf } from "../peers/data.js";
import { ONE_MILLION, progress, TWENTY_MILLION } from "../shapes.js";

export type Feedback = "explicit" | "implicit";
export type ShapeName = "ml-latest-small" | "1m" | "20m";

/** Tells how good a model is. */
export interface Judge {
  readonly metric: "RMSE" | "NDCG@10";
  /** 1 where more is better, −1 where less is. */
  readonly gain: 1 | -1;
  of(model: Model): Promise<number>;
}

export interface Data {
  readonly train: Ratings;
  readonly judge: Judge;
}

const SPLIT = 11;
/** What is held out: of all ratings, and of each user's likes. */
const SHARE = { explicit: 0.1, implicit: 0.2 };
/** Lists are judged for this many users at most. */
const JUDGED_USERS = 20_000;

/** MovieLens-20M's shape before a tenth of it is held out. */
const WHOLE_TWENTY_MILLION = { ...TWENTY_MILLION, ratings: 20_000_000 };

/** All ratings of a shape. @param folder holds ml-latest-small/ratings.csv */
export async function ratingsOf(shape: ShapeName, folder: string): Promise<Ratings> {
  if (shape === "ml-latest-small") return readRatings(join(folder, shape, "ratings.csv"));
  const { name: _, ...size } = shape === "1m" ? ONE_MILLION : WHOLE_TWENTY_MILLION;
  const { ratings } = await syntheticWorld({ ...size, seed: 1 });
  progress(`generated ${shape}`);
  return ratings;
}

/** Ratings to train on, and what is held out to judge by: a tenth of all, or of implicit feedback (4 stars and more) a fifth of each user's. */
export function dataOf(ratings: Ratings, feedback: Feedback): Data {
  if (feedback === "explicit") {
    const [train, test] = ratings.split({ test: SHARE.explicit, seed: SPLIT });
    return {
      train,
      judge: { metric: "RMSE", gain: -1, of: async (model) => (await rmse(model, test)).rmse },
    };
  }
  const { train, test } = likesOf(ratings).leaveOut({ perUser: SHARE.implicit, seed: SPLIT });
  const some = ofSomeUsers(test);
  const of = async (model: Model): Promise<number> =>
    (await rankingMetrics(model as Model<number, number>, some, { k: 10, auc: false })).at[0]!.ndcg;
  return { train: train as unknown as Ratings, judge: { metric: "NDCG@10", gain: 1, of } };
}

/** Ratings of every so-manieth user, so that there are not too many. */
function ofSomeUsers(test: Ratings<number, number>): Ratings<number, number> {
  const every = Math.ceil(test.userCount / JUDGED_USERS);
  if (every === 1) return test;
  const { starts, columns } = test.byUser;
  const users: number[] = [];
  const items: number[] = [];
  for (let row = 0; row < test.userCount; row += every)
    for (let p = starts[row]!; p < starts[row + 1]!; p++) {
      users.push(test.users.id(row));
      items.push(test.items.id(columns[p]!));
    }
  return Ratings.fromColumns({ users, items });
}
