import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import type { Model } from "../../src/model/index.js";
import { Csr, Ratings } from "../../src/ratings/index.js";
import { runWithPauses } from "../../src/ratings/slices.js";
import { transpose } from "../../src/ratings/sort.js";
import { syntheticWorld } from "../../src/synthetic/index.js";
import { createYielder } from "../../src/yield.js";
import { CAN_SHARE } from "../support/sharing.js";
import { bitsOf } from "./fixtures.js";

const MODES: readonly AlsOptions[] = [
  {},
  { biases: "none", precision: "float32" },
  { solver: "cg" },
  { solver: "ials++", blockSize: 4 },
  { solver: "nonnegative" },
  { feedback: "implicit" },
];

let engine: Engine;
let world: Ratings<string, string>;
beforeAll(async () => {
  engine = await Engine.create({ threads: CAN_SHARE ? 3 : 1 });
  world = (await syntheticWorld({ users: 2_000, items: 400, ratings: 330_000, seed: 3 })).ratings;
});
afterAll(() => engine.dispose());

const fits = new Map<string, Promise<Model<string, string>>>();
function trained(ratings: Ratings<string, string>, options: AlsOptions): Promise<Model<string, string>> {
  const key = JSON.stringify([ratings.count, options]);
  const known = fits.get(key) ?? new ALS({ factors: 8, epochs: 12, ...options }).fit(ratings, { engine });
  fits.set(key, known);
  return known;
}

/** Rows of a side that have ratings and no factor but zeros. */
function zeroRows(model: Model<string, string>, side: "users" | "items", { starts }: Csr): number {
  const { values } = model.copyFactors(side);
  let count = 0;
  for (let row = 0; row + 1 < starts.length; row++)
    if (starts[row + 1]! > starts[row]! && values.subarray(row * 8, (row + 1) * 8).every((one) => one === 0))
      count++;
  return count;
}

/** Every fourth user, whom samples take, rates items of one half, and all others those of the other one. */
function twoMarkets(): Ratings<string, string> {
  const rows = Array.from(world).filter(
    ({ user, item }) => (world.users.index(user)! % 4 === 0) === world.items.index(item)! < 200,
  );
  const users = [...new Set(rows.map(({ user }) => user))];
  const isSampled = (user: string): boolean => world.users.index(user)! % 4 === 0;
  const [sampled, others] = [users.filter(isSampled), users.filter((user) => !isSampled(user))];
  // Users have the places that they come in.
  const place = new Map([
    ...sampled.map((user, at) => [user, 4 * at] as const),
    ...others.map((user, at) => [user, at + Math.floor(at / 3) + 1] as const),
  ]);
  return Ratings.from(rows.sort((a, b) => place.get(a.user)! - place.get(b.user)!));
}

/** No fourth user has a rating, though all are in the vocabulary. */
async function emptySamples(): Promise<Ratings<string, string>> {
  const { users, items, mean, min, max } = world;
  const given = world.byUser as Csr;
  const starts = new Float64Array(given.starts.length);
  const positions: number[] = [];
  for (let row = 0; row < given.rowCount; row++) {
    if (row % 4 !== 0) for (let p = given.starts[row]!; p < given.starts[row + 1]!; p++) positions.push(p);
    starts[row + 1] = positions.length;
  }
  const columns = Int32Array.from(positions, (p) => given.columns[p]!);
  const values = Float32Array.from(positions, (p) => given.values[p]!);
  const turned = transpose(
    { starts, columns, values, weights: undefined, timestamps: undefined },
    items.size,
  );
  const byItem = await runWithPauses(turned, createYielder(), undefined, "test");
  return new Ratings({
    ...{ users, items, mean, min, max, timestamps: undefined },
    byUser: new Csr(items.size, { starts, columns, values, weights: undefined }),
    byItem: new Csr(users.size, byItem),
  });
}

describe.each(MODES)("a start from samples, %j:", (options) => {
  it("leaves nobody at zero who shares no item with a sample", async () => {
    const ratings = twoMarkets();
    const model = await trained(ratings, options);
    const { name, why } = model.info.run.start!;
    expect(name).toBe("samples");
    expect(why).toMatch(/^one user in 4, then all; \d+ users at random, of whose items samples have none$/);
    if (options.solver !== "nonnegative") {
      expect(zeroRows(model, "users", ratings.byUser as Csr)).toBe(0);
      expect(zeroRows(model, "items", ratings.byItem as Csr)).toBe(0);
    }
    const random = await trained(ratings, { ...options, start: "random" });
    expect(model.info.run.loss).toBeLessThan(random.info.run.loss * 1.02);
  });

  it("is one at random where no user of the sample has a rating", async () => {
    const ratings = await emptySamples();
    const model = await trained(ratings, options);
    expect(model.info.run.start!.why).toMatch(/; \d+ users at random/);
    const random = await trained(ratings, { ...options, start: "random" });
    expect(model.info.run.loss).toBeLessThan(random.info.run.loss * 1.02);
  });
});

it("a start from samples that reach few has the same bits on one thread", async () => {
  const ratings = twoMarkets();
  const alone = await Engine.create({ threads: 1 });
  const model = await new ALS({ factors: 8, epochs: 12 }).fit(ratings, { engine: alone });
  expect(bitsOf(model)).toBe(bitsOf(await trained(ratings, {})));
  await alone.dispose();
});
