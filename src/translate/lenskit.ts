import { describe } from "../errors.js";
import { checkNumber, checkOptions } from "../options.js";
import { type Dialect, refuse, SAME, type Translation } from "./dialect.js";

const name = "lenskit";

/**
 * ImplicitMFScorer of LensKit 2025 and later (src/lenskit/als/_implicit.py, src/accel/als/implicit.rs): c = 1 + w, or
 * 1 + w·r with use_ratings, plain λ, users first, exact solves in float32.
 *
 * Without use_ratings the values don't count. Then Σ_Ω (1+w)(1 − ŷ)² + Σ_¬Ω ŷ² is, but for a constant,
 * (1+w)²/w · (Σ_Ω (1 − ŷ′)² + 1/w · Σ ŷ′²) with ŷ′ = ŷ·w/(1+w): the form with an unobserved weight, which takes no
 * values either, and factors √(w/(1+w)) times theirs.
 */
export const lenskit: Dialect<{
  component: string;
  embedding_size: number;
  features: unknown;
  embedding_size_exp: unknown;
  epochs: number;
  regularization: unknown;
  weight: number;
  use_ratings: boolean;
  damping: unknown;
}> = {
  name,
  defaults: {
    component: "ImplicitMFScorer",
    embedding_size: 64,
    features: null,
    embedding_size_exp: null,
    epochs: 10,
    regularization: null,
    weight: 40,
    use_ratings: false,
    damping: null,
  },
  ignored: "user_embeddings",
  translate(params): Translation {
    const { component, epochs, weight, use_ratings, damping } = params;
    if (component !== "ImplicitMFScorer" || damping !== null)
      refuse(
        name,
        "component",
        component,
        'BiasedMFScorer subtracts damped means before it trains, while biases are solved with the factors here. Take { biases: "full", scaling: "count", regularization: { users, items, biases } } with its λ, and damping as λ of biases: another model, as a rule a better one',
      );
    checkNumber(`${name}'s weight`, weight, { above: 0 });
    const lambda = lambdas(params.regularization ?? 0.1);
    const shared = {
      feedback: "implicit",
      factors: sizeOf(params),
      scaling: 0,
      biases: "none",
      solver: "cholesky",
      epochs,
      precision: "float32",
    } as const;
    const note = "LensKit solves users first; here items come first.";
    if (use_ratings)
      return {
        options: {
          ...shared,
          regularization: lambda,
          confidence: { alpha: weight, form: "linear", offset: 1 },
        },
        scale: SAME,
        notes: [note],
      };
    const scale = Math.sqrt(weight / (1 + weight));
    return {
      options: {
        ...shared,
        regularization: { users: lambda.users / (1 + weight), items: lambda.items / (1 + weight) },
        unobservedWeight: 1 / weight,
      },
      scale: { users: scale, items: scale },
      notes: [
        note,
        "Ratings' values are not used, as there. Scores are w/(1 + w) times LensKit's, rankings the same.",
      ],
    };
  },
};

function lambdas(given: unknown): { users: number; items: number } {
  if (typeof given === "number") return { users: given, items: given };
  if (typeof given !== "object" || given === null)
    throw new TypeError(
      `${name}'s regularization must be a number or { user, item }, not ${describe(given)}`,
    );
  checkOptions(`${name}'s regularization`, given, ["user", "item"], "side");
  const { user, item } = given as { user?: unknown; item?: unknown };
  return {
    users: checkNumber(`${name}'s regularization.user`, user),
    items: checkNumber(`${name}'s regularization.item`, item),
  };
}

/** Three names for one thing: embedding_size, its alias, and its logarithm. */
function sizeOf({
  embedding_size,
  features,
  embedding_size_exp,
}: {
  embedding_size: number;
  features: unknown;
  embedding_size_exp: unknown;
}): number {
  if (embedding_size_exp !== null)
    return 2 ** checkNumber(`${name}'s embedding_size_exp`, embedding_size_exp);
  return features === null ? embedding_size : checkNumber(`${name}'s features`, features);
}
