import { describe } from "../../errors.js";
import type { DuplicateRefusals } from "../../ratings/duplicates.js";
import type { Duplicates, Id, Vocabulary } from "../../ratings/index.js";
import { type Bucket, BucketFile, cutBuckets } from "./buckets.js";
import { mergeRecords } from "./merge-records.js";
import { type RecordFormat, Records } from "./records.js";
import { checkRows, holds, mostRecords, type Rows } from "./row-room.js";
import { sortRecords } from "./sort-records.js";
import type { Spool } from "./spool.js";
import type { TemporaryPlace } from "./temporary-place.js";

/** Ratings that are sorted fastest: they and what they are sorted into lie near a processor's cache. */
const BUCKET_RATINGS = 2 ** 20;
/** Bytes of a bucket that wait before they are written: fewer are slow. */
const WAITING_BYTES = 2 ** 15;

/** What is written, and with what. */
export interface PackedWork {
  /** Where to: open for writing. */
  readonly descriptor: number;
  /** Where temporary files go. */
  readonly place: TemporaryPlace;
  readonly spool: Spool;
  readonly users: Vocabulary<Id>;
  readonly items: Vocabulary<Id>;
  readonly duplicates: Duplicates;
  readonly refuse: DuplicateRefusals;
  /** Bytes that sorting may take: half for buckets that are sorted, a quarter for each file of them that is being written. */
  readonly memory: number;
  /** Told the share of the work that is done, 0–1; lets the event loop run, and throws where it is to end. */
  readonly pause: (share: number) => Promise<void>;
}

/** Ratings by user and then item, each pair once. */
export interface SortedRatings {
  readonly count: number;
  readonly format: RecordFormat;
  readonly userCounts: Float64Array;
  readonly itemCounts: Float64Array;
  /** All of them in order, some at a time. */
  readonly batches: () => Iterable<{ readonly records: Records; readonly count: number }>;
  readonly close: () => void;
}

/** Cuts rows, of which memory holds each, into buckets that it can hold two of. */
export function bucketsOf(memory: number, { format, counts }: Rows): Bucket[] {
  const most = mostRecords(memory, format);
  const total = counts.reduce((sum, count) => sum + count, 0);
  // More buckets than these would write too little at a time.
  const least = Math.ceil(total / Math.floor(memory / 4 / WAITING_BYTES));
  return cutBuckets(counts, Math.min(most, Math.max(BUCKET_RATINGS, least)));
}

/** The rows of items as they are sorted: ratings by item have no need of timestamps. */
export function itemRows({ items }: PackedWork, format: RecordFormat, counts: Float64Array): Rows {
  return {
    format: { ...format, timestamps: false },
    counts,
    nameOf: (row) => `item ${describe(items.id(row))}`,
  };
}

/**
 * Sorts what has been spooled, and makes one rating of pairs that come more than once.
 *
 * @throws what {@link checkRows}, `refuse` and `pause` throw
 */
export async function sortByUser(work: PackedWork): Promise<SortedRatings> {
  const { spool, users, items, duplicates, memory } = work;
  const { wideValues, weightBytes, timestamps } = spool;
  const sums = duplicates === "mean" || duplicates === "sum";
  const format: RecordFormat = { wideValues: wideValues || sums, weightBytes, timestamps };
  const userCounts = resized(spool.userCounts, users.size);
  const itemCounts = resized(spool.itemCounts, items.size);
  const rows: Rows = { format, counts: userCounts, nameOf: (row) => `user ${describe(users.id(row))}` };
  // Items may have fewer ratings when pairs have become one: they are refused then, unless users are anyway.
  if (duplicates === "error" || !holds(memory, rows))
    checkRows(memory, [rows, itemRows(work, format, itemCounts)]);
  const buckets = bucketsOf(memory, rows);
  if (spool.inOrder && duplicates === "error") {
    const batches = (): Batches => sorted(work, buckets, format, (into) => readSpool(spool, buckets, into));
    return { count: spool.count, format, userCounts, itemCounts, batches, close: () => spool.close() };
  }
  const file = new BucketFile(work.place, buckets, format, memory / 4);
  const batches = (): Batches => sorted(work, buckets, format, (into) => readFile(file, into));
  const close = (): void => file.close();
  try {
    await distribute(work, file);
    spool.close();
    if (duplicates === "error") return { count: spool.count, format, userCounts, itemCounts, batches, close };
    return { ...(await mergeFile(work, file, batches())), batches, close };
  } catch (error) {
    close();
    throw error;
  }
}

