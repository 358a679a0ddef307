import { MOST_THREADS, threadsFor } from "../kernel/index.js";
import { historyFor } from "../model/index.js";
import { checkInteger, checkOptions } from "../options.js";
import { Csr, checkSource, type RatingsSource } from "../ratings/index.js";
import { chooseSamples } from "./choose-samples.js";
import { planFit } from "./fit-plan.js";
import { type AlsOptions, OPTIONS, type ResolvedAlsOptions, resolveOptions } from "./options.js";
import { chooseMethod } from "./solver.js";
import { checkCopies, needsConfidences } from "./training-source.js";

/** What a fit takes beside the ratings themselves, in bytes. Code and the engine's own overhead are not counted. */
export interface MemoryEstimate {
  /** All that is held at the fit's end, when the model has been copied out: the sum of the parts. */
  readonly bytes: number;
  /** WebAssembly memory: factors, biases, λ and loss of each row, and each thread's scratch. The engine keeps it for the next fit. */
  readonly webAssembly: number;
  /**
   * What implicit feedback makes of ratings before it trains on them: confidences that values alone do not tell (of the
   * logarithmic form, of weights, of dislikes by `zeros`; of ratings in a file they are worked out as these are read), and copies
   * without zeros where these are dropped; for these, all ratings are counted.
   */
  readonly ratings: number;
  /**
   * The samples that training starts from (`start`), counted as if each had as many of the ratings as it has of the users. One thread
   * gives them back before the first epoch, others when the fit ends.
   */
  readonly samples: number;
  /** The model: factors and biases, counts of ratings, and the history of a source that is no Ratings, whose own it else is. */
  readonly model: number;
}

/**
 * Tells what `new ALS(options).fit(ratings)` will take, before anything is allocated.
 *
 * @param options those of ALS, and `threads`, those of the engine (by default all cores)
 * @throws TypeError, RangeError for a bad option; AlternantError "too-large", saying what fits, where the fit would throw it
 */
export function estimateMemory(
  ratings: RatingsSource,
  options: AlsOptions & { threads?: number | undefined } = {},
): MemoryEstimate {
  checkOptions("estimateMemory", options, [...OPTIONS, "threads"]);
  const { threads, ...rest } = options;
  checkSource("estimateMemory", ratings);
  if (threads !== undefined) checkInteger("threads", threads, 1, MOST_THREADS);
  const resolved = resolveOptions(rest);
  const { userCount, itemCount } = ratings;
  const rowCount = userCount + itemCount;
  const webAssembly = planFit(
    ratings,
    resolved,
    chooseMethod(resolved, ratings).method,
    threadsFor(threads),
  ).bytes;
  const numberBytes = resolved.precision === "float32" ? 4 : 8;
  const biases = resolved.biases === "full" ? 8 : 0;
  const { byUser, count } = ratings;
  const kept = { none: 0, items: 4, ratings: 4 + byUser.valueBytes }[
    historyFor(rest.history, resolved.history, ratings)
  ];
  const history = byUser instanceof Csr ? 0 : count * kept;
  const model = rowCount * (resolved.factors * numberBytes + biases + 4) + history;
  checkCopies(ratings, resolved);
  const copies = bytesOfCopies(ratings, resolved, numberBytes);
  const samples = bytesOfSamples(ratings, resolved, numberBytes);
  return {
    bytes: webAssembly + copies + samples + model,
    webAssembly,
    ratings: copies,
    samples,
    model,
  };
}

function bytesOfCopies(ratings: RatingsSource, options: ResolvedAlsOptions, numberBytes: number): number {
  const { byUser, count, userCount, itemCount, min, max } = ratings;
  const drops = options.zeros === "drop" && min <= 0 && max >= 0;
  const works = byUser.withConfidences === undefined && needsConfidences(ratings, options);
  if (!drops && !works) return 0;
  const pair = drops || !(byUser instanceof Csr) ? 4 + byUser.valueBytes : 0;
  const weight = drops ? (byUser.weightBytes ?? 0) : 0;
  const starts = drops ? 8 * (userCount + itemCount + 2) : 0;
  return 2 * count * (pair + weight + (works ? numberBytes : 0)) + starts;
}

function bytesOfSamples(ratings: RatingsSource, options: ResolvedAlsOptions, numberBytes: number): number {
  if (options.start === "random") return 0;
  const { byUser, count, userCount, itemCount } = ratings;
  const weight = needsConfidences(ratings, options) ? numberBytes : (byUser.weightBytes ?? 0);
  const pair = 4 + byUser.valueBytes + weight;
  const starts = 8 * (userCount + itemCount + 2);
  return chooseSamples(options, ratings).steps.reduce(
    (bytes, every) => bytes + starts + 2 * pair * Math.ceil(count / every),
    0,
  );
}
