import calculate from "crc/calculators/crc32";
import { AlternantError } from "../errors.js";
import { createYielder } from "../yield.js";

/** What stands between the header's length (8 bytes) and the eight hexadecimal digits of the checksum. */
const PREFIX = '{"__metadata__":{"crc32":"';
const DIGITS_FROM = 8 + PREFIX.length;
const DIGITS_TO = DIGITS_FROM + 8;
/** About 1 ms of work. */
const BLOCK = 1 << 18;

/** CRC-32 (ISO 3309, as in gzip) of bytes, or of a sequence of pieces when each call is given the last result. */
export function crc32(bytes: Uint8Array, previous: number = 0): number {
  // The calculator takes a previous 0 for its register instead of for a checksum; 2³² is the same to it but not 0.
  return calculate(bytes, previous === 0 ? 4294967296 : previous) >>> 0;
}

/**
 * Writes the checksum of a model file into its place: CRC-32 of the whole file with "00000000" in that place.
 *
 * @param bytes a safetensors file whose header begins with the entry `crc32` of its metadata
 */
export function seal(bytes: Uint8Array): void {
  let crc = begin(bytes);
  for (let at = DIGITS_TO; at < bytes.length; at += BLOCK) crc = crc32(bytes.subarray(at, at + BLOCK), crc);
  bytes.set(new TextEncoder().encode(hex(crc)), DIGITS_FROM);
}

/** Checks the checksum without holding the event loop. @throws AlternantError "corrupt-model" */
export async function checkSeal(bytes: Uint8Array): Promise<void> {
  const head = ascii(bytes.subarray(8, DIGITS_TO));
  if (bytes.length < DIGITS_TO || !head.startsWith(PREFIX))
    throw new AlternantError(
      "corrupt-model",
      `These ${bytes.length} bytes are not an Alternant model: one begins with a safetensors header that opens with ${PREFIX}.${
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
      "corrupt-model",
      `The model file is damaged: its checksum says ${JSON.stringify(found)}, its ${bytes.length} bytes have ${JSON.stringify(hex(crc))}. It was cut short or changed; fetch it again or train again.`,
    );
}

/** The checksum up to and including its own place, zeroed. */
function begin(bytes: Uint8Array): number {
  const head = bytes.slice(0, DIGITS_TO);
  head.fill(0x30, DIGITS_FROM);
  return crc32(head);
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, "0");
}

/** One character a byte, so that nothing that isn't ASCII can pass for it. */
function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
