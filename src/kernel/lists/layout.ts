import type { Precision } from "../layout.js";
import { LIST_JOB_BYTES } from "./job.js";

/** Users whose factors lie side by side; assembly/panels.ts scores so many at once. */
export const GROUP = 6;
/** Bytes of one factor of a panel of items: two vectors. */
export const PANEL_ROW = 32;
/** Bytes of a user's scores that are made before they are looked through: those of a group stay in the L1 cache. */
const CHUNK_ROW = 2048;
/** Panels of one chunk have at most so many bytes, so that a block's groups find them in the L2 cache. */
const CHUNK_BYTES = 2 ** 18;
/** Steps of users' lengths that chunks of items have bounds for; assembly/best.ts has the same. */
export const CHUNK_STEPS = 16;
/** Every part starts on a cache line. */
const LINE = 64;

/** What one run over lists takes room for. */
export interface ListShape {
  readonly precision: Precision;
  readonly factors: number;
  /** Items that lie in panels. */
  readonly itemCount: number;
  readonly itemBiases: boolean;
  /** Whether items lie in an order of their own, in chunks that can be skipped. */
  readonly ordered: boolean;
  /** Axes of their bounds; 0 where fast scores are the bounds. */
  readonly axes: number;
  /** Whether fast scores of one user are made of factors in 16 bits. */
  readonly halves: boolean;
  /** Whether products alone and cosines are asked for, beside predictions. */
  readonly measures: boolean;
  /** Bits of a filter, in words; 0 where there is none. */
  readonly filterWords: number;
  /** Users of a batch at most. */
  readonly users: number;
  /** Items that they leave out, in all. */
  readonly excluded: number;
  /** Items to list of each user; 0 where targets are ranked. */
  readonly count: number;
  /** Targets of a batch, in all. */
  readonly targets: number;
  /** Lanes that work on it. */
  readonly threads: number;
}

/** Addresses, in bytes, of all that lists keep in their memory; assembly/list-job.ts says what each is. */
export interface ListLayout extends Pick<ListShape, "precision" | "factors" | "itemCount" | "count"> {
  /** Numbers that a bound is made of. */
  readonly boundFactors: number;
  readonly panelCount: number;
  readonly chunkPanels: number;
  readonly lanes: readonly { readonly job: number; readonly scores: number; readonly tally: number }[];
  readonly panels: number;
  readonly boundPanels: number;
  /** Panels of 16-bit factors; or 0. */
  readonly halves: number;
  readonly panelBiases: number;
  readonly itemBiases: number;
  readonly order: number;
  readonly lengths: number;
  readonly panelLengths: number;
  /** What stands in the place of `panelBiases` and `chunkBounds` for scores without biases. */
  readonly plainBiases: number;
  readonly plainBounds: number;
  readonly chunkBounds: number;
  /** The greatest ‖u‖ of each chunk. */
  readonly chunkNorms: number;
  /** The end of what items are packed into. */
  readonly packed: number;
  readonly groups: number;
  readonly boundGroups: number;
  readonly bases: number;
  readonly slacks: number;
  readonly norms: number;
  readonly steps: number;
  readonly filter: number;
  readonly floor: number;
  readonly excludedStarts: number;
  readonly excluded: number;
  readonly cursors: number;
  readonly bestScores: number;
  readonly bestItems: number;
  readonly bestCounts: number;
  readonly thresholds: number;
  readonly targetStarts: number;
  readonly targets: number;
  readonly targetScores: number;
  readonly better: number;
  readonly tied: number;
  readonly tiedBefore: number;
  /** Bytes in all. */
  readonly bytes: number;
}

/** Bytes of a number. */
export function numberBytes(precision: Precision): 4 | 8 {
  return precision === "float32" ? 4 : 8;
}

/** Lays out the memory of lists. */
export function layOutLists(shape: ListShape): ListLayout {
  const { precision, factors, itemCount, count, users, targets, axes, measures } = shape;
  const bytes = numberBytes(precision);
  const boundFactors = axes > 0 ? axes + 1 : factors;
  const panelCount = Math.ceil((itemCount * bytes) / PANEL_ROW);
  const chunkPanels = Math.max(
    1,
    Math.min(CHUNK_ROW / PANEL_ROW, Math.floor(CHUNK_BYTES / (PANEL_ROW * boundFactors)), panelCount),
  );
  // Nothing lies at address 0, which stands for "absent".
  let end = LINE;
  const take = (size: number): number => {
    const address = end;
    end += Math.ceil(size / LINE) * LINE;
    return address;
  };
  const lists = count > 0 ? users : 0;
  const ranked = count > 0 ? 0 : users + 1;
  const chunks = Math.ceil(panelCount / chunkPanels);
  const padded = Math.ceil(users / GROUP) * GROUP;
  const groups = take(padded * factors * bytes);
  const panels = take(panelCount * factors * PANEL_ROW);
  return {
    precision,
    factors,
    boundFactors,
    itemCount,
    count,
    panelCount,
    chunkPanels,
    lanes: Array.from({ length: shape.threads }, () => ({
      job: take(LIST_JOB_BYTES),
      scores: take(GROUP * chunkPanels * PANEL_ROW),
      tally: take(16),
    })),
    panels,
    boundPanels: axes > 0 ? take(panelCount * boundFactors * PANEL_ROW) : panels,
    halves: shape.halves ? take(panelCount * factors * (PANEL_ROW / 2)) : 0,
    panelBiases: take(panelCount * PANEL_ROW),
    itemBiases: shape.itemBiases ? take(itemCount * 8) : 0,
    order: shape.ordered ? take(itemCount * 4) : 0,
    lengths: measures ? take(itemCount * 8) : 0,
    panelLengths: measures ? take(panelCount * PANEL_ROW) : 0,
    plainBiases: measures ? take(panelCount * PANEL_ROW) : 0,
    plainBounds: measures ? take(chunks * (CHUNK_STEPS + 1) * 8) : 0,
    chunkBounds: shape.ordered ? take(chunks * (CHUNK_STEPS + 1) * 8) : 0,
    chunkNorms: take(chunks * 8),
    packed: end,
    groups,
    boundGroups: axes > 0 ? take(padded * boundFactors * bytes) : groups,
    bases: take(users * 8),
    slacks: take(users * 8),
    norms: take(users * 8),
    steps: take(users * 8),
    filter: shape.filterWords > 0 ? take(shape.filterWords * 4) : 0,
    floor: take(8),
    excludedStarts: take((users + 1) * 4),
    excluded: take(shape.excluded * 4),
    cursors: take(users * 4),
    bestScores: take(lists * count * 8),
    bestItems: take(lists * count * 4),
    bestCounts: take(lists * 4),
    thresholds: take(lists * 8),
    targetStarts: take(ranked * 4),
    targets: take(targets * 4),
    targetScores: take(targets * 8),
    better: take(targets * 4),
    tied: take(targets * 4),
    tiedBefore: take(targets * 4),
    bytes: end,
  };
}

/** Places of a chunk, which only the last one does not fill. */
export function chunkPlaces({ chunkPanels, precision }: ListLayout): number {
  return chunkPanels * (PANEL_ROW / numberBytes(precision));
}

export function chunksOf({ panelCount, chunkPanels }: ListLayout): number {
  return Math.ceil(panelCount / chunkPanels);
}
