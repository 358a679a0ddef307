import { beforeAll, expect, it } from "vitest";
import { dot } from "../reference/matrix.js";
import { type Bench, FACTORS, openBenches } from "./builds.js";
import { randomRows } from "./random.js";
import { expectNear } from "./tolerance.js";

const USERS = 3;
const ITEMS = 5;

let benches: Bench[];
beforeAll(async () => {
  benches = await openBenches(2 ** 20);
});

it.each(FACTORS)(
  "dots and blocks of R̂ equal the plain loop, in the same bits everywhere, K = %i",
  (factors) => {
    for (const single of [false, true]) {
      const users = randomRows(3, USERS, factors, 1, single);
      const items = randomRows(4, ITEMS, factors, 1, single);
      const results = benches.map(({ build, arena, kernels }) => {
        const size = single ? 4 : 8;
        const padded = kernels.paddedFactors(factors);
        arena.reset();
        const [w, u] = [users, items].map((rows, side) => {
          const region = arena.take(side === 0 ? "users" : "items", rows.length * padded * size);
          const view = arena.floats(region, size).fill(0);
          rows.forEach((row, r) => {
            view.set(row, r * padded);
          });
          arena.seal(region);
          return region.address;
        }) as [number, number];
        const out = arena.take("scores", USERS * ITEMS * 8);
        const block = single ? kernels.scoreBlock32 : kernels.scoreBlock64;
        block(w, 0, u, ITEMS, padded, out.address);
        block(w, USERS, u, 0, padded, out.address);
        expect(
          arena.bytes(out).every((byte) => byte === 0xff),
          `${build}: blocks without rows or columns`,
        ).toBe(true);
        block(w, USERS, u, ITEMS, padded, out.address);
        const scores = arena.floats(out, 8).slice();
        const one = single ? kernels.dot32 : kernels.dot64;
        const dots = Float64Array.from(scores, (_, i) =>
          one(w + Math.floor(i / ITEMS) * padded * size, u + (i % ITEMS) * padded * size, padded),
        );
        expect(dots, `${build}: a dot alone and in a block`).toEqual(scores);
        arena.check(build);
        return scores;
      });
      users.forEach((user, i) => {
        items.forEach((item, j) => {
          const size = dot(user.map(Math.abs), item.map(Math.abs));
          expectNear(
            `score ${i} ${j}`,
            results[0]![i * ITEMS + j]!,
            dot(user, item),
            factors * 2 ** -52 * size,
          );
        });
      });
      for (const [b, scores] of results.entries())
        expect(scores, `${benches[b]!.build}: not the bits of ${benches[0]!.build}`).toEqual(results[0]);
    }
  },
);
