import { type Id, Vocabulary } from "../../ratings/vocabulary.js";
import { corrupt as corruptModel } from "./corrupt.js";
import type { Tensor } from "./format.js";
import { fromInt64 } from "./int64.js";
import type { Refuse } from "./read-safetensors.js";

// How ids are laid out in a file stands in write-ids.ts.

/** Engines end strings at about 2²⁹ characters. */
const LONGEST_TEXT = 2 ** 28;

/** The vocabulary of `count` number ids. @throws what `corrupt` makes: AlternantError "corrupt-model" unless given */
export function numberIds(ids: Tensor, count: number, corrupt: Refuse = corruptModel): Vocabulary<number> {
  const values = fromInt64(ids.data);
  if (values === undefined || values.length !== count)
    throw corrupt(`tensor "${ids.name}" does not hold ${count} safe integers`);
  return vocabulary("number", ids.name, Array.from(values), corrupt);
}

/** The vocabulary of `count` string ids. @throws what `corrupt` makes: AlternantError "corrupt-model" unless given */
export function stringIds(
  ids: Tensor,
  offsets: Tensor,
  count: number,
  corrupt: Refuse = corruptModel,
): Vocabulary<string> {
  const starts = fromInt64(offsets.data);
  if (
    starts === undefined ||
    starts.length !== count + 1 ||
    starts[0] !== 0 ||
    starts[count] !== ids.data.length
  )
    throw corrupt(`tensor "${offsets.name}" does not hold ${count + 1} offsets into "${ids.name}"`);
  // A copy, because a decoder refuses shared memory.
  const bytes = ids.data.slice();
  const list: string[] = new Array(count);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  // Almost always all ids are ASCII and fit into one string: then one call of the decoder does for all of them.
  const plain = bytes.length <= LONGEST_TEXT && bytes.every((byte) => byte < 0x80);
  const ascii = plain ? decoder.decode(bytes) : undefined;
  for (let i = 0; i < count; i++) {
    const from = starts[i]!;
    const to = starts[i + 1]!;
    if (!(from < to)) throw corrupt(`id ${i} in tensor "${ids.name}" is empty`);
    if (ascii !== undefined) list[i] = ascii.slice(from, to);
    else list[i] = decode(decoder, bytes.subarray(from, to), ids.name, i, corrupt);
  }
  return vocabulary("string", ids.name, list, corrupt);
}

function decode(
  decoder: TextDecoder,
  bytes: Uint8Array,
  tensor: string,
  index: number,
  corrupt: Refuse,
): string {
  try {
    let text = "";
    let from = 0;
    for (let at = 0; at + 2 < bytes.length; at++) {
      // 0xED begins U+D000 … U+DFFF, and with a second byte of 0xA0 … 0xBF a surrogate.
      const low = bytes[at + 2]!;
      if (bytes[at] !== 0xed || bytes[at + 1]! >> 5 !== 5 || low >> 6 !== 2) continue;
      text += decoder.decode(bytes.subarray(from, at));
      text += String.fromCharCode(0xd000 | ((bytes[at + 1]! & 0x3f) << 6) | (low & 0x3f));
      from = at + 3;
      at += 2;
    }
    return text + decoder.decode(bytes.subarray(from));
  } catch (error) {
    throw corrupt(`id ${index} in tensor "${tensor}" is not UTF-8`, error);
  }
}

function vocabulary<T extends Id>(
  kind: "string" | "number",
  tensor: string,
  ids: T[],
  corrupt: Refuse,
): Vocabulary<T> {
  try {
    return new Vocabulary<T>(kind, ids);
  } catch (error) {
    throw corrupt(`the ids in tensor "${tensor}" are not all different`, error);
  }
}
