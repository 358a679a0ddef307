import { describe, expect, it } from "vitest";
import { compileBuild } from "../../src/kernel/builds.js";
import { createKernels } from "../../src/kernel/kernels.js";
import type { Precision } from "../../src/kernel/layout.js";
import { type Arrangement, BY_INDEX } from "../../src/kernel/lists/arrange.js";
import { writeListJob } from "../../src/kernel/lists/job.js";
import { GROUP, type ListLayout, layOutLists } from "../../src/kernel/lists/layout.js";
import { packItems, packUsers } from "../../src/kernel/lists/pack.js";
import type { ItemLists, ListSource } from "../../src/kernel/lists/source.js";
import { dot } from "../../src/model/dot.js";
import { seededRandom } from "../../src/random.js";
import { runNow } from "../../src/ratings/slices.js";
import { BUILDS } from "./builds.js";

const USERS = 15;
const COUNT = 7;

interface World {
  readonly source: ListSource;
  readonly items: number;
  /** The least score that is listed. */
  readonly floor: number;
  readonly leftOut: ItemLists;
  readonly targets: ItemLists;
}

/** Coarse numbers, so that equal scores are common, and every third item a copy of the one before. */
function worldOf(factors: number, items: number, precision: Precision): World {
  const random = seededRandom(factors * 1000 + items, "test");
  const Kind = precision === "float32" ? Float32Array : Float64Array;
  const coarse = () => (random.integer(9) - 4) / 4;
  const itemFactors = new Kind(items * factors).map(coarse);
  for (let item = 2; item < items; item += 3)
    itemFactors.copyWithin(item * factors, (item - 1) * factors, item * factors);
  const rows = (share: number): ItemLists => {
    const own = Array.from({ length: USERS }, () =>
      Array.from({ length: items }, (_, item) => item).filter(() => random.unit() < share),
    );
    const starts = Float64Array.from([0, ...own.map((_, user) => own.slice(0, user + 1).flat().length)]);
    return { starts, columns: Int32Array.from(own.flat()) };
  };
  const source: ListSource = {
    factors,
    userFactors: new Kind(USERS * factors).map(coarse),
    itemFactors,
    mean: 3.25,
    userBiases: new Float64Array(USERS).map(coarse),
    itemBiases: new Float64Array(items).map(coarse),
  };
  return { source, items, floor: 3, leftOut: rows(0.2), targets: rows(0.1) };
}

const rowOf = ({ starts, columns }: ItemLists, user: number): Int32Array =>
  columns.subarray(starts[user]!, starts[user + 1]!);

/** The candidates of a user, the best first, by plain sorting. */
function plainList({ source, items, leftOut }: World, user: number): { item: number; score: number }[] {
  const { factors, userFactors, itemFactors, mean, userBiases, itemBiases } = source;
  const out = new Set(rowOf(leftOut, user));
  return Array.from({ length: items }, (_, item) => ({
    item,
    score:
      mean +
      userBiases![user]! +
      itemBiases![item]! +
      dot(userFactors, user * factors, itemFactors, item * factors, factors),
  }))
    .filter(({ item }) => !out.has(item))
    .sort((a, b) => b.score - a.score || a.item - b.item);
}

/** Items in another order, with bounds on a few axes: any orthonormal ones do, so unit vectors. */
function arranged({ source, items }: World): Arrangement {
  const { factors } = source;
  const count = factors >> 1;
  const values = new Float64Array(count * factors);
  for (let axis = 0; axis < count; axis++) values[axis * factors + 2 * axis] = 1;
  return {
    order: Int32Array.from({ length: items }, (_, place) => items - 1 - place),
    axes: count === 0 ? undefined : { count, values, error: 0 },
    // The longest users have no bounds of chunks.
    userNorm: Math.sqrt(factors) / 2,
  };
}

