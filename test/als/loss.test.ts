import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ALS } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import { seededRandom } from "../../src/random.js";
import { loss, type Problem, penalty, type State, squaredError, startFrom } from "../reference/als.js";
import {
  biasModes,
  type Drawn,
  initialFactors,
  optionsOf,
  type Precision,
  problems,
  randomTriples,
  scalings,
  stateOfModel,
  sumOfTargets,
} from "./fixtures.js";
import { ratingsOf, stateOf, withSession } from "./sessions.js";

/** τ of "J' ≤ J + τ·(Σr² + penalty)". */
const RISE = { float64: 1e-12, float32: 1e-6 };
const lambdas: fc.Arbitrary<number> = fc.constantFrom(1e-4, 0.01, 0.3, 2, 50);
/** In float32 a single row with a smaller λ may lose more digits than a whole half-step is allowed to. */
const lambdasForSums: fc.Arbitrary<number> = fc.constantFrom(0.01, 0.3, 2, 50);
let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create();
});

/** Σr². */
function sumOfSquares({ ratings }: Problem): number {
  return ratings.reduce((sum, [, , value]) => sum + value * value, 0);
}

describe("J, summed over the ratings by plain loops", () => {
  it("never rises from one half-step to the next", async () => {
    await fc.assert(
      fc.asyncProperty(problems(lambdas, ["float64", "float32"]), async (drawn) => {
        const { problem, precision, seed } = drawn;
        const initial = initialFactors(problem, seed);
        await withSession(engine, drawn, initial, async (session) => {
          let before = startFrom(problem, initial);
          for (let half = 0; half < 8; half++) {
            await (half % 2 === 0 ? session.solveItems() : session.solveUsers());
            const after = stateOf(problem, session);
            const size =
              sumOfSquares(problem) + penalty(problem, before, "users") + penalty(problem, before, "items");
            expect(loss(problem, after)).toBeLessThanOrEqual(loss(problem, before) + RISE[precision] * size);
            before = after;
          }
        });
      }),
      { numRuns: 150 },
    );
  });

  it("is what a fit reports, in every bias mode, for every ν, with a λ for each side", async () => {
    const random = seededRandom(3, "test");
    const ratings = randomTriples(random, 12, 15, 0.4, "half-stars");
    for (const precision of ["float64", "float32"] as const)
      for (const biases of biasModes)
        for (const scaling of scalings)
          for (const lambda of [
            { users: 0.2, items: 0.2, biases: 1 },
            { users: 0.05, items: 1.5, biases: 0.3 },
            { users: 2, items: 0.01, biases: 7 },
          ]) {
            const problem = { users: 12, items: 15, ratings, factors: 3, lambda, scaling, biases };
            const losses: number[] = [];
            const als = new ALS(optionsOf(problem, precision, { epochs: 3 }));
            const model = await als.fit(ratingsOf(problem), {
              engine,
              onEpoch: (event) => losses.push(event.loss),
            });
            const expected = loss(problem, stateOfModel(model));
            const tolerance = precision === "float64" ? 1e-11 : 2e-6;
            expect(Math.abs(losses[2]! - expected)).toBeLessThanOrEqual(tolerance * expected);
            expect(model.info.run.loss).toBe(losses[2]);
          }
  });
});

describe("the free loss", () => {
  /** Below these shares of Σt² it has lost its digits, and the direct sum is told in its place. */
  const DIRECT_BELOW = { float64: 1e-6, float32: 1e-2 };

  /** Compares it with the direct sum after each half-step; returns how often that had to take its place. */
  async function compare(drawn: Drawn, halves: number): Promise<number> {
    const { problem, precision, seed } = drawn;
    return withSession(engine, drawn, initialFactors(problem, seed), async (session) => {
      let replaced = 0;
      for (let half = 0; half < halves; half++) {
        const which = half % 2 === 0 ? "items" : "users";
        const told = await (which === "items" ? session.solveItems() : session.solveUsers());
        const state: State = stateOf(problem, session);
        const direct = squaredError(problem, state);
        const targets = sumOfTargets(problem, state, which);
        let allowed = precision === "float64" ? 1e-6 * direct + 1e-12 * targets : 1e-5 * targets;
        // Half of the share, because the free loss that decides is not quite the direct one.
        if (direct < 0.5 * DIRECT_BELOW[precision] * targets) {
          replaced++;
          allowed = 1e-8 * direct + 1e-20 * sumOfSquares(problem);
        }
        expect(Math.abs(told.squaredError - direct)).toBeLessThanOrEqual(allowed);
        expectClose(told.itemPenalty, penalty(problem, state, "items"), precision);
        if (half > 0) expectClose(told.userPenalty, penalty(problem, state, "users"), precision);
      }
      return replaced;
    });
  }

  function expectClose(actual: number, expected: number, precision: Precision): void {
    // λ_i is the same number in both; the norm is summed from factors as they were stored.
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(
      (precision === "float64" ? 1e-12 : 1e-10) * expected,
    );
  }

  it("equals the direct one", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(problems(lambdas, ["float64"]), problems(lambdasForSums, ["float32"])),
        async (drawn) => void (await compare(drawn, 6)),
      ),
      { numRuns: 150 },
    );
  });

  it("gives way to the direct one where next to nothing of the error is left", async () => {
    const lambda = { users: 1e-7, items: 1e-7, biases: 1e-7 };
    for (const precision of ["float64", "float32"] as const)
      for (const biases of biasModes)
        for (const factors of [9, 16, 21])
          for (let seed = 1; seed <= 5; seed++) {
            const ratings = randomTriples(seededRandom(seed, "test"), 14, 12, 0.5, "low-rank");
            const problem = { users: 14, items: 12, ratings, factors, lambda, scaling: 0, biases };
            expect(await compare({ problem, precision, seed }, 12)).toBeGreaterThan(0);
          }
  });

  it("is told straight from the ratings by Session.squaredError", async () => {
    await fc.assert(
      fc.asyncProperty(problems(lambdas, ["float64", "float32"]), async (drawn) => {
        await withSession(engine, drawn, initialFactors(drawn.problem, drawn.seed), async (session) => {
          await session.solveItems();
          await session.solveUsers();
          const state = stateOf(drawn.problem, session);
          const direct = squaredError(drawn.problem, state);
          expect(Math.abs((await session.squaredError()) - direct)).toBeLessThanOrEqual(
            1e-8 * direct + 1e-20 * sumOfSquares(drawn.problem),
          );
        });
      }),
      { numRuns: 50 },
    );
  });
});
