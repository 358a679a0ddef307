import type { Engine } from "../kernel/index.js";
import { type Factors, type ModelInfo, type ModelParts, trainedParts, trainingRows } from "../model/index.js";
import type { Id, RatingsSource } from "../ratings/index.js";
import { runWithPauses } from "../ratings/slices.js";
import { createYielder } from "../yield.js";
import { optionsAsJson, type ResolvedAlsOptions } from "./options.js";
import type { Session } from "./session.js";

/** How far a run has come. */
export interface RunNumbers {
  readonly epochs: number;
  readonly loss: number;
  /** NaN for implicit feedback. */
  readonly rmse: number;
  readonly seconds: number;
  /** By what share of it the last epoch lowered the loss; NaN after the first. */
  readonly fall: number;
  /** What it started from, and why so. */
  readonly start: { readonly name: string; readonly why: string };
}

/** What ran, and what came of it. */
export interface RunFacts extends RunNumbers {
  readonly engine: Engine;
  readonly threads: number;
  readonly threadsWhy: string;
  readonly solver: { readonly name: string; readonly why: string };
  readonly validation?: NonNullable<ModelInfo["run"]["validation"]>;
}

/** What the model of a session as it stands is made of, its factors copied with turns for the event loop. @throws AlternantError "aborted" */
export async function buildParts<U extends Id, I extends Id>(
  session: Session,
  options: ResolvedAlsOptions,
  ratings: RatingsSource<U, I>,
  mean: number,
  run: RunFacts,
): Promise<ModelParts<U, I>> {
  // Of ratings in a file, which takes its time.
  if (options.history !== "none" && ratings.file !== undefined)
    await runWithPauses(trainingRows(ratings, options.history), createYielder(), undefined, "ALS.fit");
  const users = await session.copyFactorsInSlices("users");
  const items = await session.copyFactorsInSlices("items");
  return assemble(session, options, ratings, mean, run, users, items);
}

/** The same at once. */
export function snapshotParts<U extends Id, I extends Id>(
  session: Session,
  options: ResolvedAlsOptions,
  ratings: RatingsSource<U, I>,
  mean: number,
  run: RunFacts,
): ModelParts<U, I> {
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
): ModelParts<U, I> {
  return trainedParts(ratings, {
    factors: options.factors,
    userFactors,
    itemFactors,
    mean,
    userBiases: session.copyBiases("users"),
    itemBiases: session.copyBiases("items"),
    history: options.history,
    options: optionsAsJson(options),
    run: {
      build: run.engine.build.name,
      why: run.engine.build.why,
      precision: options.precision,
      arithmetic: run.engine.build.arithmetic,
      threads: run.threads,
      threadsWhy: run.threadsWhy,
      solver: run.solver,
      start: run.start,
      epochs: run.epochs,
      loss: run.loss,
      ...(!Number.isNaN(run.rmse) && { rmse: run.rmse }),
      seconds: run.seconds,
      ...(run.validation && { validation: run.validation }),
    },
  });
}
