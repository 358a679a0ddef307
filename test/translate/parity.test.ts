import { describe, expect, it, test } from "vitest";
import cmfrecJson from "./parity/cmfrec.json" with { type: "json" };
import implicitJson from "./parity/implicit.json" with { type: "json" };
import irspackJson from "./parity/irspack.json" with { type: "json" };
import { type Parity, relativeDistance, type Sides, train } from "./parity/problem.js";

// Made by the libraries themselves (the scripts beside them); live-parity.test.ts makes them anew where they are installed.
const implicit = implicitJson as unknown as Parity;
const cmfrec = cmfrecJson as unknown as Parity;
const irspack = irspackJson as unknown as Parity;

describe.each([
  ["implicit", implicit, 1e-6],
  ["cmfrec", cmfrec, 1e-6],
  // It knows float32 alone; it is compared with float64, so that the error is its own.
  ["irspack", irspack, 1e-5],
] as const)("from the same factors, %s and its translation come to the same", (library, fixture, most) => {
  it.each(fixture.runs.map((run) => [run.params, run] as const))("%j", async (_, run) => {
    const ours = await train(library, fixture, run, { precision: "float64" });
    expect(relativeDistance(ours, run)).toBeLessThan(most);
    // It has moved: agreeing with where both began would show nothing.
    expect(relativeDistance(ours, run.initial)).toBeGreaterThan(1e-3);
  });
});

test("LensKit's model that ignores values is that of values 1 in the other form, but for the scale", async () => {
  const ones = { ...implicit, ratings: implicit.ratings.map(([user, item]) => [user, item, 1] as const) };
  const { initial } = implicit.runs[0]!;
  const params = { embedding_size: 5, weight: 7, regularization: { user: 0.5, item: 2 }, epochs: 4 };
  const scale = Math.sqrt(7 / 8);
  const precise = { precision: "float64" } as const;
  const theirs = await train("lenskit", ones, { params: { ...params, use_ratings: true }, initial }, precise);
  const start = scaled(initial, scale);
  const ours = await train("lenskit", implicitLikes(), { params, initial: start }, precise);
  expect(relativeDistance(ours, scaled(theirs, scale))).toBeLessThan(1e-10);
  expect(relativeDistance(ours, theirs)).toBeGreaterThan(0.05);
});

/** The same pairs with values that are no 1: they must not count. */
function implicitLikes(): Parity {
  return {
    ...implicit,
    ratings: implicit.ratings.map(([user, item, value]) => [user, item, Math.abs(value)]),
  };
}

function scaled({ users, items }: Sides, scale: number): Sides {
  const times = (rows: readonly (readonly number[])[]) => rows.map((row) => row.map((x) => x * scale));
  return { users: times(users), items: times(items) };
}
