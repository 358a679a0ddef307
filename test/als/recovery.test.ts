import { beforeAll, describe, expect, it } from "vitest";
import { ALS } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import { type Random, seededRandom } from "../../src/random.js";
import { Ratings } from "../../src/ratings/index.js";

const USERS = 200;
const ITEMS = 150;
const LAMBDA = 1e-4;
const SEEDS = 20;

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create();
});

/** A matrix of entries in ±1. */
function matrix(random: Random, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows * columns }, () => random.unit() * 2 - 1);
}

/** RMSE on the pairs held out, of 40 % of W Uᵀ (with biases: of μ + b + c + W Uᵀ) without noise. */
async function heldOutRmse(factors: number, biases: "none" | "full", seed: number): Promise<number> {
  const random = seededRandom(seed, "test");
  const w = matrix(random, USERS, factors);
  const u = matrix(random, ITEMS, factors);
  const scale = biases === "full" ? 1 : 0;
  const b = matrix(random, USERS, 1).map((value) => scale * (3.5 + value));
  const c = matrix(random, ITEMS, 1).map((value) => scale * value);
  const columns = { users: [] as number[], items: [] as number[], values: [] as number[] };
  const heldOut: [user: number, item: number, value: number][] = [];
  for (let user = 0; user < USERS; user++)
    for (let item = 0; item < ITEMS; item++) {
      let value = b[user]! + c[item]!;
      for (let k = 0; k < factors; k++) value += w[user * factors + k]! * u[item * factors + k]!;
      if (random.unit() >= 0.4) {
        heldOut.push([user, item, value]);
        continue;
      }
      columns.users.push(user);
      columns.items.push(item);
      columns.values.push(value);
    }
  const als = new ALS({
    factors,
    regularization: { users: LAMBDA, items: LAMBDA, biases: LAMBDA },
    scaling: 0,
    epochs: 20,
    seed,
    biases,
  });
  const model = await als.fit(Ratings.fromColumns(columns), { engine });
  let squares = 0;
  for (const [user, item, value] of heldOut) squares += (model.predict(user, item)! - value) ** 2;
  return Math.sqrt(squares / heldOut.length);
}

describe("low rank without noise", () => {
  for (const biases of ["none", "full"] as const)
    for (const factors of [2, 4, 8])
      it(`is recovered: K = ${factors}, biases ${biases}`, async () => {
        for (let seed = 1; seed <= SEEDS; seed++)
          expect(await heldOutRmse(factors, biases, seed), `seed ${seed}`).toBeLessThanOrEqual(1e-3);
      });
});
