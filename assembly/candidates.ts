// A user's candidates: all items but those to leave out, and their exact scores.
import { ListJob } from "./list-job";
import { exactDot, GROUP, itemAddress } from "./panels";

/** Score of an item as it is told: ((μ + b) + c) + wᵀu in float64, as src/model/scoring.ts has it. */
export function exactScore<F>(job: ListJob, user: i32, item: i32): f64 {
  const factors = job.factors;
  const group = <usize>(user / GROUP) * <usize>GROUP * <usize>factors + <usize>(user % GROUP);
  const product = exactDot<F>(job.groups + group * sizeof<F>(), itemAddress<F>(job.panels, factors, item), factors);
  let score = baseOf(job, user);
  if (job.itemBiases != 0) score += load<f64>(job.itemBiases + (<usize>item << 3));
  return score + product;
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

/** Whether an item is none, or one to leave out: for the few that were scored −∞. */
export function isLeftOut(job: ListJob, user: i32, item: i32): bool {
  if (item >= job.itemCount) return true;
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
