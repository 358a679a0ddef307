import { describe, expect, it } from "vitest";
import { ALS } from "../../src/index.js";
import { seededRandom } from "../../src/random.js";
import { drawRatings, OBJECTIVES } from "../model/fold-in-problems.js";
import { near, type RowRating, solvedRow } from "../model/row-reference.js";
import { change, Twin } from "./changes.js";

const SMALL = { factors: 5, epochs: 3, history: "ratings" } as const;

/** Values as the ratings of an objective have them. */
function drawValue(values: string, seed: number): () => number {
  const random = seededRandom(seed, "test");
  if (values === "plays") return () => 1 + random.integer(20);
  if (values === "plays and dislikes")
    return () => (random.integer(4) === 0 ? -1 - random.integer(3) : 1 + random.integer(9));
  return values === "reals" ? () => 5 * random.unit() : () => 1 + random.integer(9) / 2;
}

const PLAIN = { scaling: "none", regularization: { users: 1e-4, items: 1e-4, biases: 1e-4 } } as const;

describe.each([
  ...Object.entries(OBJECTIVES),
  ["explicit, λ = 1e-4", { options: PLAIN }] as const,
  ["explicit, λ = 1e-4, K = 1", { options: { ...PLAIN, factors: 1 } }] as const,
  ["explicit, λ = 1e-4, K = 16, no biases", { options: { ...PLAIN, factors: 16, biases: "none" } }] as const,
  [
    "implicit, λ = 1e-4, K = 11",
    { options: { ...PLAIN, factors: 11, feedback: "implicit" }, drawn: { values: "plays" } },
  ] as const,
  ["factors ≥ 0", { options: { solver: "nonnegative" } }] as const,
] as [string, (typeof OBJECTIVES)[string]][])("after 1,000 changes, %s:", (_, { options, drawn }) => {
  it("every row that was touched is solved from scratch, with a small cache and with a large one", async () => {
    const model = await new ALS({ ...SMALL, ...options }).fit(drawRatings({ seed: 7, ...drawn }));
    const tolerance = model.options["precision"] === "float32" ? 1e-6 : 1e-9;
    const [small, large] = [3_000, 1_000_000];
    for (const cacheBytes of [small, large]) {
      const live = await model.live(drawRatings({ seed: 7, ...drawn }), { cacheBytes });
      const twin = new Twin(live);
      const draw = {
        random: seededRandom(11, "test"),
        value: drawValue(drawn?.values ?? "stars", 5),
        weights: drawn?.weights ?? false,
      };
      for (let n = 0; n < 1000; n++) change(twin, draw);
      const snapshot = live.snapshot();
      const place = (ids: { index(id: string): number | undefined }) => (id: string) => ids.index(id)!;
      const [column, row] = [place(live.items), place(live.users)];
      for (const user of twin.users) {
        const rows = [...twin.rated.get(user)!.values()].map(
          ({ item, value = 1, weight = 1 }): RowRating => ({ other: column(item), value, weight }),
        );
        const wanted = solvedRow(model, "users", rows);
        near(snapshot.userVector(user), wanted.factors, tolerance);
        expect(Math.abs(snapshot.userBias(user) - wanted.bias)).toBeLessThan(tolerance * 10);
      }
      for (const item of twin.items) {
        const rows = twin.all
          .filter((rating) => rating.item === item)
          .map(({ user, value = 1, weight = 1 }): RowRating => ({ other: row(user), value, weight }));
        const wanted = solvedRow(model, "items", rows);
        near(snapshot.itemVector(item), wanted.factors, tolerance);
        expect(Math.abs(snapshot.itemBias(item) - wanted.bias)).toBeLessThan(tolerance * 10);
      }
      expect(live.state).toMatchObject({
        changes: 1000,
        solvedUsers: twin.users.size,
        solvedItems: twin.items.size,
        ratings: twin.all.length,
      });
      const { cache } = live.state;
      expect(cache.bytes).toBeLessThanOrEqual(cacheBytes);
      // A row that loses its last rating is not looked up.
      expect(cache.hits + cache.misses).toBeGreaterThan(1900);
      expect(cache.hits > cache.misses).toBe(cacheBytes === large);
    }
  });
});

it("what was huge leaves nothing behind: weights of 1e9, values of 1e15", async () => {
  const ratings = drawRatings({ seed: 7 });
  const model = await new ALS({ ...SMALL, ...PLAIN }).fit(ratings);
  const live = await model.live(ratings);
  const twin = new Twin(live);
  const [{ user, item }] = twin.all as [{ user: string; item: string }];
  twin.set({ user, item, value: 3 });
  twin.set({ user, item, value: 3, weight: 1e9 });
  twin.set({ user, item, value: 1e15 });
  twin.set({ user, item, value: 2.5, weight: 1e-3 });
  twin.set({ user, item, value: 4 });
  const snapshot = live.snapshot();
  const rows = [...twin.rated.get(user)!.values()].map(
    ({ item: other, value = 1 }): RowRating => ({ other: live.items.index(other)!, value }),
  );
  const wanted = solvedRow(model, "users", rows);
  near(snapshot.userVector(user), wanted.factors, 1e-9);
  near([snapshot.userBias(user)], [wanted.bias], 1e-9);
});
