import type { Explanation, FoldedUser, Id } from "alternant";
import type { Calls, ItemFacts, PersonFacts, Reasons, VisitorFacts } from "../protocol.js";
import { itemLabel, scoredLabels, userLabel } from "./labels.js";
import { Refusal } from "./refusal.js";
import { type Trained, theModel } from "./session.js";

/** As many of a person's ratings are told at most. */
const MOST_RATED = 200;
const MOST_REASONS = 8;

export function person({ user, count }: Calls["person"]["params"]): PersonFacts {
  const trained = theModel();
  const { model } = trained;
  const id = model.users.id(user);
  const started = performance.now();
  const recommended = model.recommend(id, {
    count,
    exclude: model.history === "none" ? "none" : "rated",
  });
  const milliseconds = performance.now() - started;
  const rated = (model.history === "none" ? [] : model.ratedItems(id))
    .map(({ item, value }) => ({ item: model.items.index(item)!, value }))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0) || a.item - b.item)
    .slice(0, MOST_RATED)
    .map(({ item, value }) => ({ ...itemLabel(trained, item), value, prediction: model.score(user, item) }));
  return {
    ...userLabel(model, user),
    bias: model.userBias(id),
    rated,
    recommended: scoredLabels(trained, recommended),
    milliseconds,
  };
}

export async function explain({ user, item }: Calls["explain"]["params"]): Promise<Reasons> {
  const trained = theModel();
  const { model } = trained;
  return reasonsOf(trained, await model.explain(model.users.id(user), model.items.id(item)));
}

function reasonsOf(trained: Trained, { item, score, base, reasons }: Explanation): Reasons {
  const { items } = trained.model;
  const bySize = [...reasons].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const told = bySize.slice(0, MOST_REASONS);
  const others = bySize.slice(MOST_REASONS);
  return {
    item: itemLabel(trained, items.index(item)!),
    score,
    base,
    reasons: told.map(({ item: rated, value, contribution, without }) => ({
      ...itemLabel(trained, items.index(rated)!),
      value,
      contribution,
      without,
    })),
    rest: others.reduce((sum, { contribution }) => sum + contribution, 0),
    restCount: others.length,
  };
}

export function item({ item: index, count, measure }: Calls["item"]["params"]): ItemFacts {
  const trained = theModel();
  const { model, counts } = trained;
  const id = model.items.id(index);
  return {
    ...itemLabel(trained, index),
    count: counts[index]!,
    bias: model.itemBias(id),
    similar: scoredLabels(trained, model.similarItems(id, { count, measure })),
  };
}

/** Whoever rates at the moment, folded into the model that they were folded into. */
let visitor: { readonly of: Trained; readonly folded: FoldedUser<Id> } | undefined;

export async function fold({ ratings, count }: Calls["visitor"]["params"]): Promise<VisitorFacts> {
  const trained = theModel();
  const { model } = trained;
  const started = performance.now();
  if (ratings.length === 0) {
    visitor = undefined;
    const popular = model.popular({ count });
    const { biases, center } = model.options;
    return {
      recommended: scoredLabels(trained, popular),
      counts: biases !== "full" && center !== "biases",
      milliseconds: performance.now() - started,
    };
  }
  const folded = await model.foldIn(ratings.map(({ item, value }) => [model.items.id(item), value] as const));
  const recommended = folded.recommend({ count });
  const milliseconds = performance.now() - started;
  visitor = { of: trained, folded };
  return { recommended: scoredLabels(trained, recommended), counts: false, milliseconds };
}

export async function explainVisitor({ item: index }: Calls["explainVisitor"]["params"]): Promise<Reasons> {
  const trained = theModel();
  if (visitor === undefined || visitor.of !== trained)
    throw new Refusal("no-visitor", "Rate something first: without ratings there are no reasons.");
  return reasonsOf(trained, await visitor.folded.explain(trained.model.items.id(index)));
}
