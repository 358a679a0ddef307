import type { Vocabulary } from "../../ratings/vocabulary.js";
import type { Tensor } from "./format.js";
import { toInt64 } from "./int64.js";

// String ids are one tensor of bytes, UTF-8 put end to end, and one of N + 1 offsets into it; number ids are one
// tensor of int64. A lone surrogate, which a JavaScript string may hold and UTF-8 may not, is written as the three
// bytes that UTF-8 would have for it (WTF-8, https://simonsapin.github.io/wtf-8/), so that no id is lost.

/** The tensors that hold a vocabulary: `${side}_ids`, and `${side}_id_offsets` for string ids. */
export function idTensors(side: "user" | "item", vocabulary: Vocabulary): Tensor[] {
  const ids = [...vocabulary];
  const name = `${side}_ids`;
  if (vocabulary.kind === "number")
    return [{ name, dtype: "I64", shape: [ids.length], data: toInt64(ids as number[]) }];
  const { bytes, offsets } = encode(ids as string[]);
  return [
    { name, dtype: "U8", shape: [bytes.length], data: bytes },
    { name: `${side}_id_offsets`, dtype: "I64", shape: [offsets.length], data: toInt64(offsets) },
  ];
}

function encode(ids: readonly string[]): { bytes: Uint8Array; offsets: Float64Array } {
  let longest = 0;
  for (const id of ids) longest += 3 * id.length;
  const bytes = new Uint8Array(longest);
  const offsets = new Float64Array(ids.length + 1);
  const encoder = new TextEncoder();
  let at = 0;
  for (let i = 0; i < ids.length; i++) {
    // Splitting at the (captured) lone surrogates puts them at the odd places.
    const pieces = ids[i]!.split(/(\p{Surrogate})/u);
    for (let p = 0; p < pieces.length; p++) {
      if (p % 2 === 0) at += encoder.encodeInto(pieces[p]!, bytes.subarray(at)).written;
      else {
        const unit = pieces[p]!.charCodeAt(0);
        bytes[at++] = 0xe0 | (unit >> 12);
        bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
        bytes[at++] = 0x80 | (unit & 0x3f);
      }
    }
    offsets[i + 1] = at;
  }
  return { bytes: bytes.subarray(0, at), offsets };
}
