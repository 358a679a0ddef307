import type { Position } from "./position.js";

/** Blocks are at most about this long: a thousand rows or two, well under a millisecond once the code has warmed up. */
export const BLOCK_BYTES: number = 1 << 15;
/** A line, or a record that goes on over lines inside quotes, is refused beyond this. */
export const MAX_LINE_BYTES: number = 1 << 20;
const NEWLINE = 10;

/**
 * The bytes cut at line ends: each block holds whole lines, the last of all perhaps without its newline. A block is
 * a view of a buffer that is used again: be done with it (and move `position.line` on) before asking for the next.
 * A line's length is bounded, so memory is, whatever comes.
 */
export async function* lineBlocks(
  chunks: AsyncIterable<Uint8Array>,
  position: Position,
): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(MAX_LINE_BYTES + BLOCK_BYTES);
  let filled = 0;
  let first = true;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; ) {
      const taken = Math.min(BLOCK_BYTES - (filled % BLOCK_BYTES), chunk.length - from);
      buffer.set(chunk.subarray(from, from + taken), filled);
      from += taken;
      filled += taken;
      if (filled < BLOCK_BYTES) continue;
      const end = buffer.subarray(0, filled).lastIndexOf(NEWLINE) + 1;
      if (end === 0) {
        if (first) checkText(buffer.subarray(0, filled), position, first);
        if (filled > MAX_LINE_BYTES) throw lineTooLong(position);
        continue;
      }
      yield textOf(buffer.subarray(0, end), position, first);
      first = false;
      buffer.copyWithin(0, end, filled);
      filled -= end;
    }
  }
  if (filled > 0) yield textOf(buffer.subarray(0, filled), position, first);
}

/** The error of a line, or of a record that began on it, that has no end. */
export function lineTooLong(position: Position): Error {
  return position.error(
    `the line is longer than ${MAX_LINE_BYTES / (1 << 20)} MiB; is a quotation mark left open, or is this no text with one rating a line?`,
  );
}

/** The block without the byte order mark of the first one, after a look at whether it is text at all. */
function textOf(block: Uint8Array, position: Position, first: boolean): Uint8Array {
  checkText(block, position, first);
  const marked = first && block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf;
  return marked ? block.subarray(3) : block;
}

/** Beginnings of files that people hand over as they came. */
const FORMATS: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x50, 0x4b, 3, 4], "is a zip archive; unpack it and give the file inside"],
  [[0x28, 0xb5, 0x2f, 0xfd], "is compressed by zstd; unpack it, or compress it with gzip"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "is compressed by xz; unpack it, or compress it with gzip"],
  [[0x42, 0x5a, 0x68], "is compressed by bzip2; unpack it, or compress it with gzip"],
  [[0x50, 0x41, 0x52, 0x31], "is a Parquet file; export it as CSV"],
  [[0xff, 0xfe], "is UTF-16 text; save it as UTF-8"],
  [[0xfe, 0xff], "is UTF-16 text; save it as UTF-8"],
];

function checkText(block: Uint8Array, position: Position, first: boolean): void {
  const nul = block.indexOf(0);
  if (first) {
    for (const [bytes, what] of FORMATS) {
      // Text may begin with the letters of a magic number; then it has no NUL and decodes.
      const looksBinary = nul >= 0 || bytes[0]! >= 0x80;
      if (looksBinary && bytes.every((byte, i) => block[i] === byte)) throw position.failure(what);
    }
  }
  if (nul < 0) return;
  throw position.error(
    "there is a NUL byte, so this is no text file; give CSV or TSV text, plain or compressed by gzip",
    position.line + newlinesIn(block.subarray(0, nul)),
  );
}

/** How many lines end in these bytes. */
export function newlinesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
