/** A side's rows cut into blocks of consecutive rows, for sums over all of them: by its size and K alone, never by threads. */
export interface GramianBlocks {
  readonly count: number;
  /** Rows of each but the last. */
  readonly rows: number;
}

/** Numbers that all blocks' matrices hold together, about: more blocks share the work better, fewer need less room. */
const NUMBERS = 2 ** 22;
const FEWEST = 8;
const MOST = 64;
/** Rows of a block are a multiple of it, so that no tile is cut. */
const TILE_ROWS = 128;

export function gramianBlocks(rowCount: number, factors: number): GramianBlocks {
  const most = Math.min(MOST, Math.max(FEWEST, Math.floor(NUMBERS / factors ** 2)));
  const rows = TILE_ROWS * Math.ceil(rowCount / (TILE_ROWS * most));
  return { count: Math.ceil(rowCount / rows), rows };
}
