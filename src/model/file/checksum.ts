/** What stands between the header's length (8 bytes) and the eight hexadecimal digits of the checksum. */
export const PREFIX: string = '{"__metadata__":{"crc32":"';
const DIGITS_FROM = 8 + PREFIX.length;
export const DIGITS_TO: number = DIGITS_FROM + 8;
/** About 1 ms of work. */
export const BLOCK: number = 1 << 18;

/** Its generator polynomial, the lowest power in the highest bit. */
const POLYNOMIAL = 0xedb88320;
/** What each value of a byte does to the remainder; made on first use, because 256 constants would weigh more than this file. */
let table: Int32Array | undefined;

/** CRC-32 (ISO 3309, as in gzip) of bytes, or of a sequence of pieces when each call is given the last result. */
export function crc32(bytes: Uint8Array, previous: number = 0): number {
  table ??= Int32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0);
    return remainder;
  });
  let remainder = ~previous;
  for (let at = 0; at < bytes.length; at++)
    remainder = table[(remainder ^ bytes[at]!) & 255]! ^ (remainder >>> 8);
  return ~remainder >>> 0;
}

/**
 * Writes the checksum of a model file into its place: CRC-32 of the whole file with "00000000" in that place.
 *
 * @param bytes a safetensors file whose header begins with the entry `crc32` of its metadata
 */
export function seal(bytes: Uint8Array): void {
  let crc = begin(bytes);
  for (let at = DIGITS_TO; at < bytes.length; at += BLOCK) crc = crc32(bytes.subarray(at, at + BLOCK), crc);
  putDigits(bytes, crc);
}

/** Writes a checksum into its place. */
export function putDigits(bytes: Uint8Array, crc: number): void {
  bytes.set(new TextEncoder().encode(hex(crc)), DIGITS_FROM);
}

/** The checksum up to and including its own place, zeroed. */
export function begin(bytes: Uint8Array): number {
  const head = bytes.slice(0, DIGITS_TO);
  head.fill(0x30, DIGITS_FROM);
  return crc32(head);
}

/** The checksum as it stands in a file. */
export function hex(crc: number): string {
  return crc.toString(16).padStart(8, "0");
}
