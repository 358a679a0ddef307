import { AbortRace } from "../abort.js";
import { throwIfAborted } from "../errors.js";

/**
 * What can be read: a stream (`response.body`, `file.stream()`), a Blob or File, chunks of bytes or text from an
 * iterable, bytes, or a whole text. Text in bytes is UTF-8, and may be compressed by gzip.
 */
export type TextInput =
  | ReadableStream<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>
  | Blob
  | ArrayBuffer
  | Uint8Array
  | string;

/** How far reading has come. */
export interface ReadProgress {
  /** Bytes taken from the input, before decompression. */
  bytes: number;
  /** Bytes there are in all, where that is known. */
  totalBytes?: number;
  /** Rows read so far. */
  rows: number;
}

/** Bytes on the way from an input, with a count of those that were taken. */
export interface ByteInput {
  chunks: AsyncIterable<Uint8Array>;
  /** Bytes taken so far. */
  readonly taken: number;
  totalBytes: number | undefined;
}

/** Bytes of whatever is given; text is encoded. Rejects with an AbortError as soon as `signal` asks for it. */
export function openInput(input: TextInput, name: string, signal: AbortSignal | undefined): ByteInput {
  const iterator = iteratorOf(input);
  const encoder = new ChunkEncoder(name);
  const race = signal && new AbortRace(signal, `reading ${name}`);
  let waiting = false;
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    race?.end();
    const done = Promise.resolve(iterator.return?.());
    // An iterator that is asked for its next chunk answers `return` only after that; a stalled one never does.
    if (waiting) done.catch(() => {});
    else await done;
  };
  // No generator: it would keep `return` waiting for a chunk that was asked for ahead, as unpacking does.
  const chunks: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => chunks,
    next: async () => {
      if (closed) return { done: true, value: undefined };
      try {
        throwIfAborted(signal, `reading ${name}`);
        waiting = true;
        const next = await (race === undefined ? iterator.next() : race.race(iterator.next()));
        waiting = false;
        if (next.done) {
          closed = true;
          race?.end();
          encoder.end();
          return { done: true, value: undefined };
        }
        const { value } = next;
        const bytes = typeof value === "string" ? encoder.encode(value) : checkBytes(value, name);
        opened.taken += bytes.length;
        return { done: false, value: bytes };
      } catch (error) {
        await close();
        throw error;
      }
    },
    return: async () => {
      await close();
      return { done: true, value: undefined };
    },
  };
  const opened = { chunks, taken: 0, totalBytes: sizeOf(input) };
  return opened;
}

type Chunk = Uint8Array | string;

interface Chunks {
  next(): Promise<IteratorResult<Chunk>> | IteratorResult<Chunk>;
  return?(): unknown;
}

function iteratorOf(input: TextInput): Chunks {
  if (typeof input === "string" || input instanceof Uint8Array) return [input][Symbol.iterator]();
  if (input instanceof ArrayBuffer) return [new Uint8Array(input)][Symbol.iterator]();
  if (typeof Blob === "function" && input instanceof Blob) return readerOf(input.stream());
  if (typeof input === "object" && input !== null) {
    if ("getReader" in input) return readerOf(input);
    if (Symbol.asyncIterator in input) return input[Symbol.asyncIterator]() as Chunks;
    if (Symbol.iterator in input) return input[Symbol.iterator]() as Chunks;
  }
  throw new TypeError(
    "the input must be a ReadableStream, a Blob, an iterable of byte or text chunks, bytes or a string",
  );
}

/** A stream's chunks; some browsers' streams are no async iterables. */
function readerOf(stream: ReadableStream<Chunk>): Chunks {
  const reader = stream.getReader();
  return {
    next: async () => (await reader.read()) as IteratorResult<Chunk>,
    return: () => reader.cancel(),
  };
}

function sizeOf(input: TextInput): number | undefined {
  if (input instanceof Uint8Array || input instanceof ArrayBuffer) return input.byteLength;
  return typeof Blob === "function" && input instanceof Blob ? input.size : undefined;
}

function checkBytes(chunk: unknown, name: string): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError(`${name}: each chunk must be a Uint8Array or a string, not ${typeof chunk}`);
}

/** Text chunks to bytes; a surrogate pair may be cut by the end of a chunk. */
class ChunkEncoder {
  readonly #name: string;
  readonly #encoder = new TextEncoder();
  #held = "";

  constructor(name: string) {
    this.#name = name;
  }

  encode(text: string): Uint8Array {
    let whole = this.#held + text;
    this.#held = "";
    const last = whole.charCodeAt(whole.length - 1);
    if (last >= 0xd800 && last < 0xdc00) {
      this.#held = whole.slice(-1);
      whole = whole.slice(0, -1);
    }
    // The encoder would put U+FFFD in its place, and two ids could become one.
    if (/\p{Surrogate}/u.test(whole)) this.#refuse();
    return this.#encoder.encode(whole);
  }

  end(): void {
    if (this.#held !== "") this.#refuse();
  }

  #refuse(): never {
    throw new RangeError(
      `${this.#name}: the text holds half of a surrogate pair; repair it with toWellFormed()`,
    );
  }
}
