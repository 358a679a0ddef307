import { afterEach, expect, test, vi } from "vitest";
import { ALS } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/engine.js";
import { RowSolver } from "../../src/kernel/row-solver.js";
import { seededRandom } from "../../src/random.js";
import { Ratings } from "../../src/ratings/index.js";

afterEach(() => vi.restoreAllMocks());

/** One item that everybody rated and a few that some did: the factors of most users end up on one line. */
function oneHit(users: number): Ratings<number, number> {
  const random = seededRandom(3, "test");
  const rows: [number, number, number][] = [];
  for (let user = 0; user < users; user++) {
    rows.push([user, 0, 1 + random.integer(5)]);
    if (user % 50 === 0) rows.push([user, 1 + random.integer(5), 1 + random.integer(5)]);
  }
  return Ratings.from(rows);
}

test("a long row that float32 cannot vouch for is solved again in float64 in pieces, and rightly", async () => {
  const ratings = oneHit(40_000);
  const options = { factors: 16, regularization: 1e-3, scaling: 0, biases: "none", epochs: 3 } as const;
  const engine = await Engine.create({ threads: 1 });
  const wide = vi.spyOn(RowSolver.prototype, "widePiece");
  const single = await new ALS({ ...options, precision: "float32" }).fit(ratings, { engine });
  const pieces = wide.mock.calls.filter(
    ([half, row]) => half.ratings.starts[row + 1]! - half.ratings.starts[row]! >= 40_000,
  );
  // Several pieces a solve, so that the event loop has its turn in between; each but the first goes on from a tile's end.
  expect(pieces.length).toBeGreaterThan(4);
  expect(pieces.some(([, , from]) => from > 0)).toBe(true);
  expect(pieces.every(([, , from]) => from % 128 === 0)).toBe(true);

  const double = await new ALS({ ...options, precision: "float64" }).fit(ratings);
  expect(Math.abs(single.info.run.rmse! - double.info.run.rmse!)).toBeLessThan(
    1e-3 * double.info.run.rmse! + 1e-4,
  );
  expect(single.info.run.rmse!).toBeLessThan(0.2);
});
