import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chooseSamples } from "../../src/als/choose-samples.js";
import { ALS, type AlsOptions } from "../../src/als/index.js";
import { randomFactors } from "../../src/als/initial.js";
import { sampleUsers } from "../../src/als/samples.js";
import { Engine } from "../../src/kernel/index.js";
import type { Model } from "../../src/model/index.js";
import { type Csr, Ratings } from "../../src/ratings/index.js";
import { syntheticWorld } from "../../src/synthetic/index.js";
import { createYielder } from "../../src/yield.js";
import { type Problem, type State, solveHalf, startFrom } from "../reference/als.js";
import { CAN_SHARE } from "../support/sharing.js";
import { bitsOf } from "./fixtures.js";

const THREADS: readonly number[] = CAN_SHARE ? [1, 2, 3, 7] : [1];
const engines: Map<number, Engine> = new Map();
/** Enough for samples of one user in 16 and in 4. */
let ratings: Ratings<number, number>;

beforeAll(async () => {
  for (const threads of THREADS) engines.set(threads, await Engine.create({ threads }));
  const world = await syntheticWorld({ users: 2_000, items: 400, ratings: 330_000, seed: 3 });
  const number = (id: string): number => Number.parseInt(id.replace(/\D+/, ""), 10);
  const items = new Map(Array.from(world.ratings.items, (id, index) => [id, index]));
  ratings = Ratings.from(
    Array.from(world.ratings, ({ user, item, value }) => ({
      user: number(user),
      item: items.get(item)!,
      value,
    })),
  );
});
afterAll(async () => {
  for (const engine of engines.values()) await engine.dispose();
});

const engine = (): Engine => engines.get(THREADS.at(-1)!)!;
const startOf = (model: Model<number, number>) => model.info.run.start!;

/** Rows of a side as text: row, column, value and weight of each rating. */
function rowsOf(side: Csr): string[] {
  const rows: string[] = [];
  for (let row = 0; row < side.rowCount; row++)
    for (let p = side.starts[row]!; p < side.starts[row + 1]!; p++)
      rows.push(`${row} ${side.columns[p]} ${side.values[p]} ${side.weights?.[p]}`);
  return rows;
}

describe("sampleUsers", () => {
  it("takes the rows of every so-manieth user, in both orientations, from all or from a sample", async () => {
    const given = Ratings.from(
      Array.from({ length: 3_000 }, (_, i) => {
        const [user, item] = [(i * 7) % 101, Math.floor(i / 101)];
        return { user, item, value: (i % 10) / 2 + 0.5, weight: 1 + (i % 3) };
      }),
    );
    const yielder = createYielder();
    const quarter = await sampleUsers(given, 4, yielder);
    for (const [every, sample] of [
      [4, quarter],
      [16, await sampleUsers(quarter, 16, yielder)],
      [16, await sampleUsers(given, 16, yielder)],
    ] as const) {
      const byUser = rowsOf(given.byUser as Csr).filter((row) => Number.parseInt(row, 10) % every === 0);
      const byItem = rowsOf(given.byItem as Csr).filter((row) => Number(row.split(" ")[1]) % every === 0);
      expect(byUser.length).toBeGreaterThan(100);
      expect(rowsOf(sample.byUser as Csr)).toEqual(byUser);
      expect(rowsOf(sample.byItem as Csr)).toEqual(byItem);
    }
  });
});

describe("chooseSamples", () => {
  const choose = (count: number, userCount: number) => chooseSamples({ factors: 32 }, { count, userCount });

  it.each([
    [79_999, 10_000, []],
    [80_000, 10_000, [4]],
    [80_000, 511, []],
    [1_000_000, 6_040, [16, 4]],
    [18_000_000, 138_493, [64, 16, 4]],
    // Samples of many millions are left out.
    [100_000_000, 1_000_000, [64, 16]],
  ])("of %i ratings by %i users: one user in %j", (count, users, steps) => {
    expect(choose(count, users).steps).toEqual(steps);
  });

  it("says why", () => {
    expect(choose(1e6, 6_040).why).toBe("one user in 16, in 4, then all");
    expect(choose(100, 10).why).toBe("samples need 80000 ratings and 512 users at least");
  });
});

