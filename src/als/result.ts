import type { Engine } from "../kernel/index.js";
import { type Factors, Model, type ModelHistory, type ModelInfo } from "../model/index.js";
import { csrOf, type Id, type RatingsSource } from "../ratings/index.js";
import { optionsAsJson, type ResolvedAlsOptions } from "./options.js";
import type { Session } from "./session.js";

/** What ran, and what came of it. */
export interface RunFacts {
  readonly engine: Engine;
  readonly threads: number;
  readonly threadsWhy: string;
  readonly epochs: number;
  readonly loss: number;
  /** NaN for implicit feedback. */
  readonly rmse: number;
  readonly seconds: number;
  readonly solver: { readonly name: string; readonly why: string };
  readonly validation?: NonNullable<ModelInfo["run"]["validation"]>;
}

/** The model of a session as it stands, its factors copied with turns for the event loop. @throws AlternantError "aborted" */
export async function buildModel<U extends Id, I extends Id>(
  session: Session,
  options: ResolvedAlsOptions,
  ratings: RatingsSource<U, I>,
  mean: number,
  run: RunFacts,
): Promise<Model<U, I>> {
  const users = await session.copyFactorsInSlices("users");
  const items = await session.copyFactorsInSlices("items");
  return assemble(session, options, ratings, mean, run, users, items);
}

/** The same at once. */
export function snapshotModel<U extends Id, I extends Id>(
  session: Session,
  options: ResolvedAlsOptions,
  ratings: RatingsSource<U, I>,
  mean: number,
  run: RunFacts,
): Model<U, I> {
  return assemble(
    session,
    options,
    ratings,
    mean,
    run,
    session.copyFactors("users"),
    session.copyFactors("items"),
  );
}

function assemble<U extends Id, I extends Id>(
  session: Session,
  options: ResolvedAlsOptions,
  ratings: RatingsSource<U, I>,
  mean: number,
  run: RunFacts,
  userFactors: Factors,
  itemFactors: Factors,
): Model<U, I> {
  const userCounts = rowCounts(ratings.byUser.starts);
  const itemCounts = rowCounts(ratings.byItem.starts);
  return new Model<U, I>({
    users: ratings.users,
    items: ratings.items,
    factors: options.factors,
    userFactors,
    itemFactors,
    mean,
    userBiases: session.copyBiases("users"),
    itemBiases: session.copyBiases("items"),
    range: [ratings.min, ratings.max],
    userCounts,
    itemCounts,
    history: historyOf(ratings, options),
    options: optionsAsJson(options),
    info: infoOf(ratings, options, run, userCounts, itemCounts),
  });
}

function historyOf(ratings: RatingsSource, { history }: ResolvedAlsOptions): ModelHistory {
  if (history === "none") return { kind: "none" };
  const { starts, columns, values } = csrOf(ratings.byUser);
  return history === "items"
    ? { kind: "items", byUser: { starts, columns } }
    : { kind: "ratings", byUser: { starts, columns, values } };
}

function infoOf(
  ratings: RatingsSource,
  options: ResolvedAlsOptions,
  run: RunFacts,
  userCounts: Int32Array,
  itemCounts: Int32Array,
): ModelInfo {
  const { userCount, itemCount } = ratings;
  const biases = options.biases === "full" ? 1 : 0;
  return {
    data: {
      users: userCount,
      items: itemCount,
      ratings: ratings.count,
      density: ratings.count / (userCount * itemCount),
      mean: ratings.mean,
      usersWithoutRatings: zeros(userCounts),
      itemsWithoutRatings: zeros(itemCounts),
    },
    parameters: { model: (userCount + itemCount) * (options.factors + biases), full: userCount * itemCount },
    run: {
      build: run.engine.build.name,
      why: run.engine.build.why,
      precision: options.precision,
      arithmetic: run.engine.build.arithmetic,
      threads: run.threads,
      threadsWhy: run.threadsWhy,
      solver: run.solver,
      epochs: run.epochs,
      loss: run.loss,
      ...(!Number.isNaN(run.rmse) && { rmse: run.rmse }),
      seconds: run.seconds,
      ...(run.validation && { validation: run.validation }),
    },
  };
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