type Batches = Generator<{ readonly records: Records; readonly count: number }, void, void>;

/** Puts what has been spooled into buckets. */
async function distribute({ spool, pause }: PackedWork, file: BucketFile): Promise<void> {
  let done = 0;
  for (const { records, count } of spool.batches()) {
    for (let p = 0; p < count; p++) {
      const user = records.user(p);
      file.add(user, user, records.item(p), records.value(p), records.weight(p), records.timestamp(p));
    }
    done += count;
    await pause((0.25 * done) / spool.count);
  }
  file.end();
}

/** Fills buckets from a spool that is in the order of users, one after the other. */
function* readSpool(spool: Spool, buckets: readonly Bucket[], into: Records): Generator<number, void, void> {
  let bucket = 0;
  let filled = 0;
  for (const { records, count } of spool.batches())
    for (let p = 0; p < count; p++) {
      while (filled === buckets[bucket]!.room) {
        yield filled;
        bucket++;
        filled = 0;
      }
      into.set(
        filled++,
        records.user(p),
        records.item(p),
        records.value(p),
        records.weight(p),
        records.timestamp(p),
      );
    }
  yield filled;
}

function* readFile(file: BucketFile, into: Records): Generator<number, void, void> {
  for (let bucket = 0; bucket < file.buckets.length; bucket++) yield file.read(bucket, into);
}

/** Sorts bucket after bucket by user and then item, and refuses pairs that come again where that is the rule. */
function* sorted(
  { items, duplicates, refuse }: PackedWork,
  buckets: readonly Bucket[],
  format: RecordFormat,
  read: (into: Records) => Iterable<number>,
): Batches {
  const room = Math.max(...buckets.map((bucket) => bucket.room));
  const records = new Records(format, room);
  const others = new Records(format, room);
  const itemCounts = new Int32Array(items.size + 1);
  let bucket = 0;
  for (const count of read(records)) {
    const { firstRow, endRow } = buckets[bucket++]!;
    if (!isSorted(records, count)) {
      sortRecords(records, count, others, "item", 0, itemCounts);
      sortRecords(others, count, records, "user", firstRow, new Int32Array(endRow - firstRow + 1));
    }
    if (duplicates === "error") mergeRecords(records, count, "error", refuse);
    yield { records, count };
  }
}

function isSorted(records: Records, count: number): boolean {
  for (let p = 1; p < count; p++) {
    const more = records.user(p) - records.user(p - 1);
    if (more < 0 || (more === 0 && records.item(p) < records.item(p - 1))) return false;
  }
  return true;
}

/** Leaves one rating of each pair in every bucket, and finds out what is left. */
async function mergeFile(
  { spool, users, items, duplicates, refuse, pause }: PackedWork,
  file: BucketFile,
  batches: Batches,
): Promise<Omit<SortedRatings, "batches" | "close">> {
  const userCounts = new Float64Array(users.size);
  const itemCounts = new Float64Array(items.size);
  let count = 0;
  let wideValues = false;
  let wideWeights = false;
  let bucket = 0;
  for (const { records, count: given } of batches) {
    const left = mergeRecords(records, given, duplicates, refuse);
    for (let p = 0; p < left; p++) {
      userCounts[records.user(p)]!++;
      itemCounts[records.item(p)]!++;
      if (Math.fround(records.value(p)) !== records.value(p)) wideValues = true;
      if (Math.fround(records.weight(p)) !== records.weight(p)) wideWeights = true;
    }
    file.rewrite(bucket, records, left);
    count += left;
    await pause(0.25 + (0.25 * ++bucket) / file.buckets.length);
  }
  const weightBytes = spool.weightBytes && (wideWeights ? 8 : 4);
  return { count, format: { wideValues, weightBytes, timestamps: spool.timestamps }, userCounts, itemCounts };
}

function resized(counts: Float64Array, length: number): Float64Array {
  const result = new Float64Array(length);
  result.set(counts.subarray(0, length));
  return result;
}
