import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ALS } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import { seededRandom } from "../../src/random.js";
import {
  countsOf,
  meanOf,
  type Problem,
  predict,
  type State,
  solveHalf,
  startFrom,
} from "../reference/als.js";
import { initialFactors, optionsOf, type Precision, problems, shuffled, stateOfModel } from "./fixtures.js";
import { ratingsOf, stateOf, withSession } from "./sessions.js";

/** Values to which λ ≥ 0.01 says something, so that two ways of rounding stay together. */
const KINDS = ["half-stars", "reals", "low-rank"] as const;

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create();
});

/** Every r̂, users by items. */
function predictions(problem: Problem, state: State): number[][] {
  return Array.from({ length: problem.users }, (_, user) =>
    Array.from({ length: problem.items }, (_, item) => predict(problem, state, user, item)),
  );
}

/** max |a − b| / max |b|. */
function distance(a: number[][], b: number[][]): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < a[i]!.length; j++) {
      difference = Math.max(difference, Math.abs(a[i]![j]! - b[i]![j]!));
      size = Math.max(size, Math.abs(b[i]![j]!));
    }
  return difference / size;
}

describe("an epoch", () => {
  it("equals dense systems solved by Gaussian elimination", async () => {
    await fc.assert(
      fc.asyncProperty(
        problems(fc.constantFrom(0.05, 0.5, 4), ["float64", "float32"], KINDS),
        async ({ problem, precision, seed }) => {
          const initial = initialFactors(problem, seed);
          const start = startFrom(problem, initial);
          const expected = solveHalf(problem, solveHalf(problem, start, "items"), "users");
          await withSession(engine, { problem, precision }, initial, async (session) => {
            await session.solveItems();
            await session.solveUsers();
            const actual = stateOf(problem, session);
            expect(
              distance(predictions(problem, actual), predictions(problem, expected)),
            ).toBeLessThanOrEqual(precision === "float64" ? 1e-10 : 1e-3);
          });
        },
      ),
      { numRuns: 150 },
    );
  });

  it("leaves zeros, and none of the random start, in rows without ratings", async () => {
    const ratings = [
      [1, 2, 4],
      [3, 0, 2],
    ] as const;
    const lambda = { users: 0.1, items: 0.1, biases: 1 };
    const problem: Problem = {
      users: 5,
      items: 4,
      ratings,
      factors: 3,
      lambda,
      scaling: 0.7,
      biases: "full",
    };
    const initial = initialFactors(problem, 1);
    await withSession(engine, { problem, precision: "float64" }, initial, async (session) => {
      await session.solveItems();
      await session.solveUsers();
      const { users, items } = stateOf(problem, session);
      for (const user of [0, 2, 4]) expect(users.factors[user]).toEqual([0, 0, 0]);
      for (const item of [1, 3]) expect(items.factors[item]).toEqual([0, 0, 0]);
      expect(users.biases.map((bias) => bias === 0)).toEqual([true, false, true, false, true]);
      expect(items.biases.map((bias) => bias === 0)).toEqual([false, true, false, true]);
    });
  });
});

describe("the gradient of J", () => {
  /** Largest |∂J/∂(w, b)| / 2 of a user row, over Σ|t|·‖(u, 1)‖. */
  function largestGradient(problem: Problem, state: State): number {
    const mean = meanOf(problem);
    const counts = countsOf(problem, "users");
    let largest = 0;
    for (let user = 0; user < problem.users; user++) {
      const w = state.users.factors[user]!;
      const b = state.users.biases[user]!;
      const lambda = problem.lambda.users * counts[user]! ** problem.scaling;
      const gradient = w.map((value) => lambda * value);
      let biasGradient = problem.lambda.biases * b;
      let scale = 0;
      for (const [rater, item, value] of problem.ratings) {
        if (rater !== user) continue;
        const u = state.items.factors[item]!;
        const target = value - mean - state.items.biases[item]!;
        let error = target - b;
        for (let k = 0; k < w.length; k++) error -= w[k]! * u[k]!;
        for (let k = 0; k < w.length; k++) gradient[k]! -= error * u[k]!;
        biasGradient -= error;
        scale += Math.abs(target) * Math.sqrt(u.reduce((sum, x) => sum + x * x, 1));
      }
      if (scale === 0) continue;
      for (const g of gradient) largest = Math.max(largest, Math.abs(g) / scale);
      if (problem.biases === "full") largest = Math.max(largest, Math.abs(biasGradient) / scale);
    }
    return largest;
  }

  it("is zero at every user row of a model, given its final items", async () => {
    await fc.assert(
      fc.asyncProperty(
        problems(fc.constantFrom(0.01, 0.5, 4), ["float64"]),
        fc.integer({ min: 1, max: 4 }),
        async ({ problem, precision, seed }, epochs) => {
          const als = new ALS(optionsOf(problem, precision, { epochs, seed }));
          const model = await als.fit(ratingsOf(problem), { engine });
          expect(largestGradient(problem, stateOfModel(model))).toBeLessThanOrEqual(1e-9);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("permuting users, items and the initial factors", () => {
  it("permutes predictions", async () => {
    await fc.assert(
      fc.asyncProperty(
        problems(fc.constantFrom(0.01, 0.1, 1), ["float64"], KINDS),
        fc.constantFrom(1, 3, 20),
        async ({ problem, precision, seed }, epochs) => {
          const random = seededRandom(seed + 1, "test");
          const order = (size: number) =>
            shuffled(
              Array.from({ length: size }, (_, index) => index),
              random,
            );
          const users = order(problem.users);
          const items = order(problem.items);
          const permuted: Problem = {
            ...problem,
            ratings: problem.ratings.map(([user, item, value]) => [users[user]!, items[item]!, value]),
          };
          const initial = initialFactors(problem, seed);
          const permutedInitial = new Float64Array(initial.length);
          const k = problem.factors;
          for (let user = 0; user < problem.users; user++)
            permutedInitial.set(initial.subarray(user * k, (user + 1) * k), users[user]! * k);
          const before = await run(problem, precision, initial, epochs);
          const after = await run(permuted, precision, permutedInitial, epochs);
          const undone = before.map((row, user) => row.map((_, item) => after[users[user]!]![items[item]!]!));
          expect(distance(undone, before)).toBeLessThanOrEqual(1e-8);
        },
      ),
      { numRuns: 100 },
    );
  });

  async function run(
    problem: Problem,
    precision: Precision,
    initial: Float64Array,
    epochs: number,
  ): Promise<number[][]> {
    return withSession(engine, { problem, precision }, initial, async (session) => {
      for (let epoch = 0; epoch < epochs; epoch++) {
        await session.solveItems();
        await session.solveUsers();
      }
      return predictions(problem, stateOf(problem, session));
    });
  }
});
