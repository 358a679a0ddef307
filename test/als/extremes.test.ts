import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions, type EpochEvent } from "../../src/als/index.js";
import { AlternantError } from "../../src/errors.js";
import { Engine } from "../../src/kernel/index.js";
import { seededRandom } from "../../src/random.js";
import { Ratings } from "../../src/ratings/index.js";
import type { Precision } from "./fixtures.js";
import { ratingsOf } from "./sessions.js";

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ threads: 1 });
});

/** What a fit may end with: what data and λ do wrong, by name. */
const CAUSES: readonly string[] = ["not-positive-definite", "not-finite", "invalid-rating"];

type Row = readonly [user: number, item: number, value: number, weight?: number];

interface Extreme {
  readonly users: number;
  readonly items: number;
  readonly ratings: readonly Row[];
}

/** Small problems at the ends of everything: some users and items have no ratings. */
const extremes: fc.Arbitrary<Extreme> = fc
  .record({
    seed: fc.nat(1e6),
    users: fc.constantFrom(1, 2, 7),
    items: fc.constantFrom(1, 3, 9),
    density: fc.constantFrom(0, 0.3, 1),
    size: fc.constantFrom(1e-30, 1, 1e15, 1e30),
    values: fc.constantFrom("equal", "random", "wide"),
    weight: fc.constantFrom(undefined, 1e-30, 1, 1e30, "wide"),
  })
  .map(({ seed, users, items, density, size, values, weight }) => {
    const random = seededRandom(seed, "test");
    const wide = (): number => [1e-30, 1e-8, 1, 1e8, 1e30][random.integer(5)]!;
    const draw = (): number => {
      if (values === "equal") return size;
      return values === "wide" ? wide() : size * (0.5 + random.unit());
    };
    const ratings: Row[] = [];
    for (let user = 0; user < users; user++)
      for (let item = 0; item < items; item++) {
        if (random.unit() >= density && ratings.length + user + item > 0) continue;
        const value = draw();
        if (weight === undefined) ratings.push([user, item, value]);
        else ratings.push([user, item, value, typeof weight === "number" ? weight : wide()]);
      }
    return { users: users + random.integer(2), items: items + random.integer(2), ratings };
  });

const lambdas: fc.Arbitrary<number> = fc.constantFrom(0, 1e-30, 1e-3, 1, 1e15);

const MODES: readonly (readonly [name: string, options: fc.Arbitrary<AlsOptions>])[] = [
  ["explicit", fc.record({ biases: fc.constantFrom("full", "mean", "none") })],
  [
    "implicit",
    fc.record({
      feedback: fc.constant("implicit" as const),
      biases: fc.constantFrom("full", "none"),
      confidence: fc.record({
        alpha: fc.constantFrom(1e-30, 1, 1e15),
        form: fc.constantFrom("linear", "log"),
        offset: fc.constantFrom(0, 1),
      }),
    }),
  ],
  [
    "all pairs",
    fc.record({
      feedback: fc.constant("implicit" as const),
      biases: fc.constantFrom("full", "none"),
      unobservedWeight: fc.constantFrom(1e-30, 0.1, 1e15),
    }),
  ],
];

const SOLVERS: readonly AlsOptions[] = [
  { solver: "cholesky" },
  { solver: "cg" },
  { solver: "cg", preconditioner: "jacobi", cgSteps: 40, finish: "none" },
  { solver: "ials++", blockSize: 2 },
  { solver: "ials++", blockSize: 1, finish: "none" },
  { solver: "nonnegative" },
];

/** Trains; what comes must be finite in every number, or an error of a known cause. Tells whether there was a model. */
async function finite(given: Extreme, options: AlsOptions): Promise<boolean> {
  const events: EpochEvent[] = [];
  try {
    const model = await new ALS({ factors: 4, epochs: 3, ...options }).fit(ratingsOf(given), {
      engine,
      onEpoch: (event) => events.push(event),
    });
    for (const side of ["users", "items"] as const)
      expect(model.copyFactors(side).values.every(Number.isFinite)).toBe(true);
    for (const user of model.users) expect(model.userBias(user)).toSatisfy(Number.isFinite);
    for (const item of model.items) expect(model.itemBias(item)).toSatisfy(Number.isFinite);
    for (const { loss, observed, unobserved, regularization } of [
      ...events,
      { loss: model.info.run.loss },
    ] as EpochEvent[])
      for (const part of [loss, observed, unobserved, regularization])
        if (part !== undefined) expect(part).toSatisfy(Number.isFinite);
    return true;
  } catch (error) {
    if (!(error instanceof AlternantError)) throw error;
    expect(CAUSES).toContain(error.code);
    return false;
  }
}

describe.each(["float64", "float32"] as const)("extreme input in %s", (precision: Precision) => {
  describe.each(MODES)("%s", (_, modes) => {
    it.each(SOLVERS.map((solver) => [JSON.stringify(solver), solver] as const))(
      "gives finite numbers or a typed error, %s",
      async (_name, solver) => {
        let models = 0;
        await fc.assert(
          fc.asyncProperty(
            extremes,
            modes,
            lambdas,
            fc.constantFrom(0, 0.7, 2),
            async (given, mode, lambda, scaling) => {
              const biases = solver.solver === "nonnegative" ? { biases: "none" as const } : {};
              const regularization = { users: lambda, items: lambda, biases: lambda };
              const options = { ...mode, ...solver, ...biases, regularization, scaling, precision };
              if (await finite(given, options)) models++;
            },
          ),
          { numRuns: 120, seed: 1 },
        );
        // Most extremes are no errors.
        expect(models).toBeGreaterThan(20);
      },
    );
  });
});

it.each([
  ["cg", [[0, 0, 1e-30]], 1e6],
  [
    "cholesky",
    [
      [0, 0, 1e-10],
      [1, 0, 1e-30],
    ],
    1e15,
  ],
  [
    "ials++",
    [
      [0, 0, 1e-10],
      [1, 0, 1e-30],
    ],
    1e15,
  ],
] as const)("a loss that float32 cannot tell is refused, %s", async (solver, rows, unobservedWeight) => {
  const given = Ratings.from(rows.map(([user, item, weight]) => ({ user, item, value: 1, weight })));
  const options = { factors: 1, epochs: 4, regularization: 0, precision: "float32", solver } as const;
  const als = new ALS({ ...options, feedback: "implicit", unobservedWeight });
  const outcome = await als.fit(given, { engine, onEpoch: () => {} }).catch((error: unknown) => error);
  if (outcome instanceof Error) expect(outcome).toMatchObject({ name: "AlternantError" });
  else expect((outcome as { info: { run: { loss: number } } }).info.run.loss).toBeGreaterThanOrEqual(0);
});
