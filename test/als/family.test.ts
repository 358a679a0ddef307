import { beforeAll, describe, expect, it } from "vitest";
import { ALS, type EpochEvent } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import type { Model } from "../../src/model/index.js";
import { sideOf } from "../reference/als.js";
import { familyObjective, solveFamilyHalf, totalOf } from "../reference/family.js";
import {
  CASES,
  type Case,
  familyOptions,
  familyState,
  problemOf,
  ratingsOfFamily,
} from "./family-problems.js";
import { withFactors } from "./models.js";

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ threads: 1 });
});

const nameOf = ({ feedback, solver, scaling, biases, weighted }: Case): string =>
  `${feedback}, ${solver}, ν = ${scaling}, biases ${biases}${weighted ? ", weights" : ""}`;

describe("the objective of", () => {
  it.each(CASES.map((one) => [nameOf(one), one] as const))("%s", async (_, one) => {
    for (const [seed, factors] of [
      [1, 3],
      [2, 8],
    ] as const) {
      const problem = problemOf(one, seed, factors);
      const options = { ...familyOptions(problem, one.solver), epochs: 4, blockSize: 3 };
      const training = new ALS(options).train(ratingsOfFamily(problem), { engine });
      let last = Infinity;
      for await (const epoch of training) {
        const parts = familyObjective(problem, familyState(problem, epoch.snapshot()));
        const size = totalOf(parts);
        const close = (actual: number | undefined, expected: number): void =>
          expect(Math.abs(actual! - expected)).toBeLessThanOrEqual(1e-9 * size);
        close(epoch.loss, size);
        close(epoch.observed, parts.observed);
        close(epoch.unobserved, parts.unobserved);
        close(epoch.regularization, parts.regularization);
        expect(size).toBeLessThanOrEqual(last * (1 + 1e-12));
        last = size;
      }
    }
  });
});

describe("an exact epoch of", () => {
  it.each(CASES.filter(({ solver }) => solver === "cholesky").map((one) => [nameOf(one), one] as const))(
    "%s equals dense systems",
    async (_, one) => {
      const problem = problemOf(one, 5, 4);
      const ratings = ratingsOfFamily(problem);
      const options = familyOptions(problem, "cholesky");
      const first = await new ALS({ ...options, epochs: 1 }).fit(ratings, { engine });
      const second = await new ALS({ ...options, epochs: 2 }).fit(ratings, { engine });
      const start = familyState(problem, first);
      const expected = solveFamilyHalf(problem, solveFamilyHalf(problem, start, "items"), "users");
      const actual = familyState(problem, second);
      for (const side of ["users", "items"] as const) {
        const [a, b] = [actual[side].factors.flat(), expected[side].factors.flat()];
        expect(distance(a, b)).toBeLessThan(1e-10);
        expect(distance([0, ...actual[side].biases], [1, ...expected[side].biases])).toBeLessThan(2);
        actual[side].biases.forEach((bias, row) => {
          expect(Math.abs(bias - expected[side].biases[row]!)).toBeLessThan(1e-9);
        });
      }
    },
  );
});

