// A user's candidates: all items but those to leave out, and their exact scores.
import { ListJob } from "./list-job";
import { exactDot, GROUP, itemAddress } from "./panels";

/** wᵀu of a user and the item at a place, in float64. */
// @ts-ignore: decorator
@inline
function productOf<F>(job: ListJob, user: i32, place: i32): f64 {
  const factors = job.factors;
  const group = <usize>(user / GROUP) * <usize>GROUP * <usize>factors + <usize>(user % GROUP);
  return exactDot<F>(job.groups + group * sizeof<F>(), itemAddress<F>(job.panels, factors, place), factors);
}

/**
 * Score of the item at a place as it is told: ((μ + b) + c) + wᵀu in float64, as src/model/scoring.ts has it, or a cosine as
 * src/model/side.ts has it, NaN for an item without a direction.
 */
export function exactScore<F>(job: ListJob, user: i32, place: i32): f64 {
  const product = productOf<F>(job, user, place);
  if (job.lengths != 0) {
    const length = load<f64>(job.lengths + (<usize>place << 3));
    if (!(length > 0 && length < Infinity)) return NaN;
    return max<f64>(-1, min<f64>(1, product / (load<f64>(job.norms + (<usize>user << 3)) * length)));
  }
  let score = baseOf(job, user);
  if (job.itemBiases != 0) score += load<f64>(job.itemBiases + (<usize>place << 3));
  return score + product;
}

/** What a bound has to reach, for a score to reach `score`. */
export function thresholdOf(job: ListJob, user: i32, score: f64): f64 {
  const slack = slackOf(job, user);
  if (job.lengths != 0) return (score - slack) * load<f64>(job.norms + (<usize>user << 3));
  return score - baseOf(job, user) - slack;
}

// @ts-ignore: decorator
@inline
export function baseOf(job: ListJob, user: i32): f64 {
  return load<f64>(job.bases + (<usize>user << 3));
}

// @ts-ignore: decorator
@inline
export function slackOf(job: ListJob, user: i32): f64 {
  return load<f64>(job.slacks + (<usize>user << 3));
}

/** Whether an item may be listed at all. */
// @ts-ignore: decorator
@inline
export function passes(job: ListJob, item: i32): bool {
  return job.filter == 0 || ((load<u32>(job.filter + (<usize>(item >> 5) << 2)) >> (item & 31)) & 1) == 1;
}

/**
 * Scores the user's items to leave out −∞ in a row of the scores of items `first` … `first + count` − 1. Calls come to a
 * user's items in ascending order, so one cursor is enough.
 */
export function leaveOut<F>(job: ListJob, user: i32, row: usize, first: i32, count: i32): void {
  const cursor = job.cursors + (<usize>user << 2);
  const end = load<u32>(job.excludedStarts + (<usize>user << 2), 4);
  let at = load<u32>(cursor);
  for (; at < end; at++) {
    const item = load<i32>(job.excluded + (<usize>at << 2)) - first;
    if (item >= count) break;
    store<F>(row + <usize>item * sizeof<F>(), -Infinity);
  }
  store<u32>(cursor, at);
}

/** Whether an item is one to leave out, for the few whose scores do not say that they are far from the best. */
export function isLeftOut(job: ListJob, user: i32, item: i32): bool {
  const starts = job.excludedStarts + (<usize>user << 2);
  let low = load<u32>(starts);
  let high = load<u32>(starts, 4);
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = load<i32>(job.excluded + (<usize>middle << 2));
    if (found == item) return true;
    if (found < item) low = middle + 1;
    else high = middle;
  }
  return false;
}

/** Which lanes of a vector's mask are set, as bits. */
// @ts-ignore: decorator
@inline
export function laneBits<F>(mask: v128): i32 {
  return sizeof<F>() == 8 ? i64x2.bitmask(mask) : i32x4.bitmask(mask);
}
