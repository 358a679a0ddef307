import type { Sliced } from "../../ratings/slices.js";
import type { Arrangement } from "./arrange.js";
import { type Axes, project } from "./axes.js";
import {
  CHUNK_STEPS,
  chunkPlaces,
  chunksOf,
  GROUP,
  type ListLayout,
  numberBytes,
  PANEL_ROW,
} from "./layout.js";
import { slackOf, turningError } from "./slack.js";
import type { ItemLists, ListSource, Numbers } from "./source.js";

/** Items of a panel of float32. */
const ITEMS = PANEL_ROW / 4;
/** Numbers written between two chances of a pause. */
const STRIDE = 1 << 13;

/** The greatest size of items, which bounds the scores of all of them. */
export interface ItemSizes {
  /** ‖u‖. */
  readonly norm: number;
  /** |c|. */
  readonly bias: number;
  /** From one to the next of the users' lengths that chunks have bounds for. */
  readonly step: number;
  /** The least ‖u‖ of an item that has a direction; Infinity where lengths are not asked for. */
  readonly leastLength: number;
}

export function numbersAt(
  memory: WebAssembly.Memory,
  { precision }: Pick<ListLayout, "precision">,
  address: number,
  length: number,
): Numbers {
  return precision === "float32"
    ? new Float32Array(memory.buffer, address, length)
    : new Float64Array(memory.buffer, address, length);
}

/** Writes vectors that lie side by side, their numbers `step` apart, with what their bounds are made of. */
export class VectorWriter {
  readonly #factors: number;
  readonly #axes: Axes | undefined;
  readonly #vectors: Numbers;
  readonly #bounds: Numbers;
  readonly #step: number;
  /** The row that is being written. */
  readonly #row: Float64Array;
  /** Its coordinates. */
  readonly #projected: Float64Array;
  readonly #restError: number;

  /**
   * @param vectors room for K numbers of each
   * @param bounds room for those of their bounds, where there are axes
   */
  constructor(factors: number, axes: Axes | undefined, vectors: Numbers, bounds: Numbers, step: number) {
    this.#factors = factors;
    this.#axes = axes;
    this.#vectors = vectors;
    this.#bounds = bounds;
    this.#step = step;
    this.#row = new Float64Array(factors);
    this.#projected = new Float64Array(axes?.count ?? 0);
    this.#restError = axes === undefined ? 0 : 2 * turningError(factors, axes.error);
  }

