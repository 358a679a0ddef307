import { checkNumber } from "../options.js";
import { type Dialect, SAME, seedOf, type Translation } from "./dialect.js";

/**
 * ALS of Spark ML (mllib/…/ml/recommendation/ALS.scala, computeFactors): λ·n on every row, n counting positive ratings
 * where implicitPrefs is set; then c = 1 + α·|r|. Items first, then users, by Cholesky in float64.
 */
export const spark: Dialect<{
  rank: number;
  maxIter: number;
  regParam: number;
  implicitPrefs: boolean;
  alpha: number;
  nonnegative: boolean;
  seed: unknown;
}> = {
  name: "spark",
  defaults: {
    rank: 10,
    maxIter: 10,
    regParam: 0.1,
    implicitPrefs: false,
    alpha: 1,
    nonnegative: false,
    seed: null,
  },
  ignored:
    "userCol itemCol ratingCol predictionCol numBlocks numUserBlocks numItemBlocks blockSize checkpointInterval coldStartStrategy intermediateStorageLevel finalStorageLevel",
  translate({ rank, maxIter, regParam, implicitPrefs, alpha, nonnegative, seed }): Translation {
    if (implicitPrefs) checkNumber("spark's alpha", alpha, { above: 0 });
    return {
      options: {
        feedback: implicitPrefs ? "implicit" : "explicit",
        factors: rank,
        regularization: regParam,
        scaling: 1,
        biases: "none",
        ...(implicitPrefs ? { confidence: { alpha, form: "linear", offset: 1 }, zeros: "drop" } : {}),
        solver: nonnegative ? "nonnegative" : "cholesky",
        epochs: maxIter,
        precision: "float64",
        ...seedOf(seed),
      },
      scale: SAME,
      notes: [
        "Spark keeps factors in float32 and solves in float64; here both are float64.",
        implicitPrefs
          ? "Spark multiplies λ by a row's positive ratings, this package by all of them: alike where no rating is negative."
          : 'Spark subtracts no mean and has no biases; biases: "full" is usually the better model.',
      ],
    };
  },
};
