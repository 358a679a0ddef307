import type { Sliced } from "../../ratings/slices.js";
import type { Arrangement } from "./arrange.js";
import type { Axes } from "./axes.js";
import { CHUNK_STEPS, GROUP, type ListLayout, numberBytes, PANEL_ROW } from "./layout.js";
import { slackOf, turningError } from "./slack.js";
import type { ItemLists, ListSource, Numbers } from "./source.js";

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
    let squares = 0;
    for (let k = 0; k < factors; k++) {
      const value = rows[first + k]!;
      vectors[at + k * step] = value;
      squares += value * value;
    }
    // Squares of very small numbers vanish, and of very large ones overflow: then the largest number says enough.
    const sound = squares > 1e-250 && squares < 1e250;
    const norm = sound ? Math.sqrt(squares) : Math.sqrt(factors) * largest(rows, first, factors);
    if (this.#axes !== undefined) this.#writeBound(rows, first, to, squares, sound ? undefined : norm);
    return norm;
  }

  #writeBound(rows: Numbers, first: number, to: number, squares: number, rest: number | undefined): void {
    const step = this.#step;
    const factors = this.#factors;
    const bounds = this.#bounds;
    const { count, values } = this.#axes!;
    const lane = to % step;
    const at = (to - lane) * (count + 1) + lane;
    let left = squares;
    for (let axis = 0; axis < count; axis++) {
      const from = axis * factors;
      let sum = 0;
      for (let k = 0; k < factors; k++) sum += rows[first + k]! * values[from + k]!;
      bounds[at + axis * step] = sum;
      left -= sum * sum;
    }
    bounds[at + count * step] = rest ?? Math.sqrt(Math.max(0, left) + squares * this.#restError);
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
  { itemFactors, itemBiases, factors }: ListSource,
  { order, axes, userNorm }: Arrangement,
): Sliced<ItemSizes> {
  const { itemCount, panelCount, chunkPanels, boundFactors } = layout;
  const width = PANEL_ROW / numberBytes(layout.precision);
  const places = panelCount * width;
  const panels = numbersAt(memory, layout, layout.panels, places * factors);
  const boundPanels = numbersAt(memory, layout, layout.boundPanels, places * boundFactors);
  const writer = new VectorWriter(factors, axes, panels, boundPanels, width);
  const panelBiases = numbersAt(memory, layout, layout.panelBiases, places);
  const biases = itemBiases && new Float64Array(memory.buffer, layout.itemBiases, itemCount);
  // What fills up the last panel is left out.
  panelBiases.fill(-Infinity, itemCount);
  if (order !== undefined) new Int32Array(memory.buffer, layout.order, itemCount).set(order);
  const chunks = order === undefined ? 0 : Math.ceil(panelCount / chunkPanels);
  const chunkBounds = new Float64Array(memory.buffer, layout.chunkBounds, chunks * (CHUNK_STEPS + 1));
  chunkBounds.fill(-Infinity);
  const step = userNorm / (CHUNK_STEPS - 1);
  const stride = Math.max(1, Math.floor(STRIDE / (factors * (1 + (axes?.count ?? 0)))));
  let norm = 0;
  let bias = 0;
  for (let place = 0; place < itemCount; place++) {
    if (place % stride === 0) yield;
    const item = order === undefined ? place : order[place]!;
    const length = writer.write(itemFactors, item, place);
    norm = Math.max(norm, length);
    const own = itemBiases === undefined ? 0 : itemBiases[item]!;
    if (biases !== undefined) {
      biases[place] = own;
      panelBiases[place] = own;
      bias = Math.max(bias, Math.abs(own));
    }
    if (chunks === 0) continue;
    const at = Math.floor(place / (chunkPanels * width)) * (CHUNK_STEPS + 1);
    for (let n = 0; n <= CHUNK_STEPS; n++)
      chunkBounds[at + n] = Math.max(chunkBounds[at + n]!, own + n * step * length);
  }
  return { norm, bias, step };
}

/** What scores without biases need: zeros in the place of biases, bounds of chunks without them, and lengths. */
export function* packMeasures(
  memory: WebAssembly.Memory,
  layout: ListLayout,
  { step }: ItemSizes,
  { order }: Arrangement,
  lengths: Float64Array,
): Sliced<{ leastLength: number }> {
  const { itemCount, panelCount, chunkPanels } = layout;
  const width = PANEL_ROW / numberBytes(layout.precision);
  numbersAt(memory, layout, layout.plainBiases, panelCount * width).fill(-Infinity, itemCount);
  const own = new Float64Array(memory.buffer, layout.lengths, itemCount);
  const rounded = numbersAt(memory, layout, layout.panelLengths, panelCount * width);
  const bounds = new Float64Array(
    memory.buffer,
    layout.plainBounds,
    Math.ceil(panelCount / chunkPanels) * (CHUNK_STEPS + 1),
  );
  let leastLength = Infinity;
  for (let place = 0; place < itemCount; place++) {
    if (place % STRIDE === 0) yield;
    const length = lengths[order === undefined ? place : order[place]!]!;
    own[place] = length;
    rounded[place] = length;
    if (length > 0) leastLength = Math.min(leastLength, length);
    const at = Math.floor(place / (chunkPanels * width)) * (CHUNK_STEPS + 1);
    for (let n = 0; n <= CHUNK_STEPS; n++) bounds[at + n] = Math.max(bounds[at + n]!, n * step * length);
  }
  return { leastLength };
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
    const bounds = { precision, factors, norm, itemNorm: sizes.norm, axesError: axes?.error };
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
