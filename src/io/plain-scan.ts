import type { RatingLayout } from "./columns.js";
import { parseDecimalBytes } from "./decimal.js";
import { decodeLines } from "./decode.js";
import type { Position } from "./position.js";
import type { RatingSink } from "./rating-sink.js";

const NEWLINE = 10;
const RETURN = 13;

/**
 * A reader of blocks without quoted fields, straight from the bytes: about six times as fast as cutting strings, most
 * of which name an id that came before. It reads exactly what papaparse reads there; undefined when the delimiter is
 * not of one or two ASCII characters.
 *
 * @param firstLine the line that the others must have as many fields as
 */
export function createPlainScanner(
  delimiter: string,
  layout: RatingLayout,
  sink: RatingSink,
  position: Position,
  firstLine: number,
): ((block: Uint8Array) => void) | undefined {
  const first = delimiter.charCodeAt(0);
  const second = delimiter.length === 2 ? delimiter.charCodeAt(1) : -1;
  if (delimiter.length > 2 || first > 127 || second > 127) return undefined;
  const { users, items } = sink;
  const { fieldCount } = layout;
  const skipped = delimiter.length;
  const starts = new Int32Array(fieldCount);
  const ends = new Int32Array(fieldCount);

  const numberAt = (block: Uint8Array, field: number, what: string): number => {
    const value = parseDecimalBytes(block, starts[field]!, ends[field]!);
    if (Number.isNaN(value)) {
      const text = new TextDecoder().decode(block.subarray(starts[field]!, ends[field]!));
      throw position.notANumber(what, text);
    }
    return value;
  };

  return (block) => {
    let all = 0;
    let p = 0;
    const end = block.length;
    // Ids are decoded when they are new, other fields never: here is where every byte is looked at.
    while (p < end) all |= block[p++]!;
    if (all > 127) decodeLines(block, position);
    p = 0;
    while (p < end) {
      const start = p;
      let fields = 0;
      starts[0] = start;
      for (; p < end; p++) {
        const c = block[p]!;
        if (c === NEWLINE) break;
        if (c !== first || (second >= 0 && block[p + 1] !== second)) continue;
        if (fields < fieldCount) ends[fields] = p;
        fields++;
        if (fields < fieldCount) starts[fields] = p + skipped;
        p += skipped - 1;
      }
      const lineEnd = p > start && block[p - 1] === RETURN ? p - 1 : p;
      p++;
      if (lineEnd === start) {
        position.line++;
        continue;
      }
      if (fields < fieldCount) ends[fields] = lineEnd;
      fields++;
      if (fields !== fieldCount) throw position.ragged(fields, fieldCount, firstLine);
      sink.take(
        users.number(block, starts[layout.user]!, ends[layout.user]!),
        items.number(block, starts[layout.item]!, ends[layout.item]!),
        layout.value < 0 ? 1 : numberAt(block, layout.value, "value"),
        layout.weight < 0 ? undefined : numberAt(block, layout.weight, "weight"),
        layout.timestamp < 0 ? undefined : numberAt(block, layout.timestamp, "timestamp"),
      );
      position.line++;
    }
  };
}
