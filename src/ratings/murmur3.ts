/** Multipliers of MurmurHash3's four lanes. */
const C1 = 0x239b961b;
const C2 = 0xab0e9789 | 0;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93 | 0;
/** Words that numbers are gathered in before they are hashed. */
const GATHERED = 4096;

/**
 * MurmurHash3 x86 128 (Austin Appleby, public domain) with seed 0 of a stream of 32-bit words, in pieces of any length:
 * 128 bits from 32-bit arithmetic, at memory's pace in any engine. It tells contents apart; it keeps no secrets.
 */
export class Murmur3 {
  #h1 = 0;
  #h2 = 0;
  #h3 = 0;
  #h4 = 0;
  readonly #held: Int32Array = new Int32Array(4);
  #heldCount = 0;
  #words = 0;

  /** Adds the bytes of an array, of which there are a multiple of four, as the machine (little-endian) holds them. */
  update(array: Int32Array | Float32Array | Float64Array): void {
    const words = new Int32Array(array.buffer, array.byteOffset, array.byteLength / 4);
    this.#words += words.length;
    let at = 0;
    while (this.#heldCount > 0 && this.#heldCount < 4 && at < words.length)
      this.#held[this.#heldCount++] = words[at++]!;
    if (this.#heldCount === 4) {
      this.#blocks(this.#held, 0, 4);
      this.#heldCount = 0;
    }
    const end = at + Math.floor((words.length - at) / 4) * 4;
    this.#blocks(words, at, end);
    for (at = end; at < words.length; at++) this.#held[this.#heldCount++] = words[at]!;
  }

  /** The hash of all words so far, as four words. */
  digest(): Int32Array {
    let [h1, h2, h3, h4] = [this.#h1, this.#h2, this.#h3, this.#h4];
    const [k1, k2, k3] = this.#held as unknown as [number, number, number];
    const tail = this.#heldCount;
    if (tail > 2) h3 ^= Math.imul(rotated(Math.imul(k3, C3), 17), C4);
    if (tail > 1) h2 ^= Math.imul(rotated(Math.imul(k2, C2), 16), C3);
    if (tail > 0) h1 ^= Math.imul(rotated(Math.imul(k1, C1), 15), C2);
    // The length is a 32-bit number of bytes in the reference, so it wraps around.
    const length = (this.#words * 4) | 0;
    [h1, h2, h3, h4] = spread(h1 ^ length, h2 ^ length, h3 ^ length, h4 ^ length);
    return Int32Array.of(...spread(mixed(h1), mixed(h2), mixed(h3), mixed(h4)));
  }

  /** The same as 32 hexadecimal digits. */
  hex(): string {
    return Array.from(this.digest(), (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  #blocks(words: Int32Array, from: number, to: number): void {
    let h1 = this.#h1;
    let h2 = this.#h2;
    let h3 = this.#h3;
    let h4 = this.#h4;
    for (let at = from; at < to; at += 4) {
      h1 ^= Math.imul(rotated(Math.imul(words[at]!, C1), 15), C2);
      h1 = (Math.imul(rotated(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
      h2 ^= Math.imul(rotated(Math.imul(words[at + 1]!, C2), 16), C3);
      h2 = (Math.imul(rotated(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
      h3 ^= Math.imul(rotated(Math.imul(words[at + 2]!, C3), 17), C4);
      h3 = (Math.imul(rotated(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
      h4 ^= Math.imul(rotated(Math.imul(words[at + 3]!, C4), 18), C1);
      h4 = (Math.imul(rotated(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
    }
    this.#h1 = h1;
    this.#h2 = h2;
    this.#h3 = h3;
    this.#h4 = h4;
  }
}

/** Gathers single words for a hash. */
export class WordHash {
  readonly #hash = new Murmur3();
  readonly #words = new Int32Array(GATHERED);
  #count = 0;

  add(word: number): void {
    if (this.#count === GATHERED) this.#flush();
    this.#words[this.#count++] = word;
  }

  /** Adds an integer of up to 53 bits as two words, in two's complement. */
  addInteger(value: number): void {
    this.add(value | 0);
    this.add(Math.floor(value / 4294967296));
  }

  digest(): Int32Array {
    this.#flush();
    return this.#hash.digest();
  }

  #flush(): void {
    this.#hash.update(this.#words.subarray(0, this.#count));
    this.#count = 0;
  }
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function mixed(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function spread(h1: number, h2: number, h3: number, h4: number): [number, number, number, number] {
  const first = (h1 + h2 + h3 + h4) | 0;
  return [first, (h2 + first) | 0, (h3 + first) | 0, (h4 + first) | 0];
}
