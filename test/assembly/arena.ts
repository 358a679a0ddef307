import { sameBytes } from "../support/bytes.js";

/** A region at an address that is a multiple of 16 and of no more. */
export interface Region {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
}

/** What nothing has written: reads as NaN in both precisions, and differs from the NaN that arithmetic makes. */
const POISON = 0xff;
/** Untouched bytes between one region and the next, at least. */
const GUARD = 64;

/**
 * Lays regions out in a memory of its own, at odd multiples of 16 bytes, with guards around them. Everything starts as
 * poison, outputs and scratch too, so that reading what was not written shows. {@link Arena.check} finds a touched guard
 * or a changed input.
 */
export class Arena {
  readonly memory: WebAssembly.Memory;
  readonly #regions: Region[] = [];
  #inputs: { region: Region; copy: Uint8Array }[] = [];
  readonly #room: number;
  #base: number;
  #end: number;

  /** Room for so many bytes, from address `base` on; pages below it are not touched. */
  constructor(bytes: number, shared: boolean, base: number = 0) {
    const pages = Math.ceil((base + bytes) / 65536);
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
    new Uint8Array(this.memory.buffer, base).fill(POISON);
    this.#room = bytes;
    this.#base = base;
    this.#end = base + GUARD;
  }

  /** Forgets all regions and poisons what they held. */
  reset(): void {
    new Uint8Array(this.memory.buffer, this.#base, this.#end + GUARD - this.#base).fill(POISON);
    this.#regions.length = 0;
    this.#inputs = [];
    this.#end = this.#base + GUARD;
  }

  /** Forgets all regions and begins anew at a lower address, with as much room. */
  moveTo(base: number): void {
    this.#base = base;
    this.#end = base + this.#room - GUARD;
    this.reset();
  }

  take(name: string, bytes: number): Region {
    const address = Math.ceil(this.#end / 32) * 32 + 16;
    const region = { name, address, bytes };
    this.#end = address + bytes + GUARD;
    if (this.#end + GUARD > this.#base + this.#room)
      throw new RangeError(`the arena is too small for ${name}: ${this.#end} bytes`);
    this.#regions.push(region);
    return region;
  }

  bytes({ address, bytes }: Region): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, bytes);
  }

  floats({ address, bytes }: Region, size: 4 | 8): Float32Array | Float64Array {
    return size === 4
      ? new Float32Array(this.memory.buffer, address, bytes / 4)
      : new Float64Array(this.memory.buffer, address, bytes / 8);
  }

  integers({ address, bytes }: Region): Int32Array {
    return new Int32Array(this.memory.buffer, address, bytes / 4);
  }

  /** Remembers what the regions hold: nothing may change it any more. */
  seal(...inputs: Region[]): void {
    for (const region of inputs) this.#inputs.push({ region, copy: this.bytes(region).slice() });
  }

  /** Throws where a byte outside the regions, or of a sealed one, is not what it was. */
  check(what: string): void {
    const all = new Uint8Array(this.memory.buffer);
    let from = this.#base;
    for (const region of [...this.#regions, { name: "the end", address: this.#end + GUARD, bytes: 0 }]) {
      for (let at = from; at < region.address; at++) {
        if (all[at] !== POISON)
          throw new Error(`${what}: guard byte ${region.address - at} before ${region.name} was overwritten`);
      }
      from = region.address + region.bytes;
    }
    for (const { region, copy } of this.#inputs) {
      if (!sameBytes(copy, this.bytes(region)))
        throw new Error(`${what}: the input ${region.name} was changed`);
    }
  }
}
