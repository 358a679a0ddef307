import { toInt64 } from "../../model/file/int64.js";
import { idTensors } from "../../model/file/write-ids.js";
import { type ContentDigests, hashIds } from "../../ratings/content-hash.js";
import type { Values } from "../../ratings/index.js";
import { Murmur3 } from "../../ratings/murmur3.js";
import { BucketFile } from "./buckets.js";
import type { FilePlan } from "./format.js";
import { type RecordFormat, Records } from "./records.js";
import { checkRows } from "./row-room.js";
import { SectionWriter } from "./section-writer.js";
import { bucketsOf, itemRows, type PackedWork, type SortedRatings } from "./sort-by-user.js";
import { sortRecords } from "./sort-records.js";

/** Ratings written between two looks at the clock. */
const SLICE = 65536;

/** What is told of ratings once they have been written. */
export interface WrittenFacts {
  /** Σ of all values in the order by user. */
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly digests: Pick<ContentDigests, "starts" | "columns" | "values" | "weights">;
}

/** Where the records of one orientation go, column by column. */
class SideWriter {
  readonly columns: Int32Array = new Int32Array(SLICE);
  readonly values: Values;
  readonly weights: Values | undefined;
  readonly timestamps: Float64Array | undefined;
  readonly #sections: readonly (readonly [writer: SectionWriter, array: Int32Array | Values])[];

  constructor(
    descriptor: number,
    plan: FilePlan,
    name: string,
    { wideValues, weightBytes, timestamps }: RecordFormat,
  ) {
    this.values = roomFor(wideValues);
    this.weights = weightBytes && roomFor(weightBytes === 8);
    this.timestamps = timestamps ? new Float64Array(SLICE) : undefined;
    const sections: (readonly [string, Int32Array | Values | undefined])[] = [
      [`${name}.indices`, this.columns],
      [`${name}.values`, this.values],
      [`${name}.weights`, this.weights],
      ["timestamps", this.timestamps],
    ];
    this.#sections = sections.flatMap(([section, array]) =>
      array === undefined ? [] : [[new SectionWriter(descriptor, plan, section), array] as const],
    );
  }

  /** Writes the first `length` numbers of each column. */
  write(length: number): void {
    for (const [writer, array] of this.#sections) writer.write(array.subarray(0, length));
  }

  end(): void {
    for (const [writer] of this.#sections) writer.end();
  }
}

/** Writes the orientation by user; ratings are put into buckets by item on the way. */
export async function writeByUser(
  { descriptor, pause }: PackedWork,
  plan: FilePlan,
  sorted: SortedRatings,
  byItem: BucketFile,
): Promise<WrittenFacts> {
  const writer = new SideWriter(descriptor, plan, "by_user", sorted.format);
  const { columns, values, weights, timestamps } = writer;
  const hashes = { columns: new Murmur3(), values: new Murmur3(), weights: new Murmur3() };
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  let done = 0;
  for (const { records, count } of sorted.batches()) {
    for (let from = 0; from < count; from += SLICE) {
      const length = Math.min(SLICE, count - from);
      for (let p = 0; p < length; p++) {
        const item = records.item(from + p);
        const value = records.value(from + p);
        const weight = records.weight(from + p);
        columns[p] = item;
        values[p] = value;
        if (weights !== undefined) weights[p] = weight;
        if (timestamps !== undefined) timestamps[p] = records.timestamp(from + p);
        sum += value;
        if (value < min) min = value;
        if (value > max) max = value;
        byItem.add(item, records.user(from + p), item, value, weight, 0);
      }
      writer.write(length);
      hashes.columns.update(columns.subarray(0, length));
      hashes.values.update(values.subarray(0, length));
      if (weights !== undefined) hashes.weights.update(weights.subarray(0, length));
      done += length;
      await pause(0.5 + (0.25 * done) / sorted.count);
    }
  }
  writer.end();
  byItem.end();
  return {
    ...{ sum, min, max },
    digests: {
      starts: writeOffsets(descriptor, plan, "by_user", sorted.userCounts),
      columns: hashes.columns.digest(),
      values: hashes.values.digest(),
      weights: weights && hashes.weights.digest(),
    },
  };
}

/** A file of buckets by item, for ratings that have no need of timestamps any more. */
export function bucketsByItem(work: PackedWork, { format, itemCounts }: SortedRatings): BucketFile {
  const { memory, place } = work;
  const rows = itemRows(work, format, itemCounts);
  checkRows(memory, [rows]);
  return new BucketFile(place, bucketsOf(memory, rows), rows.format, memory / 4);
}

/** Writes the orientation by item. */
export async function writeByItem(
  { descriptor, pause }: PackedWork,
  plan: FilePlan,
  file: BucketFile,
  { itemCounts }: SortedRatings,
): Promise<void> {
  const { buckets, format } = file;
  const room = Math.max(...buckets.map((bucket) => bucket.room));
  const records = new Records(format, room);
  const sorted = new Records(format, room);
  const writer = new SideWriter(descriptor, plan, "by_item", format);
  const { columns, values, weights } = writer;
  for (const [bucket, { firstRow, endRow }] of buckets.entries()) {
    const count = file.read(bucket, records);
    // Users ascend in what was written, and a sort that keeps the order of equal ones leaves them so.
    sortRecords(records, count, sorted, "item", firstRow, new Int32Array(endRow - firstRow + 1));
    for (let from = 0; from < count; from += SLICE) {
      const length = Math.min(SLICE, count - from);
      for (let p = 0; p < length; p++) {
        columns[p] = sorted.user(from + p);
        values[p] = sorted.value(from + p);
        if (weights !== undefined) weights[p] = sorted.weight(from + p);
      }
      writer.write(length);
    }
    await pause(0.75 + (0.24 * (bucket + 1)) / buckets.length);
  }
  writer.end();
  writeOffsets(descriptor, plan, "by_item", itemCounts);
}

/** Writes ids; returns their digests. */
export async function writeIds(
  { descriptor, users, items }: PackedWork,
  plan: FilePlan,
): Promise<Pick<ContentDigests, "users" | "items">> {
  for (const tensor of [...idTensors("user", users), ...idTensors("item", items)]) {
    const writer = new SectionWriter(descriptor, plan, tensor.name);
    writer.write(tensor.data);
    writer.end();
  }
  return { users: await hashIds(users), items: await hashIds(items) };
}

/** Writes where rows begin; returns the digest. */
function writeOffsets(descriptor: number, plan: FilePlan, name: string, counts: Float64Array): Int32Array {
  const starts = new Float64Array(counts.length + 1);
  for (let row = 0; row < counts.length; row++) starts[row + 1] = starts[row]! + counts[row]!;
  const writer = new SectionWriter(descriptor, plan, `${name}.offsets`);
  writer.write(toInt64(starts));
  writer.end();
  const hash = new Murmur3();
  hash.update(starts);
  return hash.digest();
}

function roomFor(wide: boolean): Values {
  return wide ? new Float64Array(SLICE) : new Float32Array(SLICE);
}
