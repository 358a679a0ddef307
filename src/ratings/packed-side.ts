import { AlternantError } from "../errors.js";
import { nodeBuiltin } from "../node-builtins.js";
import { confidencesOf } from "./confidences.js";
import type { Values } from "./csr.js";
import { MAX_VALUE } from "./refusals.js";
import type { PackedSection, RatingsSide, SharedPackedSide } from "./source.js";

/** Bytes of a section that one checksum covers. */
export const BLOCK_BYTES = 65536;
/** Blocks that are read at a time: what a call of the kernels takes of the widest section. */
const BLOCKS = 5;

type Numbers = Int32Array | Values;

/** Finds what is wrong with numbers `first` … of a section, if anything is: which one, and what. */
type Inspect = (
  numbers: Numbers,
  first: number,
) => { readonly at: number; readonly what: string } | undefined;

/**
 * One orientation of ratings in a file, as any thread reads it. Reads are synchronous and verify what they take: each block by its checksum every
 * time, so that a file that changes under a fit cannot go unnoticed, and by its contents the first time that any thread has it.
 * Threads of a process share its descriptors, so that a lane reads from the host's.
 */
export class PackedSide implements RatingsSide {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly count: number;
  readonly starts: Float64Array;
  readonly valueBytes: 4 | 8;
  readonly weightBytes: 4 | 8 | undefined;
  readonly #shared: SharedPackedSide;
  readonly #columns: SectionReader;
  readonly #values: SectionReader;
  readonly #weights: SectionReader | undefined;
  /** What a value counts, where confidences take the place of weights. */
  readonly #confidence: ((value: number) => number) | undefined;
  /** What confidences are multiplied by: weights of the file, else ones. */
  #given: Float64Array = new Float64Array(0);

  constructor(shared: SharedPackedSide) {
    const { starts, columnCount, columns, values, weights, confidences } = shared;
    this.#shared = shared;
    this.rowCount = starts.length - 1;
    this.columnCount = columnCount;
    this.starts = starts;
    this.count = starts[this.rowCount]!;
    this.valueBytes = values.bytes;
    this.weightBytes = confidences ? confidences.bytes : weights?.bytes;
    this.#columns = new SectionReader(shared, columns, (numbers, first) =>
      this.#inspectColumns(numbers, first),
    );
    this.#values = new SectionReader(shared, values, inspectValues);
    this.#weights = weights && new SectionReader(shared, weights, inspectWeights);
    this.#confidence = confidences && confidencesOf(confidences.form);
  }

  /**
   * Copies ratings `from` … `to` − 1 to the start of the buffers given.
   *
   * @throws AlternantError "invalid-file" naming the section and the row for what is cut short, damaged or out of bounds;
   *   "disposed" when the ratings have been closed
   */
  read(from: number, to: number, columns: Int32Array, values: Values, weights?: Values): void {
    this.#columns.read(from, to, columns);
    this.#values.read(from, to, values);
    if (weights === undefined) return;
    const confidence = this.#confidence;
    const count = to - from;
    if (confidence && this.#given.length < count) this.#given = new Float64Array(count).fill(1);
    this.#weights?.read(from, to, confidence ? this.#given : weights);
    // In double precision, and only then rounded to what holds them.
    if (confidence) for (let p = 0; p < count; p++) weights[p] = this.#given[p]! * confidence(values[p]!);
  }

  share(): SharedPackedSide {
    return this.#shared;
  }

  /** Columns ascend within a row, and lie on the other side. */
  #inspectColumns(columns: Numbers, first: number): ReturnType<Inspect> {
    const { columnCount, starts } = this;
    let previous = -1;
    for (let p = 0; p < columns.length; p++) {
      const column = columns[p]! >>> 0;
      if (column >= columnCount) return { at: p, what: `index ${column}, of ${columnCount}` };
      if (column <= previous && starts[rowOf(starts, first + p)] !== first + p)
        return { at: p, what: `index ${column} after ${previous}, and they must ascend` };
      previous = column;
    }
    return undefined;
  }
}

/** The row that has position `position`, which some row has. */
export function rowOf(starts: Float64Array, position: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= position) low = middle;
    else high = middle;
  }
  return low;
}

function inspectValues(values: Numbers): ReturnType<Inspect> {
  return firstOutside(values, -MAX_VALUE, MAX_VALUE, "value");
}

function inspectWeights(weights: Numbers): ReturnType<Inspect> {
  return firstOutside(weights, Number.MIN_VALUE, Number.MAX_VALUE, "weight");
}

