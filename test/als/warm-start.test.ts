import { beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions } from "../../src/als/index.js";
import { randomFactors } from "../../src/als/initial.js";
import { Engine } from "../../src/kernel/index.js";
import { Model } from "../../src/model/index.js";
import { seededRandom } from "../../src/random.js";
import type { Id } from "../../src/ratings/index.js";
import { Ratings } from "../../src/ratings/index.js";
import { sideOf } from "../reference/als.js";
import { solveFamilyHalf } from "../reference/family.js";
import { familyOptions, familyState, problemOf, ratingsOfFamily } from "./family-problems.js";
import { bitsOf, shuffled, spreadRatings } from "./fixtures.js";

let engine: Engine;
let ratings: Ratings<number, number>;
beforeAll(async () => {
  engine = await Engine.create({ threads: 1 });
  ratings = spreadRatings(80, 50, 1600);
});

function trained<U extends Id, I extends Id>(
  given: Ratings<U, I>,
  options: AlsOptions,
  initial?: Model<U, I>,
): Promise<Model<U, I>> {
  return new ALS(options).fit(given, { engine, ...(initial && { initial }) });
}

const BASE: AlsOptions = { factors: 6, regularization: 0.3 };
const IMPLICIT: AlsOptions = { ...BASE, feedback: "implicit" };

describe("a model that is trained on", () => {
  it.each<[string, AlsOptions]>([
    ["explicit", BASE],
    ["explicit in float32 without biases", { ...BASE, precision: "float32", biases: "none" }],
    ["implicit", IMPLICIT],
    ["implicit with biases", { ...IMPLICIT, biases: "full" }],
    ["non-negative", { ...IMPLICIT, solver: "nonnegative" }],
    ["cg", { ...BASE, solver: "cg", cgSteps: 2, finish: "none" }],
    ["implicit, cg, preconditioned", { ...IMPLICIT, solver: "cg", preconditioner: "jacobi", finish: "none" }],
    ["implicit, cg in float32", { ...IMPLICIT, solver: "cg", precision: "float32", finish: "none" }],
    ["blocks", { ...BASE, solver: "ials++", blockSize: 4, finish: "none" }],
    ["implicit, blocks", { ...IMPLICIT, solver: "ials++", blockSize: 4, finish: "none" }],
  ])("%s: n more epochs are one fit of all, bit for bit", async (_, options) => {
    const whole = await trained(ratings, { ...options, epochs: 5 });
    for (const before of [1, 3]) {
      const first = await trained(ratings, { ...options, epochs: before });
      // Another seed: nobody is new, so nothing is random.
      const second = await trained(ratings, { ...options, epochs: 5 - before, seed: 99 }, first);
      expect(bitsOf(second)).toBe(bitsOf(whole));
      expect(second.info.run.loss).toBe(whole.info.run.loss);
    }
  });

  it("goes on from a file as from memory", async () => {
    const first = await trained(ratings, { ...BASE, epochs: 2 });
    const read = await Model.fromBytes<number, number>(first.toBytes());
    const [own, other] = [
      await trained(ratings, { ...BASE, epochs: 1 }, first),
      await trained(ratings, { ...BASE, epochs: 1 }, read),
    ];
    expect(bitsOf(other)).toBe(bitsOf(own));
  });

  it("matches ids by name, whatever their order", async () => {
    const rows = Array.from(ratings, ({ user, item, value }) => [`u${user}`, `i${item}`, value] as const);
    const one = Ratings.from<string, string>(rows);
    const other = Ratings.from<string, string>(shuffled(rows, seededRandom(4, "test")));
    expect(other.users.id(0)).not.toBe(one.users.id(0));
    for (const options of [BASE, { ...IMPLICIT, solver: "cg", finish: "none" }] as AlsOptions[]) {
      const first = await trained(one, { ...options, epochs: 2 });
      const whole = await trained(one, { ...options, epochs: 4 });
      const moved = await trained(other, { ...options, epochs: 2 }, first);
      for (const [user, item] of rows.slice(0, 200))
        expect(moved.predict(user, item)).toBeCloseTo(whole.predict(user, item)!, 9);
    }
  });

  it("leaves new users to chance and new items at zero, as without it, and forgets who is gone", async () => {
    const one = { feedback: "1 + α·r", scaling: 0, biases: "none", weighted: false } as const;
    const problem = problemOf(one, 12, 3);
    const known = ({ user, item }: { user: number; item: number }): boolean => user >= 3 && item >= 2;
    const rows = problem.ratings.map(({ user, item, value }) => [user, item, value] as const);
    const old = Ratings.from<number, number>([
      ...rows.filter(([user, item]) => known({ user, item })),
      [777, 888, 3],
    ]);
    const options = { ...familyOptions(problem, "cholesky"), seed: 6 };
    const first = await trained(old, { ...options, epochs: 2 });
    const model = await trained(ratingsOfFamily(problem), { ...options, epochs: 1 }, first);
    const { factors, users } = problem;
    const start = new Float64Array(users * factors);
    const never = { due: () => false, pause: async () => {} };
    await randomFactors(start, { factors, seed: 6, solver: "cholesky" }, factors, never);
    const copied = first.copyFactors("users").values;
    for (let user = 0; user < users; user++) {
      const from = first.users.index(user);
      if (from !== undefined)
        start.set(copied.subarray(from * factors, (from + 1) * factors), user * factors);
      if (!problem.ratings.some((rating) => rating.user === user))
        start.fill(0, user * factors, (user + 1) * factors);
    }
    const state = {
      users: sideOf(users, factors, start, new Float64Array(users)),
      items: sideOf(
        problem.items,
        factors,
        new Float64Array(problem.items * factors),
        new Float64Array(problem.items),
      ),
    };
    const expected = solveFamilyHalf(problem, solveFamilyHalf(problem, state, "items"), "users");
    const actual = familyState(problem, model);
    for (const side of ["users", "items"] as const)
      actual[side].factors.flat().forEach((value, at) => {
        expect(value).toBeCloseTo(expected[side].factors.flat()[at]!, 10);
      });
    expect(model.users.index(777)).toBeUndefined();
  });

  it("starts cg at the items that it knows: one step from a minimum stays there", async () => {
    const options: AlsOptions = { ...IMPLICIT, epochs: 1, solver: "cg", cgSteps: 1, finish: "none" };
    const settled = await trained(ratings, {
      ...IMPLICIT,
      regularization: 50,
      epochs: 300,
      solver: "cholesky",
    });
    const still = await trained(ratings, { ...options, regularization: 50 }, settled);
    for (const side of ["users", "items"] as const) {
      const [a, b] = [settled.copyFactors(side).values, still.copyFactors(side).values];
      const size = Math.hypot(...a);
      expect(Math.hypot(...Array.from(a, (value, at) => value - b[at]!))).toBeLessThan(1e-6 * size);
    }
  });
});