/** Runs a build's kernel over all panels, so many at a call and in a chunk; returns the memory. */
async function run(
  world: World,
  layout: ListLayout,
  arrangement: Arrangement,
  build: (typeof BUILDS)[number],
  step: number,
  limit: number,
): Promise<ArrayBufferLike> {
  const pages = Math.ceil(layout.bytes / 65536);
  const memory = new WebAssembly.Memory({
    initial: pages,
    maximum: pages,
    shared: build.endsWith("-shared"),
  });
  const kernels = await createKernels(await compileBuild(build), memory);
  const sizes = runNow(packItems(memory, layout, world.source, arrangement));
  new Float64Array(memory.buffer, layout.floor, 1)[0] = world.floor;
  const users = Int32Array.from({ length: USERS }, (_, user) => user);
  const batch = { users, from: 0, to: USERS, leftOut: world.leftOut };
  runNow(packUsers(memory, layout, world.source, sizes, arrangement.axes, batch));
  if (layout.count === 0) {
    new Uint32Array(memory.buffer, layout.targetStarts, USERS + 1).set(world.targets.starts);
    new Int32Array(memory.buffer, layout.targets, world.targets.columns.length).set(world.targets.columns);
  }
  const { lanes, bytes: _, precision, ...addresses } = layout;
  const kernel = precision === "float32" ? kernels.sweepItems32 : kernels.sweepItems64;
  for (let panelFrom = 0; panelFrom < layout.panelCount; panelFrom += step) {
    const panelTo = Math.min(layout.panelCount, panelFrom + step);
    writeListJob(memory, lanes[0]!.job, {
      ...addresses,
      ...lanes[0]!,
      userCount: USERS,
      panelFrom,
      panelTo,
      limit,
    });
    kernel(lanes[0]!.job);
  }
  return memory.buffer;
}

const cases = (["float32", "float64"] as const).flatMap((precision) =>
  (
    [
      [1, 5],
      [3, 64],
      [4, 65],
      [6, 700],
      [17, 130],
      [64, 257],
    ] as const
  ).map(([factors, items]) => ({ precision, factors, items })),
);

describe.each(cases)("users through all items: %o", ({ precision, factors, items }) => {
  const world = worldOf(factors, items, precision);
  const layoutOf = (count: number, { order, axes }: Arrangement): ListLayout =>
    layOutLists({
      ...{ precision, factors, itemCount: items, itemBiases: true, count, threads: 1 },
      ...{
        halves: false,
        ordered: order !== undefined,
        axes: axes?.count ?? 0,
        measures: false,
        filterWords: 0,
      },
      users: USERS,
      excluded: world.leftOut.columns.length,
      targets: count > 0 ? 0 : world.targets.columns.length,
    });
  const steps = (layout: ListLayout): number[] => [layout.panelCount, 1, 5];

  it.each([
    ["by index", BY_INDEX],
    ["in another order, bounded on axes", arranged(world)],
  ] as const)(
    "come to the best items, in the same bits in every build and for every cut: %s",
    async (_, arrangement) => {
      const layout = layoutOf(COUNT, arrangement);
      expect(USERS % GROUP).not.toBe(0);
      for (const build of BUILDS)
        for (const step of steps(layout)) {
          const buffer = await run(world, layout, arrangement, build, step, 0);
          for (let user = 0; user < USERS; user++) {
            const expected = plainList(world, user)
              .filter(({ score }) => score >= world.floor)
              .slice(0, COUNT);
            const count = new Int32Array(buffer, layout.bestCounts, USERS)[user]!;
            const at = user * COUNT;
            const found = new Int32Array(buffer, layout.bestItems, USERS * COUNT).subarray(at, at + count);
            const scores = new Float64Array(buffer, layout.bestScores, USERS * COUNT).subarray(
              at,
              at + count,
            );
            expect(Array.from(found), `${build}, ${step} panels a call`).toEqual(
              expected.map(({ item }) => item),
            );
            expect(Array.from(scores)).toEqual(expected.map(({ score }) => score));
          }
        }
    },
  );

  it("come to the places of targets, ties counted, and stop at a limit", async () => {
    const layout = layoutOf(0, BY_INDEX);
    for (const build of BUILDS)
      for (const step of steps(layout))
        for (const limit of [items, 3]) {
          const buffer = await run(world, layout, BY_INDEX, build, step, limit);
          const numbers = (address: number) => new Int32Array(buffer, address, world.targets.columns.length);
          const [better, tied, before] = [layout.better, layout.tied, layout.tiedBefore].map(numbers);
          for (let user = 0; user < USERS; user++) {
            const list = plainList(world, user);
            for (let t = world.targets.starts[user]!; t < world.targets.starts[user + 1]!; t++) {
              const own = list.find(({ item }) => item === world.targets.columns[t]);
              if (own === undefined) continue;
              const above = list.filter(({ score }) => score > own.score).length;
              if (above >= limit) {
                expect(better![t]).toBeGreaterThanOrEqual(limit);
                continue;
              }
              const same = list.filter(({ score }) => score === own.score);
              expect([better![t], tied![t], before![t]], `${build}, ${step} panels a call`).toEqual([
                above,
                same.length - 1,
                same.indexOf(own),
              ]);
            }
          }
        }
  });
});
