/** What ratings on their way through temporary files are made of. */
export interface RecordFormat {
  /** Whether values are in double precision. */
  readonly wideValues: boolean;
  /** Bytes of a weight; undefined where there are none. */
  readonly weightBytes: 4 | 8 | undefined;
  readonly timestamps: boolean;
}

/** Bytes of such a record: two indices, then what takes 8 bytes, then what takes 4, up to a multiple of the widest. */
export function recordBytes({ wideValues, weightBytes, timestamps }: RecordFormat): number {
  const bytes = 8 + (wideValues ? 8 : 4) + (weightBytes ?? 0) + (timestamps ? 8 : 0);
  return wideValues || weightBytes === 8 || timestamps ? Math.ceil(bytes / 8) * 8 : bytes;
}

/** Room for records: one after the other in one buffer, because sorting moves them from anywhere to anywhere. */
export class Records {
  readonly format: RecordFormat;
  readonly capacity: number;
  /** Bytes of a record. */
  readonly bytesEach: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #words: Int32Array;
  readonly #singles: Float32Array;
  readonly #doubles: Float64Array;
  /** Words of a record, and half as many doubles. */
  readonly #each: number;
  readonly #value: number;
  readonly #weight: number;
  readonly #timestamp: number;

  constructor(format: RecordFormat, capacity: number) {
    const { wideValues, weightBytes, timestamps } = format;
    this.format = format;
    this.capacity = capacity;
    this.bytesEach = recordBytes(format);
    const buffer = new ArrayBuffer(Math.ceil((capacity * this.bytesEach) / 8) * 8);
    this.bytes = new Uint8Array(buffer, 0, capacity * this.bytesEach);
    this.#words = new Int32Array(buffer);
    this.#singles = new Float32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#each = this.bytesEach / 4;
    let next = 2;
    const place = (bytes: 4 | 8, wanted: boolean): number => {
      const at = next;
      if (wanted) next += bytes / 4;
      return at;
    };
    const wideValue = place(8, wideValues);
    const wideWeight = place(8, weightBytes === 8);
    this.#timestamp = place(8, timestamps);
    const value = place(4, !wideValues);
    const weight = place(4, weightBytes === 4);
    this.#value = wideValues ? wideValue : value;
    this.#weight = weightBytes === 8 ? wideWeight : weight;
  }

  /** Writes a record; weights and timestamps that the format has no room for are left out. */
  set(at: number, user: number, item: number, value: number, weight: number, timestamp: number): void {
    const { wideValues, weightBytes, timestamps } = this.format;
    const from = at * this.#each;
    this.#words[from] = user;
    this.#words[from + 1] = item;
    if (wideValues) this.#doubles[(from + this.#value) >> 1] = value;
    else this.#singles[from + this.#value] = value;
    if (weightBytes === 8) this.#doubles[(from + this.#weight) >> 1] = weight;
    else if (weightBytes === 4) this.#singles[from + this.#weight] = weight;
    if (timestamps) this.#doubles[(from + this.#timestamp) >> 1] = timestamp;
  }

  user(at: number): number {
    return this.#words[at * this.#each]!;
  }

  item(at: number): number {
    return this.#words[at * this.#each + 1]!;
  }

  value(at: number): number {
    const from = at * this.#each + this.#value;
    return this.format.wideValues ? this.#doubles[from >> 1]! : this.#singles[from]!;
  }

  /** 1 where records have no weights. */
  weight(at: number): number {
    const from = at * this.#each + this.#weight;
    const { weightBytes } = this.format;
    if (weightBytes === undefined) return 1;
    return weightBytes === 8 ? this.#doubles[from >> 1]! : this.#singles[from]!;
  }

  /** 0 where records have no timestamps. */
  timestamp(at: number): number {
    return this.format.timestamps ? this.#doubles[(at * this.#each + this.#timestamp) >> 1]! : 0;
  }

  /** Copies a record of the same format. */
  copy(to: number, source: Records, from: number): void {
    const each = this.#each;
    const words = source.#words;
    for (let i = 0, a = to * each, b = from * each; i < each; i++) this.#words[a + i] = words[b + i]!;
  }
}
