// The best items of a user: a binary heap with the worst of them at its root, in exact scores. Equal scores go by index.
import { exactScore, isLeftOut, laneBits, passes, thresholdOf } from "./candidates";
import { ListJob } from "./list-job";

// @ts-ignore: decorator
@inline
function worse(score: f64, item: i32, otherScore: f64, otherItem: i32): bool {
  return score < otherScore || (score == otherScore && item > otherItem);
}

// @ts-ignore: decorator
@inline
function put(scores: usize, items: usize, at: i32, score: f64, item: i32): void {
  store<f64>(scores + (<usize>at << 3), score);
  store<i32>(items + (<usize>at << 2), item);
}

// @ts-ignore: decorator
@inline
function move(scores: usize, items: usize, from: i32, to: i32): void {
  put(scores, items, to, load<f64>(scores + (<usize>from << 3)), load<i32>(items + (<usize>from << 2)));
}

/** Whether the entry at `at` is worse than another. */
// @ts-ignore: decorator
@inline
function isWorse(scores: usize, items: usize, at: i32, score: f64, item: i32): bool {
  return worse(load<f64>(scores + (<usize>at << 3)), load<i32>(items + (<usize>at << 2)), score, item);
}

/** Puts an entry into a heap of `size` entries whose root has left. */
function siftDown(scores: usize, items: usize, size: i32, score: f64, item: i32): void {
  let hole = 0;
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= size) break;
    const sibling = child + 1;
    if (sibling < size) {
      const siblingScore = load<f64>(scores + (<usize>sibling << 3));
      const siblingItem = load<i32>(items + (<usize>sibling << 2));
      if (!isWorse(scores, items, child, siblingScore, siblingItem)) child = sibling;
    }
    if (!isWorse(scores, items, child, score, item)) break;
    move(scores, items, child, hole);
    hole = child;
  }
  put(scores, items, hole, score, item);
}

/** Puts one more entry into a heap of `size` entries. */
function siftUp(scores: usize, items: usize, size: i32, score: f64, item: i32): void {
  let hole = size;
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    if (isWorse(scores, items, parent, score, item)) break;
    move(scores, items, parent, hole);
    hole = parent;
  }
  put(scores, items, hole, score, item);
}

/** Begins a user's list. */
export function beginList(job: ListJob, user: i32): void {
  store<i32>(job.bestCounts + (<usize>user << 2), 0);
  store<f64>(job.thresholds + (<usize>user << 3), thresholdOf(job, user, load<f64>(job.floor)));
}

/** Offers the item at a place whose bound did not rule it out; tells the new threshold. */
function offer<F>(job: ListJob, user: i32, place: i32): void {
  if (place >= job.itemCount) return;
  const item = job.order == 0 ? place : load<i32>(job.order + (<usize>place << 2));
  if (!passes(job, item) || isLeftOut(job, user, item)) return;
  const count = job.count;
  const scores = job.bestScores + ((<usize>user * <usize>count) << 3);
  const items = job.bestItems + ((<usize>user * <usize>count) << 2);
  const sizeAt = job.bestCounts + (<usize>user << 2);
  const score = exactScore<F>(job, user, place);
  store<f64>(job.tally, load<f64>(job.tally, 8) + 1, 8);
  // NaN is no score.
  if (!(score >= load<f64>(job.floor))) return;
  let size = load<i32>(sizeAt);
  if (size < count) {
    siftUp(scores, items, size, score, item);
    store<i32>(sizeAt, ++size);
    if (size < count) return;
  } else {
    if (!isWorse(scores, items, 0, score, item)) return;
    siftDown(scores, items, size, score, item);
  }
  store<f64>(job.thresholds + (<usize>user << 3), thresholdOf(job, user, load<f64>(scores)));
}

/** Offers what of a row of bounds, of the places from `first` on, is not below the user's threshold, or is NaN. */
export function offerRow<F>(job: ListJob, user: i32, row: usize, end: usize, first: i32): void {
  const thresholdAt = job.thresholds + (<usize>user << 3);
  const lanes: i32 = 16 / sizeof<F>();
  const all: i32 = (1 << lanes) - 1;
  let length: usize = job.panelLengths == 0 ? <usize>0 : job.panelLengths + <usize>first * sizeof<F>();
  let threshold = v128.splat<F>(<F>load<f64>(thresholdAt));
  while (row < end) {
    let left = threshold, right = threshold;
    if (length != 0) {
      // A cosine is compared where it would be divided: every bound has a threshold of its own.
      left = v128.mul<F>(threshold, v128.load(length));
      right = v128.mul<F>(threshold, v128.load(length, 16));
      length += 32;
    }
    // A panel is two vectors, and nearly always has nothing to offer.
    const low = v128.lt<F>(v128.load(row), left);
    const high = v128.lt<F>(v128.load(row, 16), right);
    if (laneBits<F>(v128.and(low, high)) != all) {
      let near = (laneBits<F>(low) | (laneBits<F>(high) << lanes)) ^ ((1 << (2 * lanes)) - 1);
      for (; near != 0; near &= near - 1) offer<F>(job, user, first + ctz(near));
      threshold = v128.splat<F>(<F>load<f64>(thresholdAt));
    }
    row += 32;
    first += 2 * lanes;
  }
}

/** Lengths of users, from 0 on at even steps, that chunks have bounds for, but one. */
const CHUNK_STEPS: i32 = 16;

/**
 * Whether no item of a chunk can be among the best of any of the users `from` … `to` − 1. The greatest c + s·‖u‖ of a chunk is
 * convex in s, so what two neighbouring lengths have is on a line above it in between.
 */
export function outOfReach(job: ListJob, from: i32, to: i32, chunk: i32): bool {
  const bounds = job.chunkBounds + (<usize>(chunk * (CHUNK_STEPS + 1)) << 3);
  for (let user = from; user < to; user++) {
    const step = load<f64>(job.steps + (<usize>user << 3));
    // A longer one than any step, or NaN.
    if (!(step < <f64>CHUNK_STEPS)) return false;
    const at = bounds + (<usize>step << 3);
    const low = load<f64>(at);
    const bound = low + (step - floor(step)) * (load<f64>(at, 8) - low);
    if (!(bound < load<f64>(job.thresholds + (<usize>user << 3)))) return false;
  }
  return true;
}

/** Puts a user's list in order, the best first. */
export function sortList(job: ListJob, user: i32): void {
  const scores = job.bestScores + ((<usize>user * <usize>job.count) << 3);
  const items = job.bestItems + ((<usize>user * <usize>job.count) << 2);
  for (let last = load<i32>(job.bestCounts + (<usize>user << 2)) - 1; last > 0; last--) {
    const score = load<f64>(scores + (<usize>last << 3));
    const item = load<i32>(items + (<usize>last << 2));
    move(scores, items, 0, last);
    siftDown(scores, items, last, score, item);
  }
}