  /** Writes row `from` of `rows` as vector `to`; returns its length, or a little more where its square is not a number's. */
  write(rows: Numbers, from: number, to: number): number {
    const step = this.#step;
    const lane = to % step;
    const factors = this.#factors;
    const vectors = this.#vectors;
    const at = (to - lane) * factors + lane;
    const first = from * factors;
    const row = this.#row;
    let squares = 0;
    for (let k = 0; k < factors; k++) {
      const value = rows[first + k]!;
      row[k] = value;
      vectors[at + k * step] = value;
      squares += value * value;
    }
    // Squares of very small numbers vanish, and of very large ones overflow: then the largest number says enough.
    const sound = squares > 1e-250 && squares < 1e250;
    const norm = sound ? Math.sqrt(squares) : Math.sqrt(factors) * largest(rows, first, factors);
    if (this.#axes !== undefined) this.#writeBound(to, squares, sound ? undefined : norm);
    return norm;
  }

  #writeBound(to: number, squares: number, rest: number | undefined): void {
    const step = this.#step;
    const bounds = this.#bounds;
    const { count, values } = this.#axes!;
    const lane = to % step;
    const at = (to - lane) * (count + 1) + lane;
    const projected = this.#projected;
    project(this.#row, 0, values, this.#factors, projected);
    let left = squares;
    for (let axis = 0; axis < count; axis++) {
      bounds[at + axis * step] = projected[axis]!;
      left -= projected[axis]! * projected[axis]!;
    }
    bounds[at + count * step] = rest ?? Math.sqrt(Math.max(0, left) + squares * this.#restError);
  }
}

/** Writes factors of panels in 16 bits too: those of items 0 … 3 of a panel in the lower halves of four words, 4 … 7 in the upper. */
class HalvesWriter {
  readonly #factors: number;
  readonly #panels: Uint32Array;
  readonly #halves: Uint16Array;

  constructor(memory: WebAssembly.Memory, { panels, halves, factors, panelCount }: ListLayout) {
    const length = panelCount * factors * ITEMS;
    this.#factors = factors;
    this.#panels = new Uint32Array(memory.buffer, panels, length);
    this.#halves = new Uint16Array(memory.buffer, halves, length);
  }

  /** Takes the item at a place over from its panel. */
  write(place: number): void {
    const lane = place % ITEMS;
    const at = (place - lane) * this.#factors;
    const half = lane < 4 ? 2 * lane : 2 * lane - 7;
    for (let k = 0; k < this.#factors; k++) {
      const bits = this.#panels[at + k * ITEMS + lane]!;
      // To the nearest number of eight significant bits, ties to even; what is not a number stays none.
      const rounded = (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
      this.#halves[at + k * ITEMS + half] = (bits & 0x7f800000) === 0x7f800000 ? bits >>> 16 : rounded;
    }
  }
}

function largest(rows: Numbers, first: number, factors: number): number {
  let most = 0;
  for (let k = 0; k < factors; k++) most = Math.max(most, Math.abs(rows[first + k]!));
  return most;
}

/** Puts items into their panels. */
export function* packItems(
  memory: WebAssembly.Memory,
  layout: ListLayout,
  source: ListSource,
  arrangement: Arrangement,
): Sliced<ItemSizes> {
  const sizes = yield* placeItems(memory, layout, source, arrangement);
  yield* packPlaces(memory, layout, source.itemFactors, boundingOf(arrangement), 0, layout.itemCount);
  return { ...sizes, norm: greatestNorm(memory, layout) };
}

/** What bounds are made of, besides the rows. */
export interface Bounding {
  readonly axes: Axes | undefined;
  /** From one to the next of the users' lengths that chunks have bounds for. */
  readonly step: number;
}

export function boundingOf({ axes, userNorm }: Arrangement): Bounding {
  return { axes, step: userNorm / (CHUNK_STEPS - 1) };
}

/** Writes which item lies at each place, and its bias and length: all that {@link packPlaces} needs but the rows. */
export function* placeItems(
  memory: WebAssembly.Memory,
  layout: ListLayout,
  { itemBiases, lengths }: ListSource,
  arrangement: Arrangement,
): Sliced<Omit<ItemSizes, "norm">> {
  const { itemCount, panelCount } = layout;
  const { order } = arrangement;
  const { step } = boundingOf(arrangement);
  if (order !== undefined) new Int32Array(memory.buffer, layout.order, itemCount).set(order);
  const places = panelCount * (PANEL_ROW / numberBytes(layout.precision));
  const measured = layout.lengths > 0 && lengths !== undefined;
  // What fills up the last panel is left out.
  numbersAt(memory, layout, layout.panelBiases, places).fill(-Infinity, itemCount);
  if (measured) numbersAt(memory, layout, layout.plainBiases, places).fill(-Infinity, itemCount);
  const ownBiases = itemBiases && new Float64Array(memory.buffer, layout.itemBiases, itemCount);
  const ownLengths = measured ? new Float64Array(memory.buffer, layout.lengths, itemCount) : undefined;
  let bias = 0;
  let leastLength = Infinity;
  for (let place = 0; place < itemCount; place++) {
    if (place % STRIDE === 0) yield;
    const item = order === undefined ? place : order[place]!;
    if (ownBiases !== undefined) {
      ownBiases[place] = itemBiases![item]!;
      bias = Math.max(bias, Math.abs(itemBiases![item]!));
    }
    if (ownLengths === undefined) continue;
    ownLengths[place] = lengths![item]!;
    if (lengths![item]! > 0) leastLength = Math.min(leastLength, lengths![item]!);
  }
  return { bias, step, leastLength };
}

/**
 * Packs places `from` … `to` − 1, whole chunks of them: the bits of each are the same whoever packs it.
 *
 * @param rows the factors of all items, by index
 */
export function* packPlaces(
  memory: WebAssembly.Memory,
  layout: ListLayout,
  rows: Numbers,
  { axes, step }: Bounding,
  from: number,
  to: number,
): Sliced<void> {
  const { factors, itemCount, panelCount, boundFactors } = layout;
  const width = PANEL_ROW / numberBytes(layout.precision);
  const places = panelCount * width;
  const view = (address: number): Numbers | undefined =>
    address === 0 ? undefined : numbersAt(memory, layout, address, places);
  const writer = new VectorWriter(
    factors,
    axes,
    numbersAt(memory, layout, layout.panels, places * factors),
    numbersAt(memory, layout, layout.boundPanels, places * boundFactors),
    width,
  );
  const halves = layout.halves === 0 ? undefined : new HalvesWriter(memory, layout);
  const exact = (address: number, length: number): Float64Array | undefined =>
    address === 0 ? undefined : new Float64Array(memory.buffer, address, length);
  const order = layout.order === 0 ? undefined : new Int32Array(memory.buffer, layout.order, itemCount);
  const biases = exact(layout.itemBiases, itemCount);
  const lengths = exact(layout.lengths, itemCount);
  const panelBiases = view(layout.panelBiases)!;
  const panelLengths = view(layout.panelLengths);
  const chunks = chunksOf(layout);
  const norms = exact(layout.chunkNorms, chunks)!;
  const bounds = exact(layout.chunkBounds, chunks * (CHUNK_STEPS + 1));
  const plainBounds = exact(layout.plainBounds, chunks * (CHUNK_STEPS + 1));
  const stride = Math.max(1, Math.floor(STRIDE / (factors * (1 + (axes?.count ?? 0)))));
  for (let first = from; first < to; first += chunkPlaces(layout)) {
    const end = Math.min(to, first + chunkPlaces(layout));
    const chunk = first / chunkPlaces(layout);
    const least = chunk * (CHUNK_STEPS + 1);
    bounds?.fill(-Infinity, least, least + CHUNK_STEPS + 1);
    for (let place = first; place < end; place++) {
      if (place % stride === 0) yield;
      const norm = writer.write(rows, order === undefined ? place : order[place]!, place);
      halves?.write(place);
      norms[chunk] = Math.max(norms[chunk]!, norm);
      const bias = biases === undefined ? 0 : biases[place]!;
      if (biases !== undefined) panelBiases[place] = bias;
      if (bounds !== undefined)
        for (let n = 0; n <= CHUNK_STEPS; n++)
          bounds[least + n] = Math.max(bounds[least + n]!, bias + n * step * norm);
      if (lengths === undefined) continue;
      const length = lengths[place]!;
      panelLengths![place] = length;
      for (let n = 0; n <= CHUNK_STEPS; n++)
        plainBounds![least + n] = Math.max(plainBounds![least + n]!, n * step * length);
    }
  }
}

/** The greatest length of what has been packed. */
export function greatestNorm(memory: WebAssembly.Memory, layout: ListLayout): number {
  return new Float64Array(memory.buffer, layout.chunkNorms, chunksOf(layout)).reduce(
    (most, norm) => Math.max(most, norm),
    0,
  );
}

/** Users `from` … `to` − 1 of a list of them, and what each leaves out. */
export interface Batch {
  /** Indices of users. */
  readonly users: Int32Array;
  readonly from: number;
  readonly to: number;
  /** Of each user index. */
  readonly leftOut: ItemLists | undefined;
}

/** Puts a batch's users into their groups. */
export function* packUsers(
  memory: WebAssembly.Memory,
  layout: ListLayout,
  source: ListSource,
  sizes: ItemSizes,
  axes: Axes | undefined,
  { users, from, to, leftOut }: Batch,
): Sliced<void> {
  const { factors, userFactors, mean, userBiases } = source;
  const { precision, boundFactors } = layout;
  const count = to - from;
  const padded = Math.ceil(count / GROUP) * GROUP;
  const groups = numbersAt(memory, layout, layout.groups, padded * factors);
  const boundGroups = numbersAt(memory, layout, layout.boundGroups, padded * boundFactors);
  const writer = new VectorWriter(factors, axes, groups, boundGroups, GROUP);
  const bases = new Float64Array(memory.buffer, layout.bases, count);
  const slacks = new Float64Array(memory.buffer, layout.slacks, count);
  const norms = new Float64Array(memory.buffer, layout.norms, count);
  const steps = new Float64Array(memory.buffer, layout.steps, count);
  const starts = new Uint32Array(memory.buffer, layout.excludedStarts, count + 1);
  const stride = Math.max(1, Math.floor(STRIDE / (factors * (1 + (axes?.count ?? 0)))));
  let excluded = 0;
  starts[0] = 0;
  for (let row = 0; row < count; row++) {
    if (row % stride === 0) yield;
    const user = users[from + row]!;
    const norm = writer.write(userFactors, user, row);
    const base = userBiases === undefined ? mean : mean + userBiases[user]!;
    bases[row] = base;
    norms[row] = norm;
    steps[row] = norm / sizes.step;
    const bounds = { precision, factors, norm, itemNorm: sizes.norm, axesError: axes?.error, halves: false };
    slacks[row] = slackOf(bounds, Math.abs(base), sizes.bias);
    if (leftOut !== undefined) {
      const first = leftOut.starts[user]!;
      const end = leftOut.starts[user + 1]!;
      new Int32Array(memory.buffer, layout.excluded + excluded * 4, end - first).set(
        leftOut.columns.subarray(first, end),
      );
      excluded += end - first;
    }
    starts[row + 1] = excluded;
  }
}