describe("initial refuses", () => {
  const attempt = (initial: unknown): Promise<unknown> =>
    new ALS(BASE).fit(ratings, { engine, initial: initial as Model<number, number> });

  it("what is no model", async () => {
    for (const [given, told] of [
      [null, "null"],
      ["model.safetensors", '"model.safetensors"'],
      [{ factors: 6 }, "an object (Object)"],
    ] as const)
      await expect(attempt(given)).rejects.toThrow(new TypeError(`initial must be a Model, not ${told}`));
  });

  it("a model of other factors, saying which would do", async () => {
    await expect(attempt(await trained(ratings, { factors: 7, epochs: 1 }))).rejects.toThrow(
      new RangeError(
        "initial must have as many factors as the fit, 6, not 7: set factors: 7, or start without it.",
      ),
    );
  });

  it("a model whose ids are of another kind", async () => {
    const users = Ratings.from<string, number>([["a", 1, 2]]);
    await expect(attempt(await trained(users, { ...BASE, epochs: 1 }))).rejects.toThrow(
      new RangeError(
        "initial must have user ids that are numbers, as the ratings have, not strings: none would match.",
      ),
    );
    const items = Ratings.from<number, string>([[1, "a", 2]]);
    await expect(attempt(await trained(items, { ...BASE, epochs: 1 }))).rejects.toThrow(
      /^initial must have item ids/,
    );
  });

  it("a model whose memory was given back", async () => {
    const gone = await trained(ratings, { ...BASE, epochs: 1 });
    gone.dispose();
    await expect(attempt(gone)).rejects.toMatchObject({ code: "disposed" });
  });
});
