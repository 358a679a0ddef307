import { AlternantError } from "../../errors.js";
import { createYielder } from "../../yield.js";
import { BLOCK, begin, crc32, DIGITS_TO, hex, PREFIX } from "./checksum.js";
import { type FileKind, MODEL } from "./format.js";

/** Checks the checksum without holding the event loop. @throws AlternantError with the code of a corrupt file of this kind */
export async function checkSeal(bytes: Uint8Array, kind: FileKind = MODEL): Promise<void> {
  const head = ascii(bytes.subarray(8, DIGITS_TO));
  if (bytes.length < DIGITS_TO || !head.startsWith(PREFIX))
    throw new AlternantError(
      kind.corrupt,
      `These ${bytes.length} bytes are not an Alternant ${kind.noun}: one begins with a safetensors header that opens with ${PREFIX}.${
        head.startsWith("{") ? " It looks like a safetensors file of another program." : ""
      }`,
    );
  const yielder = createYielder();
  let crc = begin(bytes);
  for (let at = DIGITS_TO; at < bytes.length; at += BLOCK) {
    crc = crc32(bytes.subarray(at, at + BLOCK), crc);
    if (yielder.due()) await yielder.pause();
  }
  const found = head.slice(PREFIX.length);
  if (found !== hex(crc))
    throw new AlternantError(
      kind.corrupt,
      `The ${kind.noun} file is damaged: its checksum says ${JSON.stringify(found)}, its ${bytes.length} bytes have ${JSON.stringify(hex(crc))}. It was cut short or changed; ${kind.remedy}.`,
    );
}

/** One character a byte, so that nothing that isn't ASCII can pass for it. */
function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
