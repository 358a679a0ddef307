// Reads as much of the WebAssembly binary format as our kernels use (core specification 2.0 §5, the SIMD and relaxed SIMD
// proposals), and refuses the rest: an instruction that is not known here would be walked over wrongly.

export interface WasmBinary {
  /** Ids of the sections, custom ones left out. */
  readonly sections: number[];
  readonly imports: WasmImport[];
  readonly exports: { readonly name: string; readonly kind: number }[];
  /** Opcodes behind the prefix 0xfd of each function: vector instructions. */
  readonly vectorOpcodes: number[][];
}

export interface WasmImport {
  readonly module: string;
  readonly name: string;
  readonly kind: number;
  /** Of a memory: bit 0 has a maximum, bit 1 shared. */
  readonly flags?: number;
  readonly maximum?: number;
}

export const SECTION = {
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
} as const;
export const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;
/** Relaxed SIMD has the opcodes from here on. */
export const FIRST_RELAXED = 0x100;
const LAST_RELAXED = 0x113;

class Reader {
  readonly #bytes: Uint8Array;
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.#bytes = bytes;
    this.at = at;
    this.end = end;
  }

  byte(): number {
    if (this.at >= this.end) throw new Error(`byte ${this.at}: past the end of its section or function`);
    return this.#bytes[this.at++]!;
  }

  /** An integer in LEB128; only its low 32 bits where it is longer. */
  integer(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  skip(bytes: number): void {
    this.at += bytes;
    if (this.at > this.end) throw new Error(`byte ${this.at}: past the end of its section or function`);
  }

  text(): string {
    const length = this.integer();
    const from = this.at;
    this.skip(length);
    return new TextDecoder().decode(this.#bytes.subarray(from, this.at));
  }

  part(): Reader {
    const length = this.integer();
    const from = this.at;
    this.skip(length);
    return new Reader(this.#bytes, from, this.at);
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.integer() }, read);
  }
}

export function parseWasm(bytes: Uint8Array): WasmBinary {
  const reader = new Reader(bytes, 0, bytes.length);
  for (const byte of [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00])
    if (reader.byte() !== byte) throw new Error("not a WebAssembly binary of version 1");
  const sections: number[] = [];
  let imports: WasmImport[] = [];
  let exports: WasmBinary["exports"] = [];
  let vectorOpcodes: number[][] = [];
  while (reader.at < reader.end) {
    const id = reader.byte();
    const section = reader.part();
    if (id === 0) continue;
    sections.push(id);
    if (id === SECTION.import) imports = section.list(() => readImport(section));
    else if (id === SECTION.export)
      exports = section.list(() => {
        const found = { name: section.text(), kind: section.byte() };
        section.integer();
        return found;
      });
    else if (id === SECTION.code) vectorOpcodes = section.list(() => readFunction(section.part()));
    else continue;
    if (section.at !== section.end) throw new Error(`section ${id} was not read to its end`);
  }
  return { sections, imports, exports, vectorOpcodes };
}

function readImport(section: Reader): WasmImport {
  const [module, name, kind] = [section.text(), section.text(), section.byte()];
  if (kind !== KIND.memory) throw new Error(`import ${module}.${name} is of kind ${kind}, not a memory`);
  const flags = section.integer();
  section.integer();
  return flags & 1
    ? { module, name, kind, flags, maximum: section.integer() }
    : { module, name, kind, flags };
}

function readFunction(body: Reader): number[] {
  body.list(() => {
    body.integer();
    body.byte();
  });
  const vectors: number[] = [];
  while (body.at < body.end) readInstruction(body, vectors);
  return vectors;
}

/** Steps over one instruction with its immediates; notes it where it is a vector instruction. */
function readInstruction(body: Reader, vectors: number[]): void {
  const opcode = body.byte();
  if (opcode <= 0x01 || opcode === 0x05 || opcode === 0x0b || opcode === 0x0f) return;
  if (opcode <= 0x04) body.integer();
  else if (opcode === 0x0c || opcode === 0x0d || opcode === 0x10) body.integer();
  else if (opcode === 0x0e) {
    body.list(() => body.integer());
    body.integer();
  } else if (opcode === 0x1a || opcode === 0x1b) return;
  else if (opcode >= 0x20 && opcode <= 0x24) body.integer();
  else if (opcode >= 0x28 && opcode <= 0x3e) readMemoryArgument(body);
  else if (opcode >= 0x3f && opcode <= 0x42) body.integer();
  else if (opcode === 0x43) body.skip(4);
  else if (opcode === 0x44) body.skip(8);
  else if (opcode >= 0x45 && opcode <= 0xc4) return;
  else if (opcode === 0xfc) readBulk(body);
  else if (opcode === 0xfd) readVector(body, vectors);
  else throw new Error(`byte ${body.at - 1}: unknown instruction 0x${opcode.toString(16)}`);
}

function readMemoryArgument(body: Reader): void {
  body.integer();
  body.integer();
}

function readBulk(body: Reader): void {
  const opcode = body.integer();
  if (opcode <= 7) return;
  if (opcode === 10) body.skip(2);
  else if (opcode === 11) body.skip(1);
  else throw new Error(`byte ${body.at}: unknown instruction 0xfc ${opcode}`);
}

function readVector(body: Reader, vectors: number[]): void {
  const opcode = body.integer();
  vectors.push(opcode);
  if (opcode > LAST_RELAXED) throw new Error(`byte ${body.at}: unknown instruction 0xfd ${opcode}`);
  if (opcode <= 0x0b || opcode === 0x5c || opcode === 0x5d) readMemoryArgument(body);
  else if (opcode === 0x0c || opcode === 0x0d) body.skip(16);
  else if (opcode >= 0x15 && opcode <= 0x22) body.skip(1);
  else if (opcode >= 0x54 && opcode <= 0x5b) {
    readMemoryArgument(body);
    body.skip(1);
  }
}
