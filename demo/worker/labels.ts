import type { Id, Model, ScoredItem } from "alternant";
import type { ItemLabel, ScoredLabel, UserLabel } from "../protocol.js";
import { type Trained, theModel } from "./session.js";

export function itemLabel({ model, catalogue }: Trained, item: number): ItemLabel {
  return catalogue.label(item, model.items.id(item));
}

/** Scored items as they are shown. */
export function scoredLabels(trained: Trained, scored: readonly ScoredItem[]): ScoredLabel[] {
  const { items } = trained.model;
  return scored.map(({ item, score }) => ({ ...itemLabel(trained, items.index(item)!), score }));
}

export function userLabel(model: Model<Id, Id>, user: number): UserLabel {
  const id = model.users.id(user);
  const count = model.history === "none" ? 0 : model.ratedItems(id).length;
  // A bare number tells nobody what it is.
  return { user, name: /^\d+$/.test(String(id)) ? `User ${id}` : String(id), count };
}

export function labels({ items }: { items: readonly number[] }): ItemLabel[] {
  const trained = theModel();
  return items.map((item) => itemLabel(trained, item));
}
