import { gramianBlocks } from "../gramian-blocks.js";

/** A tall matrix in WebAssembly memory, or some columns of one: row-major float64. */
export interface Tall {
  readonly address: number;
  readonly rows: number;
  /** A multiple of 4. */
  readonly columns: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
}

/** What tall matrices take room for. */
export interface TallShape {
  readonly matrices: readonly { readonly rows: number; readonly columns: number }[];
  /** Columns of the left and the right operand of products XᵀY at most; products X·C have no larger C. */
  readonly left: number;
  readonly right: number;
  /** Rows and columns of the matrices that are rotated. */
  readonly rotated: number;
  readonly threads: number;
}

/** Addresses, in bytes, of tall matrices and of what multiplying them takes. */
export interface TallLayout {
  readonly matrices: readonly Tall[];
  /** What blocks of rows come to, one after the other. */
  readonly slots: number;
  /** A packed right operand. */
  readonly packed: number;
  /** Two square matrices of `rotated` rows. */
  readonly turned: number;
  readonly turns: number;
  readonly lanes: readonly { readonly scratch: number }[];
  /** The end of it all. */
  readonly bytes: number;
}

/** Rows are worked on six at a time. */
export const GROUP = 6;
/** Rows that are packed at a time (assembly/tall.ts). */
export const TILE = 48;
/** Bytes of a step of the sum in a packed operand. */
export const STEP = 48;
const LINE = 64;

export function roundUp(count: number, to: number): number {
  return Math.ceil(count / to) * to;
}

/** Bytes of a row of a Gram matrix, as assembly/cholesky.ts lays systems out. */
export function gramRowBytes(columns: number): number {
  return columns * 8 + 16;
}

/** Bytes of what one block of rows comes to. */
export function slotBytes(left: number, right: number): number {
  return roundUp(
    Math.max(roundUp(left, GROUP) * right * 8, left === right ? left * gramRowBytes(left) : 0),
    LINE,
  );
}

/** Bytes of all blocks' slots, whatever of the matrix is multiplied: fewer columns may be cut into more blocks. */
function slotRoom({ rows, columns }: Tall, left: number, right: number): number {
  let most = 0;
  for (let count = 4; count <= Math.max(left, columns); count += 4) {
    const blocks = gramianBlocks(rows, count).count;
    if (count <= columns) most = Math.max(most, blocks * slotBytes(count, count));
    if (count <= left) most = Math.max(most, blocks * slotBytes(count, right));
  }
  return most;
}

/** Lays tall matrices out behind the first `from` bytes of a memory. */
export function layOutTall(shape: TallShape, from: number = LINE): TallLayout {
  let end = roundUp(Math.max(from, LINE), LINE);
  const take = (bytes: number): number => {
    const address = end;
    end += roundUp(bytes, LINE);
    return address;
  };
  const left = roundUp(shape.left, 4);
  const right = roundUp(shape.right, 4);
  const rotated = roundUp(shape.rotated, 4);
  const scratch = Math.max((roundUp(left, GROUP) / GROUP + right / 4) * TILE * STEP, left * STEP);
  const matrices = shape.matrices.map(({ rows, columns }): Tall => {
    const width = roundUp(columns, 4);
    // A group may reach beyond the last row, and six columns beyond the last one.
    const address = take(roundUp(rows, GROUP) * width * 8 + LINE);
    return { address, rows, columns: width, stride: width * 8 };
  });
  return {
    matrices,
    slots: take(Math.max(...matrices.map((matrix) => slotRoom(matrix, left, right)))),
    packed: take((left * right * STEP) / 4),
    turned: take(rotated * rotated * 8),
    turns: take(rotated * rotated * 8),
    lanes: Array.from({ length: shape.threads }, () => ({ scratch: take(scratch) })),
    bytes: end,
  };
}

/** `count` columns of a matrix from `from` on, both multiples of 4. */
export function columnsOf(matrix: Tall, from: number, count: number): Tall {
  return { ...matrix, address: matrix.address + from * 8, columns: count };
}

/** The numbers of a matrix as they lie in memory: row r begins at r · stride ÷ 8. A view: use it and drop it. */
export function tallView(memory: WebAssembly.Memory, { address, rows, stride }: Tall): Float64Array {
  return new Float64Array(memory.buffer, address, (rows * stride) / 8);
}
