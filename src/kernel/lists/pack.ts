import type { Yielder } from "../../yield.js";
import { GROUP, type ListLayout, numberBytes, PANEL_ROW } from "./layout.js";
import { slackOf } from "./slack.js";
import type { ItemLists, ListSource } from "./source.js";

/** Numbers written between two looks at the clock: about a tenth of a millisecond. */
const STRIDE = 1 << 15;

/** The greatest size of items, which bounds the scores of all of them. */
export interface ItemSizes {
  /** ‖u‖. */
  readonly norm: number;
  /** |c|. */
  readonly bias: number;
}

function numbersAt(
  memory: WebAssembly.Memory,
  { precision }: ListLayout,
  address: number,
  length: number,
): Float32Array | Float64Array {
  return precision === "float32"
    ? new Float32Array(memory.buffer, address, length)
    : new Float64Array(memory.buffer, address, length);
}

/** Puts all items into their panels. */
export async function packItems(
  memory: WebAssembly.Memory,
  layout: ListLayout,
  { itemFactors, itemBiases, factors }: ListSource,
  yielder: Yielder,
): Promise<ItemSizes> {
  const width = PANEL_ROW / numberBytes(layout.precision);
  const panels = numbersAt(memory, layout, layout.panels, layout.panelCount * width * factors);
  const panelBiases = numbersAt(memory, layout, layout.panelBiases, layout.panelCount * width);
  const biases = itemBiases && new Float64Array(memory.buffer, layout.itemBiases, layout.itemCount);
  // What fills up the last panel is left out.
  panelBiases.fill(-Infinity, layout.itemCount);
  const stride = Math.max(1, Math.floor(STRIDE / factors));
  let largest = 0;
  let bias = 0;
  for (let item = 0; item < layout.itemCount; item++) {
    const lane = item % width;
    const to = (item - lane) * factors + lane;
    const from = item * factors;
    let squares = 0;
    for (let k = 0; k < factors; k++) {
      const value = itemFactors[from + k]!;
      panels[to + k * width] = value;
      squares += value * value;
    }
    if (squares > largest) largest = squares;
    if (biases !== undefined) {
      const own = itemBiases![item]!;
      biases[item] = own;
      panelBiases[item] = own;
      bias = Math.max(bias, Math.abs(own));
    }
    if (item % stride === 0 && yielder.due()) await yielder.pause();
  }
  return { norm: Math.sqrt(largest), bias };
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
export async function packUsers(
  memory: WebAssembly.Memory,
  layout: ListLayout,
  source: ListSource,
  sizes: ItemSizes,
  { users, from, to, leftOut }: Batch,
  yielder: Yielder,
): Promise<void> {
  const { factors, userFactors, mean, userBiases } = source;
  const count = to - from;
  const padded = Math.ceil(count / GROUP) * GROUP;
  const groups = numbersAt(memory, layout, layout.groups, padded * factors);
  const bases = new Float64Array(memory.buffer, layout.bases, count);
  const slacks = new Float64Array(memory.buffer, layout.slacks, count);
  const starts = new Uint32Array(memory.buffer, layout.excludedStarts, count + 1);
  const stride = Math.max(1, Math.floor(STRIDE / factors));
  let excluded = 0;
  starts[0] = 0;
  for (let row = 0; row < count; row++) {
    const user = users[from + row]!;
    const lane = row % GROUP;
    const at = (row - lane) * factors + lane;
    let squares = 0;
    for (let k = 0; k < factors; k++) {
      const value = userFactors[user * factors + k]!;
      groups[at + k * GROUP] = value;
      squares += value * value;
    }
    const base = userBiases === undefined ? mean : mean + userBiases[user]!;
    bases[row] = base;
    slacks[row] = slackOf(
      layout.precision,
      factors,
      Math.sqrt(squares),
      Math.abs(base),
      sizes.norm,
      sizes.bias,
    );
    if (leftOut !== undefined) {
      const first = leftOut.starts[user]!;
      const end = leftOut.starts[user + 1]!;
      new Int32Array(memory.buffer, layout.excluded + excluded * 4, end - first).set(
        leftOut.columns.subarray(first, end),
      );
      excluded += end - first;
    }
    starts[row + 1] = excluded;
    if (row % stride === 0 && yielder.due()) await yielder.pause();
  }
}
