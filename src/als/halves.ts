import { describe } from "../errors.js";
import { type FitLayout, implicitTerms, type NamedHalf } from "../kernel/index.js";
import type { SessionStart } from "./session.js";

/** Both halves of an epoch as the kernels take them. */
export function halvesOf(
  { options, source, mean, method }: SessionStart,
  layout: FitLayout,
  lambdas: { readonly users: Float64Array; readonly items: Float64Array },
): { readonly users: NamedHalf; readonly items: NamedHalf } {
  const { ratings } = source;
  const { confidence, unobservedWeight } = options;
  const both = {
    biasLambda: options.regularization.biases,
    mean,
    method,
    implicit: confidence && implicitTerms(confidence, unobservedWeight),
  };
  return {
    users: {
      ...both,
      ratings: ratings.byUser,
      solved: layout.users,
      fixed: layout.items,
      lambdas: lambdas.users,
      rowName: (row) => `user ${describe(ratings.users.id(row))}`,
    },
    items: {
      ...both,
      ratings: ratings.byItem,
      solved: layout.items,
      fixed: layout.users,
      lambdas: lambdas.items,
      rowName: (row) => `item ${describe(ratings.items.id(row))}`,
    },
  };
}
