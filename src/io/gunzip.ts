import { AlternantError } from "../errors.js";
import { nodeBuiltin } from "../node-builtins.js";
import type { Position } from "./position.js";

/** The bytes as they are, or unpacked when they begin with gzip's magic number: the name proves nothing. */
export async function* gunzipped(
  chunks: AsyncIterable<Uint8Array>,
  position: Position,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  let ended = false;
  const next = async (): Promise<Uint8Array | undefined> => {
    const result = await iterator.next();
    if (!result.done) return result.value;
    ended = true;
    return undefined;
  };
  try {
    let head = await next();
    while (head !== undefined && head.length < 2) {
      const more = await next();
      if (more === undefined) break;
      head = joined(head, more);
    }
    if (head === undefined) return;
    if (head[0] === 0x1f && head[1] === 0x8b) {
      yield* unpacked(head, next, position);
      return;
    }
    yield head;
    for (let chunk = await next(); chunk !== undefined; chunk = await next()) yield chunk;
  } finally {
    if (!ended) await iterator.return?.();
  }
}

async function* unpacked(
  head: Uint8Array,
  next: () => Promise<Uint8Array | undefined>,
  position: Position,
): AsyncGenerator<Uint8Array> {
  // What the source itself throws (an abort, a broken connection) is not the archive's fault.
  let sourceError: unknown;
  const packed = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (let chunk: Uint8Array | undefined = head; chunk !== undefined; chunk = await next()) yield chunk;
    } catch (error) {
      sourceError = error;
      throw error;
    }
  };
  try {
    yield* inflated(packed());
  } catch (error) {
    if (sourceError !== undefined) throw sourceError;
    if (error instanceof AlternantError) throw error;
    const reason = reasonOf(error);
    if (SEVERAL.test(reason))
      throw position.failure(
        `has more after the end of a gzip file (${reason}); Node reads several gzip files joined into one, a browser does not: unpack it, or pack it anew as one`,
        { cause: error },
      );
    throw position.failure(
      `is a damaged or truncated gzip file (${reason}); fetch it again, or unpack it with gzip to see what is left`,
      { cause: error },
    );
  }
}

/** What engines say of bytes after the end of a gzip file. */
const SEVERAL = /junk|after (?:the )?end/i;

/**
 * By zlib where there is Node's: gzip files that were joined (`cat a.gz b.gz`, bgzip, Hadoop) are one, while DecompressionStream
 * refuses what follows the first, in Node too from 24 on.
 */
function inflated(packed: AsyncGenerator<Uint8Array>): AsyncIterable<Uint8Array> {
  const [zlib, stream] = [nodeBuiltin("node:zlib"), nodeBuiltin("node:stream")];
  if (zlib !== undefined && stream !== undefined)
    // What goes wrong is thrown where the result is read.
    return stream.pipeline(packed, zlib.createGunzip(), () => {});
  return decompressed(packed);
}

async function* decompressed(packed: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = new ReadableStream<BufferSource>({
    pull: async (controller) => {
      const { value, done } = await packed.next();
      if (done) controller.close();
      else controller.enqueue(value as Uint8Array<ArrayBuffer>);
    },
  });
  const reader = source.pipeThrough(new DecompressionStream("gzip")).getReader();
  let ended = false;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      yield value;
    }
    ended = true;
  } finally {
    if (!ended) await reader.cancel().catch(() => {});
  }
}

/** Browsers and Node say the same things in different words, some of them in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
