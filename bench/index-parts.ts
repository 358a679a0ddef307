// What an index costs to build, by parts, on the calling thread and on lanes: what `bench:lists` tells of it.
import type { Engine } from "../src/kernel/index.js";
import { arrange } from "../src/kernel/lists/arrange.js";
import { allocateIndex, type IndexSource, layOutIndex } from "../src/kernel/lists/index-memory.js";
import { packItems } from "../src/kernel/lists/pack.js";
import type { Model } from "../src/model/index.js";
import { Side } from "../src/model/side.js";
import { runNow, type Sliced } from "../src/ratings/slices.js";
import { fixed, printTable } from "./table.js";
import { median } from "./timing.js";

const WARM_UPS = 2;
const ROUNDS = 7;

export interface IndexRow {
  readonly side: "items" | "users";
  readonly factors: string;
  readonly rows: number;
  readonly axes: number;
  /** Milliseconds, medians: order by falling bounds, choice of axes, packing. */
  readonly order: number;
  readonly choice: number;
  readonly packing: number;
  /** Of all, lengths too, by `prepare` on one thread (the calling one), and on as many lanes as there are cores. */
  readonly oneThread: number;
  readonly lanes: number;
  readonly threads: number;
  /** MB of the factors, and of lengths and index. */
  readonly factorsMB: number;
  readonly indexMB: number;
}

/** @param engines of one thread, and of all */
export async function timeIndexes(
  factors: string,
  model: Model,
  [one, all]: readonly [Engine, Engine],
): Promise<IndexRow[]> {
  const [users, items] = [model.copyFactors("users").values, model.copyFactors("items").values];
  const biases = Float64Array.from(model.items, (item) => model.itemBias(item));
  const itemBiases = biases.some((bias) => bias !== 0) ? biases : undefined;
  const userBiases = itemBiases && Float64Array.from(model.users, (user) => model.userBias(user));
  return [
    await timeIndex("items", factors, items, users, itemBiases),
    await timeIndex("users", factors, users, items, userBiases),
  ];

  async function timeIndex(
    side: IndexRow["side"],
    name: string,
    rows: typeof users,
    others: typeof users,
    addends: Float64Array | undefined,
  ): Promise<IndexRow> {
    const count = rows.length / model.factors;
    const source: IndexSource = {
      factors: model.factors,
      userFactors: others,
      itemFactors: rows,
      mean: 0,
      userBiases: undefined,
      itemBiases: addends,
      lengths: new Float64Array(count).fill(1),
    };
    const milliseconds = { order: [], choice: [], packing: [], oneThread: [], lanes: [] } as Record<
      "order" | "choice" | "packing" | "oneThread" | "lanes",
      number[]
    >;
    let axes = 0;
    let bytes = 0;
    for (let round = -WARM_UPS; round < ROUNDS; round++) {
      const [order] = timed(arrange(source, undefined, count, 0));
      const [both, arrangement] = timed(arrange(source, undefined, count, Infinity));
      axes = arrangement.axes?.count ?? 0;
      const layout = layOutIndex(source, arrangement);
      const [packing] = timed(packItems(allocateIndex(layout), layout, source, arrangement));
      const prepared: number[] = [];
      for (const engine of [one, all]) {
        const fresh = new Side(rows, others, model.factors, () => addends);
        const began = performance.now();
        await fresh.prepare({ engine });
        prepared.push(performance.now() - began);
        bytes = fresh.bytes;
      }
      if (round < 0) continue;
      milliseconds.order.push(order);
      milliseconds.choice.push(both - order);
      milliseconds.packing.push(packing);
      milliseconds.oneThread.push(prepared[0]!);
      milliseconds.lanes.push(prepared[1]!);
    }
    return {
      side,
      factors: name,
      rows: count,
      axes,
      order: median(milliseconds.order),
      choice: median(milliseconds.choice),
      packing: median(milliseconds.packing),
      oneThread: median(milliseconds.oneThread),
      lanes: median(milliseconds.lanes),
      threads: all.threads,
      factorsMB: rows.byteLength / 1e6,
      indexMB: bytes / 1e6,
    };
  }
}

function timed<T>(work: Sliced<T>): [milliseconds: number, result: T] {
  const began = performance.now();
  const result = runNow(work);
  return [performance.now() - began, result];
}

export function printIndexes(rows: readonly IndexRow[]): void {
  printTable(`Building an index (milliseconds, medians of ${ROUNDS} rounds)`, rows, [
    { heading: "side", align: "left", cell: (row) => row.side },
    { heading: "factors", align: "left", cell: (row) => row.factors },
    { heading: "rows", cell: (row) => row.rows.toLocaleString("en") },
    { heading: "axes", cell: (row) => fixed(0, row.axes) },
    { heading: "order", cell: (row) => fixed(1, row.order) },
    { heading: "choice of axes", cell: (row) => fixed(1, row.choice) },
    { heading: "packing", cell: (row) => fixed(1, row.packing) },
    { heading: "all, one thread", cell: (row) => fixed(1, row.oneThread) },
    { heading: "all, lanes", cell: (row) => fixed(1, row.lanes) },
    { heading: "threads", cell: (row) => row.threads },
    { heading: "factors MB", cell: (row) => fixed(1, row.factorsMB) },
    { heading: "index MB", cell: (row) => fixed(1, row.indexMB) },
  ]);
}
