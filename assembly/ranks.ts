// Where some of a user's items, the targets, stand among all candidates: how many have a higher exact score, how many the same.
import { baseOf, exactScore, isLeftOut, laneBits, slackOf } from "./candidates";
import { ListJob } from "./list-job";

/** Scores a user's targets and begins their counts. */
export function beginRanks<F>(job: ListJob, user: i32): void {
  const starts = job.targetStarts + (<usize>user << 2);
  const end = <usize>load<u32>(starts, 4);
  for (let t = <usize>load<u32>(starts); t < end; t++) {
    store<f64>(job.targetScores + (t << 3), exactScore<F>(job, user, load<i32>(job.targets + (t << 2))));
    store<i32>(job.better + (t << 2), 0);
    store<i32>(job.tied + (t << 2), 0);
    store<i32>(job.tiedBefore + (t << 2), 0);
  }
}

/** The sum of a vector's lanes of counts. */
// @ts-ignore: decorator
@inline
function countOf<F>(v: v128): i32 {
  if (sizeof<F>() == 8) return <i32>(i64x2.extract_lane(v, 0) + i64x2.extract_lane(v, 1));
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3);
}

/** A mask's lanes, each −1 or 0, taken off counts. */
// @ts-ignore: decorator
@inline
function count<F>(counts: v128, mask: v128): v128 {
  return sizeof<F>() == 8 ? i64x2.sub(counts, mask) : i32x4.sub(counts, mask);
}

// @ts-ignore: decorator
@inline
function add(address: usize, more: i32): void {
  store<i32>(address, load<i32>(address) + more);
}

/** Compares a user's targets with a row of scores, of the items from `first` on. */
export function rankRow<F>(job: ListJob, user: i32, row: usize, end: usize, first: i32): void {
  const starts = job.targetStarts + (<usize>user << 2);
  const targetEnd = <usize>load<u32>(starts, 4);
  const base = baseOf(job, user);
  const slack = slackOf(job, user);
  for (let t = <usize>load<u32>(starts); t < targetEnd; t++) {
    const better = job.better + (t << 2);
    if (load<i32>(better) >= job.limit) continue;
    const middle = load<f64>(job.targetScores + (t << 3)) - base;
    const low = v128.splat<F>(<F>(middle - slack));
    const high = v128.splat<F>(<F>(middle + slack));
    let above = i32x4.splat(0), below = above;
    for (let at = row; at < end; at += 32) {
      const left = v128.load(at);
      const right = v128.load(at, 16);
      above = count<F>(above, v128.gt<F>(left, high));
      below = count<F>(below, v128.lt<F>(left, low));
      above = count<F>(above, v128.gt<F>(right, high));
      below = count<F>(below, v128.lt<F>(right, low));
    }
    const sure = countOf<F>(above);
    add(better, sure);
    if (sure + countOf<F>(below) < <i32>((end - row) / sizeof<F>())) compareNear<F>(job, user, t, row, end, first, low, high);
  }
}

/** Scores exactly what of a row is neither surely above a target nor surely below it, the target itself left out. */
function compareNear<F>(
  job: ListJob,
  user: i32,
  t: usize,
  row: usize,
  end: usize,
  first: i32,
  low: v128,
  high: v128,
): void {
  const lanes: i32 = 16 / sizeof<F>();
  const target = load<i32>(job.targets + (t << 2));
  const score = load<f64>(job.targetScores + (t << 3));
  for (; row < end; row += 16) {
    const v = v128.load(row);
    let near = laneBits<F>(v128.or(v128.gt<F>(v, high), v128.lt<F>(v, low))) ^ ((1 << lanes) - 1);
    for (; near != 0; near &= near - 1) {
      const lane = ctz(near);
      const item = first + lane;
      if (item == target) continue;
      if (load<F>(row + <usize>lane * sizeof<F>()) == -Infinity && (item >= job.itemCount || isLeftOut(job, user, item)))
        continue;
      const other = exactScore<F>(job, user, item);
      if (other > score) add(job.better + (t << 2), 1);
      else if (other == score) {
        add(job.tied + (t << 2), 1);
        if (item < target) add(job.tiedBefore + (t << 2), 1);
      }
    }
    first += lanes;
  }
}
