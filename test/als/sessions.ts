import { ALS } from "../../src/als/index.js";
import { Session } from "../../src/als/session.js";
import type { Engine } from "../../src/kernel/index.js";
import { finish } from "../../src/ratings/finish.js";
import { Ratings, Vocabulary } from "../../src/ratings/index.js";
import { runNow } from "../../src/ratings/slices.js";
import { type Problem, type State, sideOf } from "../reference/als.js";
import { optionsOf, type Precision } from "./fixtures.js";

interface Indexed {
  readonly users: number;
  readonly items: number;
  readonly ratings: readonly (readonly [user: number, item: number, value: number, weight?: number])[];
}

/** Ratings with the problem's indices, also of users and items without any: their ids are their indices. */
export function ratingsOf({ users, items, ratings }: Indexed): Ratings<number, number> {
  const sorted = [...ratings].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const weighted = sorted.some((rating) => rating.length === 4);
  const starts = new Float64Array(users + 1);
  for (const [user] of sorted) starts[user + 1]!++;
  for (let user = 0; user < users; user++) starts[user + 1]! += starts[user]!;
  const ids = (size: number) =>
    new Vocabulary(
      "number",
      Array.from({ length: size }, (_, index) => index),
    );
  return new Ratings(
    runNow(
      finish(ids(users), ids(items), {
        starts,
        columns: Int32Array.from(sorted, ([, item]) => item),
        values: Float64Array.from(sorted, ([, , value]) => value),
        weights: weighted ? Float64Array.from(sorted, ([, , , weight = 1]) => weight) : undefined,
        timestamps: undefined,
      }),
    ),
  );
}

/** Runs `use` on an open session that starts from the user factors given. */
export async function withSession<T>(
  engine: Engine,
  { problem, precision }: { problem: Problem; precision: Precision },
  userFactors: ArrayLike<number>,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const { options } = new ALS(optionsOf(problem, precision));
  const ratings = ratingsOf(problem);
  const mean = problem.biases === "none" ? 0 : ratings.mean;
  const source = { ratings, kept: ratings };
  const method = { kind: "cholesky" } as const;
  const session = await Session.open(engine, { options, source, mean, method, what: "test" }, undefined);
  try {
    const { users, items } = await session.state();
    users.factors.set(userFactors);
    await session.restore({ users, items });
    return await use(session);
  } finally {
    session.close();
  }
}

/** Factors and biases of a session as they stand. */
export function stateOf({ users, items, factors }: Problem, session: Session): State {
  return {
    users: sideOf(users, factors, session.copyFactors("users"), session.copyBiases("users")),
    items: sideOf(items, factors, session.copyFactors("items"), session.copyBiases("items")),
  };
}
