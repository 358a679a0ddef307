import { Engine, type Id, type Model, type Ratings } from "alternant";
import { Catalogue } from "./catalogue.js";
import { Refusal } from "./refusal.js";

/** Ratings, and what is known of their items. */
export interface Data {
  readonly name: string;
  readonly ratings: Ratings<string, string>;
  readonly catalogue: Catalogue;
}

/** A model, and what was worked out about it once. */
export interface Trained {
  readonly name: string;
  readonly model: Model<Id, Id>;
  readonly catalogue: Catalogue;
  /** Training ratings of each item, in vocabulary order; all 0 where the model keeps no history. */
  readonly counts: Uint32Array;
}

let engine: Promise<Engine> | undefined;
let data: Data | undefined;
let trained: Trained | undefined;

/** The one engine, from first use on. Its lanes come from a file, so that a strict Content-Security-Policy lets them start. */
export function theEngine(): Promise<Engine> {
  engine ??= Engine.create({ workerUrl: new URL("./lanes.js", self.location.href) });
  return engine;
}

export function theData(): Data {
  if (data === undefined)
    throw new Refusal("no-data", "There are no ratings yet. Generate some, or open a file.");
  return data;
}

export function setData(next: Data): void {
  data = next;
}

export function dataIfAny(): Data | undefined {
  return data;
}

export function theModel(): Trained {
  if (trained === undefined)
    throw new Refusal("no-model", "There is no model yet. Train one, or open a file.");
  return trained;
}

/** Puts a model in place of the last one, whose memory is given back. */
export function setModel(next: Trained): void {
  trained?.model.dispose();
  trained = next;
}

/** What is known of items that a model names: those of the data at hand, where it is about the same items. */
export function catalogueFor(model: Model<Id, Id>): Catalogue {
  if (data === undefined) return Catalogue.EMPTY;
  const { items } = data.ratings;
  let known = 0;
  for (const id of model.items) if (items.index(String(id)) !== undefined) known++;
  return known * 2 > model.itemCount ? data.catalogue : Catalogue.EMPTY;
}
