import { throwIfAborted } from "../errors.js";
import { checkInteger, checkOptions } from "../options.js";
import type { Id } from "../ratings/vocabulary.js";
import { createYielder } from "../yield.js";
import type { ModelParts } from "./parts.js";
import type { DecomposeOptions, WeightedItem } from "./results.js";
import { svdOf } from "./svd.js";
import { Top } from "./top.js";

const OPTIONS = ["axes", "count", "minRatings", "engine", "signal"];
const DEFAULT_AXES = 5;
const DEFAULT_COUNT = 5;
/** Items between two looks at the clock. */
const STRIDE = 4096;

export interface InspectOptions extends DecomposeOptions {
  /** How many axes to tell of, the most important first: 1 … K. Default 5, or K where that is less. */
  readonly axes?: number;
  /** How many items at each end of an axis. Default 5. */
  readonly count?: number;
  /**
   * Training ratings that an item needs to be named. Default 1. The ends of an axis are where items with few ratings are,
   * as little is known of them; with a higher number they are items that many people know.
   */
  readonly minRatings?: number;
}

/** One axis of a model's singular value decomposition, and the items at its ends, the most extreme first. */
export interface InspectedAxis<I extends Id = Id> {
  /** Its rank by importance, from 1. */
  readonly axis: number;
  /** σ, its singular value. */
  readonly value: number;
  /** Its share of ‖R̂‖², R̂ without μ and biases: σ² ÷ Σσ². */
  readonly energy: number;
  /** Items by their loading q√σ, which is their feature in the canonical form of the model. */
  readonly highest: WeightedItem<I>[];
  readonly lowest: WeightedItem<I>[];
}

/** What a model has learnt, axis by axis: plain JSON. */
export interface Inspection<I extends Id = Id> {
  /** K. */
  readonly factors: number;
  /** How many axes there are: singular values that are not 0 but for rounding. */
  readonly rank: number;
  /** How many axes of equal weight would be as spread out: the exponential of the entropy of σ ÷ Σσ. */
  readonly effectiveRank: number;
  /** All K singular values, falling. */
  readonly values: number[];
  /** The share of each in ‖R̂‖². */
  readonly energy: number[];
  /** The first axes, as many as were asked for and exist. */
  readonly axes: InspectedAxis<I>[];
}

/** The axes of a model with the items at their ends. Items without training ratings are never among them. */
export async function inspect<U extends Id, I extends Id>(
  parts: ModelParts<U, I>,
  options: InspectOptions,
): Promise<Inspection<I>> {
  const { items, itemCounts, factors } = parts;
  checkOptions("inspect", options, OPTIONS);
  const {
    axes = Math.min(DEFAULT_AXES, factors),
    count = DEFAULT_COUNT,
    minRatings = 1,
    engine,
    signal,
  } = options;
  checkInteger("axes", axes, 1, factors);
  checkInteger("count", count, 1);
  checkInteger("minRatings", minRatings, 1);
  const svd = await svdOf(parts, { engine, signal }, "Model.inspect");
  const values = [...svd.values];
  const energy = [...svd.energy];
  const told: InspectedAxis<I>[] = [];
  const yielder = createYielder();
  for (let k = 0; k < Math.min(axes, svd.rank); k++) {
    const value = values[k]!;
    const root = Math.sqrt(value);
    // Adding 0 turns −0, which JSON does not know, into 0.
    const loading = (item: number): number => svd.items.values[item * factors + k]! * root + 0;
    const highest = new Top(count);
    const lowest = new Top(count);
    for (let item = 0; item < items.size; item++) {
      if (item % STRIDE === 0 && yielder.due()) {
        await yielder.pause();
        throwIfAborted(signal, "inspect");
      }
      if (itemCounts[item]! < minRatings) continue;
      highest.offer(item, loading(item));
      lowest.offer(item, -loading(item));
    }
    const list = (top: Top): WeightedItem<I>[] =>
      top.drain().map(({ index }) => ({ item: items.id(index), value: loading(index) }));
    told.push({ axis: k + 1, value, energy: energy[k]!, highest: list(highest), lowest: list(lowest) });
  }
  return { factors, rank: svd.rank, effectiveRank: svd.effectiveRank, values, energy, axes: told };
}
