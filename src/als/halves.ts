import { describe } from "../errors.js";
import type { FitLayout, ImplicitTerms, NamedHalf } from "../kernel/index.js";
import type { ResolvedAlsOptions } from "./options.js";
import type { SessionStart } from "./session.js";

/** Both halves of an epoch as the kernels take them. */
export function halvesOf(
  { options, source, mean, method }: SessionStart,
  layout: FitLayout,
  lambdas: { readonly users: Float64Array; readonly items: Float64Array },
): { readonly users: NamedHalf; readonly items: NamedHalf } {
  const { ratings } = source;
  const both = {
    biasLambda: options.regularization.biases,
    mean,
    method,
    implicit: implicitTerms(options),
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

/** (β, β₀) is (1, 1) with an unrated pair of weight 1, and (α₀, 0) where α₀ is the weight of every pair. */
function implicitTerms({ confidence, unobservedWeight }: ResolvedAlsOptions): ImplicitTerms | undefined {
  if (confidence === undefined) return undefined;
  const { alpha, offset } = confidence;
  return unobservedWeight === undefined
    ? { alpha, offset, allPairs: 1, observedBase: 1 }
    : { alpha, offset, allPairs: unobservedWeight, observedBase: 0 };
}
