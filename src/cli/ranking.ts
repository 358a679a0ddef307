import { AlternantError } from "../errors.js";
import { type RankingOptions, type RankingResult, rankingMetrics } from "../metrics/index.js";
import type { Model } from "../model/index.js";
import type { Id, Ratings } from "../ratings/index.js";
import { asUsage } from "./context.js";

/** What lists come to, beside those by popularity. */
export interface RankingReport {
  /** "none" where the model does not know what users rated. */
  readonly exclude: "rated" | "none";
  readonly model: RankingResult;
  readonly popularity: RankingResult;
}

/** Judges a model's lists by test ratings; null where no user has anything relevant that a list can show. */
export async function judgeLists(
  model: Model<Id, Id>,
  test: Ratings<Id, Id>,
  { exclude: asked, ...more }: RankingOptions,
): Promise<RankingReport | null> {
  const exclude = asked === "none" || model.history === "none" ? "none" : "rated";
  const options: RankingOptions = { ...more, exclude };
  try {
    return {
      exclude,
      model: await rankingMetrics(model, test, options),
      popularity: await rankingMetrics(model.popularity(), test, options),
    };
  } catch (error) {
    if (error instanceof AlternantError && error.code === "no-ratings") return null;
    return asUsage(() => {
      throw error;
    });
  }
}
