import { expect, it } from "vitest";
import { Engine } from "../../src/kernel/index.js";
import { rankingMetrics } from "../../src/metrics/index.js";
import { Ratings } from "../../src/ratings/index.js";
import { longestGap } from "../support/longest-gap.js";
import { bigModel } from "./big.js";

/** Lists yield at least every 8 ms; five times that is what a test may ask of a machine that has other things to do. */
const FIVEFOLD = 40;

it.each([
  { users: 6000, items: 4000, factors: 64 },
  { users: 600, items: 3000, factors: 512, precision: "float64" },
  { users: 60_000, items: 30, factors: 8 },
] as const)("the event loop has its turns while one thread makes lists and indexes: %o", async (shape) => {
  const engine = await Engine.create({ threads: 1 });
  const model = bigModel({ ...shape, rated: 10 });
  const twin = bigModel({ ...shape, rated: 10 });
  const users = [...model.users];
  const test = Ratings.fromColumns({
    users: users.flatMap((user) => [user, user]),
    items: users.flatMap((user) => [user % shape.items, (user + 7) % shape.items]),
  });
  const jobs = {
    recommendMany: () => model.recommendMany(users, { engine }),
    "a thousand each": () => model.recommendMany(users.slice(0, 500), { engine, count: 1000 }),
    rankingMetrics: () => rankingMetrics(model, test, { k: [5, 10], engine }),
    prepare: () => model.prepare({ engine }),
    "prepare on lanes": () => twin.prepare(),
    popularity: () => rankingMetrics(model.popularity(), test, { k: [5, 10] }),
  };
  for (const [name, job] of Object.entries(jobs)) {
    const { gap, turns } = await longestGap(job);
    console.log(`${name}: longest gap ${gap.toFixed(1)} ms in ${turns} turns`);
    expect(gap, name).toBeLessThan(FIVEFOLD);
  }
  await engine.dispose();
});
