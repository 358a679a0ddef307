import { newlinesIn } from "./line-blocks.js";
import type { Position } from "./position.js";

const decoder: TextDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of a block of whole lines; the error of bytes that are no UTF-8 tells their line. */
export function decodeLines(block: Uint8Array, position: Position): string {
  try {
    return decoder.decode(block);
  } catch (cause) {
    throw position.error(
      "the bytes are no UTF-8; save the file as UTF-8 (iconv -f latin1 -t utf-8)",
      position.line + badLine(block),
      { cause },
    );
  }
}

/** How many lines stand before the first one that is no UTF-8: no line end is part of a longer character. */
function badLine(block: Uint8Array): number {
  let from = 0;
  while (from < block.length) {
    const newline = block.indexOf(10, from);
    const to = newline < 0 ? block.length : newline + 1;
    try {
      decoder.decode(block.subarray(from, to));
    } catch {
      return newlinesIn(block.subarray(0, from));
    }
    from = to;
  }
  return 0;
}