describe("a start from samples", () => {
  it("is what dense loops make of samples with the share of the items' penalty that they are of all", async () => {
    const factors = 3;
    const lambda = { users: 2, items: 3, biases: 1 };
    const options: AlsOptions = {
      factors,
      epochs: 1,
      scaling: "none",
      regularization: lambda,
      biases: "none",
    };
    const model = await new ALS(options).fit(ratings, { engine: engine() });
    expect(startOf(model)).toEqual({ name: "samples", why: "one user in 16, in 4, then all" });

    const { userCount: users, itemCount: items } = ratings;
    const all = rowsOf(ratings.byUser as Csr).map(
      (row) => row.split(" ").map(Number) as [number, number, number],
    );
    const problem: Problem = { users, items, ratings: all, factors, lambda, scaling: 0, biases: "none" };
    const of = (every: number): Problem => {
      const sample = all.filter(([user]) => user % every === 0);
      const share = sample.length / all.length;
      return { ...problem, ratings: sample, lambda: { ...lambda, items: lambda.items * share } };
    };
    const random = new Float64Array(users * factors);
    await randomFactors(random, { factors, seed: 1, solver: "auto" }, factors, createYielder());
    let state: State = startFrom(problem, random);
    const solve = (sample: Problem, ...sides: ("users" | "items")[]): void => {
      for (const side of sides) state = solveHalf(sample, state, side);
    };
    for (let done = 0; done < 6; done++) solve(of(16), ...(done > 0 ? (["users"] as const) : []), "items");
    for (let done = 0; done < 2; done++) solve(of(4), "users", "items");
    solve(problem, "users", "items", "users");
    const expected = [state.users, state.items].flatMap((side) => side.factors.flat());
    const actual = [...model.copyFactors("users").values, ...model.copyFactors("items").values];
    const worst = Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)));
    expect(worst).toBeLessThan(1e-9);
  });

  it.each<AlsOptions>([
    {},
    { precision: "float32", factors: 16 },
    { solver: "cg", biases: "mean" },
    { solver: "ials++", blockSize: 3, precision: "float32" },
    { solver: "nonnegative" },
    { feedback: "implicit" },
    { feedback: "implicit", unobservedWeight: 0.1, solver: "cg", precision: "float32" },
    { feedback: "implicit", confidence: { form: "log" }, solver: "ials++", blockSize: 4 },
  ])("has the same bits for any number of threads, and J never rises after it: %j", async (options) => {
    const bits = new Set<string>();
    for (const threads of THREADS) {
      const losses: number[] = [];
      const als = new ALS({ factors: 8, epochs: 3, ...options });
      const model = await als.fit(ratings, {
        engine: engines.get(threads),
        onEpoch: ({ loss }) => void losses.push(loss),
      });
      expect(startOf(model).name).toBe("samples");
      bits.add(bitsOf(model));
      const rounding = options.precision === "float32" ? 1e-5 : 1e-12;
      for (let i = 1; i < losses.length; i++)
        expect(losses[i]).toBeLessThanOrEqual(losses[i - 1]! * (1 + rounding));
    }
    expect(bits.size).toBe(1);
  });

  const modes: readonly AlsOptions[] = [
    ...(["full", "mean", "none"] as const).map((biases) => ({ biases })),
    { feedback: "implicit" },
    { feedback: "implicit", biases: "full" },
    { feedback: "implicit", unobservedWeight: 0.1 },
  ];
  const solvers: readonly AlsOptions[] = [
    { solver: "cholesky" },
    { solver: "cg", cgSteps: 1 },
    { solver: "ials++", blockSize: 3 },
    { solver: "nonnegative" },
  ];
  const tried = (["samples", "random"] as const).flatMap((start) =>
    solvers.flatMap((solver) =>
      modes
        .filter(({ biases = "none" }) => solver.solver !== "nonnegative" || biases === "none")
        .map((mode) => ({ start, ...solver, ...mode })),
    ),
  );

  it.each(tried)("J never rises from epoch to epoch: %j", async (options) => {
    const losses: number[] = [];
    const als = new ALS({ factors: 8, epochs: 4, finish: "none", ...options });
    const model = await als.fit(ratings, {
      engine: engine(),
      onEpoch: ({ loss, observed, unobserved, regularization }) => {
        losses.push(loss);
        // Of implicit feedback the parts come from a pass over the ratings, not with the solutions.
        const parts = observed! + unobserved! + regularization!;
        expect(Math.abs(loss - parts)).toBeLessThanOrEqual(1e-6 * parts);
      },
    });
    expect(startOf(model).name).toBe(options.start);
    expect(losses).toHaveLength(4);
    for (let i = 1; i < losses.length; i++)
      expect(losses[i]).toBeLessThanOrEqual(losses[i - 1]! * (1 + 1e-12));
  });

  it.each<AlsOptions>([{}, { feedback: "implicit" }])(
    "has come further after one epoch: %j",
    async (options) => {
      const loss = async (start: "samples" | "random"): Promise<number> =>
        (await new ALS({ factors: 8, epochs: 1, start, ...options }).fit(ratings, { engine: engine() })).info
          .run.loss;
      const best = (await new ALS({ factors: 8, epochs: 15, ...options }).fit(ratings, { engine: engine() }))
        .info.run.loss;
      expect((await loss("samples")) - best).toBeLessThan(((await loss("random")) - best) / 4);
    },
  );

  it("gives way to random factors where a sample leaves rows undetermined", async () => {
    // Of every fourth user one alone rated the first item, and one rating cannot tell two factors without a penalty.
    const rows = Array.from(ratings).filter(({ user, item }) => {
      const at = ratings.users.index(user)!;
      return ratings.items.index(item)! > 0 || at % 4 !== 0 || at === 0;
    });
    const odd = Ratings.from([{ user: ratings.users.id(0), item: ratings.items.id(0), value: 3 }, ...rows], {
      duplicates: "last",
    });
    const options: AlsOptions = { factors: 2, epochs: 2, regularization: 0, biases: "none" };
    const model = await new ALS(options).fit(odd, { engine: engine() });
    expect(startOf(model)).toEqual({
      name: "random",
      why: "a sample of the users leaves factors undetermined",
    });
    const random = await new ALS({ ...options, start: "random" }).fit(odd, { engine: engine() });
    expect(bitsOf(model)).toBe(bitsOf(random));
  });

  it("is not made where a model is given, and can be left out", async () => {
    const options: AlsOptions = { factors: 4, epochs: 1 };
    const first = await new ALS({ ...options, start: "random" }).fit(ratings, { engine: engine() });
    expect(startOf(first)).toEqual({ name: "random", why: "asked for" });
    const next = await new ALS(options).fit(ratings, { engine: engine(), initial: first });
    expect(startOf(next)).toEqual({ name: "initial", why: "a model was given" });
  });

  it("ends by an abort, and leaves the engine to the next fit", async () => {
    const gone = new AbortController();
    const fit = new ALS({ factors: 32 }).fit(ratings, { engine: engine(), signal: gone.signal });
    setTimeout(() => gone.abort(), 20);
    await expect(fit).rejects.toMatchObject({ code: "aborted" });
    const model = await new ALS({ factors: 4, epochs: 1 }).fit(ratings, { engine: engine() });
    expect(startOf(model).name).toBe("samples");
  });

  it("is refused under another name", () => {
    expect(() => new ALS({ start: "zeros" as never })).toThrow(
      /^start must be "samples" or "random", not the string "zeros"/,
    );
  });
});
