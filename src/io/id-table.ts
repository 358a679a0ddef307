const FIRST_SLOTS = 1024;

/**
 * Numbers ids in order of first appearance, by their UTF-8 bytes: most rows name ids that came before, and those cost
 * no string. Open addressing with linear probing over a table that stays at most half full.
 */
export class IdTable {
  /** The ids in order of their numbers. */
  readonly ids: string[] = [];
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #encoder = new TextEncoder();
  /** Differs from run to run, so that no file can be made to collide. It moves slots, never numbers. */
  readonly #seed = (Math.random() * 4294967296) | 0;
  #slots: Int32Array = new Int32Array(FIRST_SLOTS).fill(-1);
  #hashes: Int32Array = new Int32Array(FIRST_SLOTS);
  /** Where each id's bytes start in #bytes; one more than there are ids. */
  #starts: Float64Array = new Float64Array(FIRST_SLOTS + 1);
  #bytes: Uint8Array = new Uint8Array(FIRST_SLOTS * 16);

  /**
   * The number of the id in `from` … `to` − 1, a new one if it is new.
   *
   * @throws TypeError when a new id is no UTF-8
   */
  number(bytes: Uint8Array, from: number, to: number): number {
    let hash = this.#seed;
    for (let p = from; p < to; p++) hash = Math.imul(hash ^ bytes[p]!, 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    hash ^= hash >>> 13;
    const length = to - from;
    const slots = this.#slots;
    const mask = slots.length - 1;
    const known = this.#bytes;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot]!;
      if (number < 0) return this.#add(bytes, from, to, hash, slot);
      if (this.#hashes[number] !== hash) continue;
      const start = this.#starts[number]!;
      if (this.#starts[number + 1]! - start !== length) continue;
      let p = 0;
      while (p < length && known[start + p] === bytes[from + p]) p++;
      if (p === length) return number;
    }
  }

  /** The number of an id that is a string already. */
  numberOf(id: string): number {
    const bytes = this.#encoder.encode(id);
    return this.number(bytes, 0, bytes.length);
  }

  #add(bytes: Uint8Array, from: number, to: number, hash: number, slot: number): number {
    const id = this.#decoder.decode(bytes.subarray(from, to));
    const number = this.ids.push(id) - 1;
    const start = this.#starts[number]!;
    const end = start + to - from;
    while (end > this.#bytes.length) this.#bytes = grown(this.#bytes, new Uint8Array(this.#bytes.length * 2));
    this.#bytes.set(bytes.subarray(from, to), start);
    this.#starts[number + 1] = end;
    this.#hashes[number] = hash;
    this.#slots[slot] = number;
    if (this.ids.length * 2 > this.#slots.length) this.#rehash();
    return number;
  }

  #rehash(): void {
    const size = this.#slots.length * 2;
    this.#hashes = grown(this.#hashes, new Int32Array(size));
    this.#starts = grown(this.#starts, new Float64Array(size + 1));
    this.#slots = new Int32Array(size).fill(-1);
    for (let number = 0; number < this.ids.length; number++) {
      let slot = this.#hashes[number]! & (size - 1);
      while (this.#slots[slot]! >= 0) slot = (slot + 1) & (size - 1);
      this.#slots[slot] = number;
    }
  }
}

function grown<T extends Uint8Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