/** ‖a − b‖ / ‖b‖. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    size += b[i]! ** 2;
  }
  return Math.sqrt(difference / size);
}

function factorsOf(model: Model<number, number>): number[] {
  return [...model.copyFactors("users").values, ...model.copyFactors("items").values];
}

describe("solvers agree:", () => {
  const exact: Case = {
    feedback: "1 + α·r",
    solver: "cholesky",
    scaling: 0.7,
    biases: "none",
    weighted: true,
  };

  it.each(["explicit", "1 + α·r", "α·r", "all pairs"])(
    "conjugate gradient to its end is Cholesky, %s",
    async (feedback) => {
      for (const biases of ["none", "full"] as const)
        for (const factors of [1, 5, 16, 64]) {
          const problem = problemOf({ ...exact, feedback, biases }, 7, factors);
          const ratings = ratingsOfFamily(problem);
          const train = (solver: "cholesky" | "cg") =>
            new ALS({ ...familyOptions(problem, solver), epochs: 3, cgSteps: 50 * factors }).fit(ratings, {
              engine,
            });
          expect(distance(factorsOf(await train("cg")), factorsOf(await train("cholesky")))).toBeLessThan(
            1e-9,
          );
        }
    },
  );

  it.each(["explicit", "1 + α·r", "α·r", "all pairs"])("one block is Cholesky, %s", async (feedback) => {
    for (const factors of [1, 5, 16, 30]) {
      const problem = problemOf({ ...exact, feedback }, 8, factors);
      const ratings = ratingsOfFamily(problem);
      const train = (solver: "cholesky" | "ials++") =>
        new ALS({ ...familyOptions(problem, solver), epochs: 3, blockSize: factors }).fit(ratings, {
          engine,
        });
      expect(distance(factorsOf(await train("ials++")), factorsOf(await train("cholesky")))).toBeLessThan(
        1e-10,
      );
    }
  });

  it.each(["cg", "ials++"] as const)("%s ends with exact users", async (solver) => {
    const problem = problemOf({ ...exact, biases: "none" }, 9, 6);
    const options = {
      ...familyOptions(problem, solver),
      finish: "exact",
      epochs: 2,
      blockSize: 2,
      cgSteps: 1,
    } as const;
    const events: EpochEvent[] = [];
    const model = await new ALS(options).fit(ratingsOfFamily(problem), {
      engine,
      onEpoch: (event) => events.push(event),
    });
    const state = familyState(problem, model);
    const again = solveFamilyHalf(problem, state, "users");
    expect(distance(state.users.factors.flat(), again.users.factors.flat())).toBeLessThan(1e-10);
    expect(model.info.run.loss).toBeLessThan(events[1]!.loss);
    expect(Math.abs(model.info.run.loss - totalOf(familyObjective(problem, state)))).toBeLessThan(1e-8);
  });
});

it("both forms of implicit feedback are one, but for the scale of factors", async () => {
  // Σ(1 + 1/α₀)(p − ŷ)² … with λ′ = λ·(1 + α₀)/α₀ has the factors of the other form times √(1 + α₀).
  const alpha0 = 0.3;
  const problem = problemOf({ feedback: "all pairs", scaling: 0, biases: "none", weighted: false }, 3, 4);
  const ratings = ratingsOfFamily({
    ...problem,
    ratings: problem.ratings.map((rating) => ({ ...rating, value: 1 })),
  });
  const lambda = 0.2;
  const common = { feedback: "implicit", factors: 4, scaling: 0, biases: "none", seed: 5 } as const;
  const rendle = { ...common, unobservedWeight: alpha0, regularization: lambda } as const;
  const start = await new ALS({ ...rendle, epochs: 1 }).fit(ratings, { engine });
  const hu = {
    ...common,
    confidence: { alpha: 1 / alpha0, form: "linear", offset: 1 },
    regularization: (lambda * (1 + alpha0)) / alpha0,
  } as const;
  const epochs = 12;
  const one = await new ALS({ ...rendle, epochs }).fit(ratings, { engine, initial: start });
  const other = await new ALS({ ...hu, epochs }).fit(ratings, {
    engine,
    initial: withFactors(start, (x) => x * Math.sqrt(1 + alpha0)),
  });
  for (const user of ratings.users)
    for (const item of ratings.items)
      expect(Math.abs(one.predict(user, item)! * (1 + alpha0) - other.predict(user, item)!)).toBeLessThan(
        1e-10,
      );
});

it.each(["1 + α·r", "all pairs"])(
  "users and items without ratings count as zeros from the start, %s",
  async (feedback) => {
    const whole = problemOf({ feedback, scaling: 0, biases: "none", weighted: false }, 11, 4);
    const ratings = whole.ratings.filter(({ user, item }) => user !== 2 && item !== 3);
    const problem = { ...whole, ratings };
    const initial = await new ALS({ ...familyOptions(problem, "cholesky"), epochs: 1 }).fit(
      ratingsOfFamily(problem),
      { engine },
    );
    // A model to start from that knows the user without ratings, whose factors must not count.
    const misled = withFactors(initial, () => 0.5);
    const model = await new ALS({ ...familyOptions(problem, "cholesky"), epochs: 1 }).fit(
      ratingsOfFamily(problem),
      { engine, initial: misled },
    );
    const state = familyState(problem, model);
    const users = sideOf(problem.users, 4, new Float64Array(4 * problem.users).fill(0.5));
    users.factors[2] = [0, 0, 0, 0];
    const items = solveFamilyHalf(problem, { users, items: state.items }, "items").items;
    expect(distance(state.items.factors.flat(), items.factors.flat())).toBeLessThan(1e-9);
  },
);