/** Looks at timestamps. */
export function inspectTimestamps(timestamps: Numbers): ReturnType<Inspect> {
  return firstOutside(timestamps, -Number.MAX_VALUE, Number.MAX_VALUE, "timestamp");
}

function firstOutside(numbers: Numbers, least: number, most: number, noun: string): ReturnType<Inspect> {
  for (let at = 0; at < numbers.length; at++)
    if (!(numbers[at]! >= least && numbers[at]! <= most))
      return { at, what: `the ${noun} ${numbers[at]}, which is out of range` };
  return undefined;
}

/** Reads one section in order or not; what was read last is kept, so that neighbouring reads share a block. */
export class SectionReader {
  readonly #file: SharedPackedSide;
  readonly #section: PackedSection;
  readonly #inspect: Inspect;
  readonly #count: number;
  readonly #perBlock: number;
  readonly #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(BLOCKS * BLOCK_BYTES);
  readonly #numbers: Numbers;
  /** The blocks that are held. */
  #first = 0;
  #held = 0;

  constructor(file: SharedPackedSide, section: PackedSection, inspect: Inspect) {
    const { buffer } = this.#bytes;
    this.#file = file;
    this.#section = section;
    this.#inspect = inspect;
    this.#count = file.starts[file.starts.length - 1]!;
    this.#perBlock = BLOCK_BYTES / section.bytes;
    this.#numbers =
      section === file.columns
        ? new Int32Array(buffer)
        : section.bytes === 4
          ? new Float32Array(buffer)
          : new Float64Array(buffer);
  }

  read(from: number, to: number, target: Numbers): void {
    const perBlock = this.#perBlock;
    for (let at = from; at < to; ) {
      const block = Math.floor(at / perBlock);
      if (block < this.#first || block >= this.#first + this.#held)
        this.#load(block, Math.ceil(to / perBlock));
      const first = this.#first * perBlock;
      const end = Math.min(to, first + this.#held * perBlock);
      target.set(this.#numbers.subarray(at - first, end - first), at - from);
      at = end;
    }
  }

  /** Reads blocks from `block` on, up to `end` at most. */
  #load(block: number, end: number): void {
    const { at, bytes, crcs, checked } = this.#section;
    this.#held = 0;
    const position = block * BLOCK_BYTES;
    const length = Math.min((end - block) * BLOCK_BYTES, this.#bytes.length, this.#count * bytes - position);
    this.#fill(at + position, length, block);
    const { crc32 } = nodeBuiltin("node:zlib")!;
    for (let from = 0, current = block; from < length; from += BLOCK_BYTES, current++) {
      const to = Math.min(from + BLOCK_BYTES, length);
      const first = current * this.#perBlock;
      if (crc32(this.#bytes.subarray(from, to)) !== crcs[current])
        throw this.#refused(first, "does not have the contents that it was written with");
      if (Atomics.load(checked, current) === 1) continue;
      const wrong = this.#inspect(this.#numbers.subarray(from / bytes, to / bytes), first);
      if (wrong !== undefined) throw this.#refused(first + wrong.at, `has ${wrong.what}`);
      Atomics.store(checked, current, 1);
    }
    this.#first = block;
    this.#held = Math.ceil(length / BLOCK_BYTES);
  }

  #fill(position: number, length: number, block: number): void {
    const { descriptor, state, path } = this.#file;
    const { readSync } = nodeBuiltin("node:fs")!;
    const checkOpen = (): void => {
      if (Atomics.load(state, 0) !== 0)
        throw new AlternantError("disposed", `The ratings of ${path} have been closed: open them again.`);
    };
    for (let from = 0; from < length; ) {
      let taken: number;
      checkOpen();
      try {
        taken = readSync(descriptor, this.#bytes, from, length - from, position + from);
      } catch (cause) {
        checkOpen();
        throw this.#refused(block * this.#perBlock, `cannot be read (${(cause as Error).message})`);
      }
      if (taken === 0) throw this.#refused(block * this.#perBlock, "ends too early");
      from += taken;
    }
  }

  #refused(position: number, why: string): AlternantError {
    const { path, starts } = this.#file;
    return new AlternantError(
      "invalid-file",
      `${path}: section "${this.#section.name}" ${why}, at row ${rowOf(starts, position)} (rating ${position}). The file was cut short, damaged or changed: pack it again.`,
    );
  }
}
