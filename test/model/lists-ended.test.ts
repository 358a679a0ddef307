import { beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../../src/kernel/index.js";
import { rankingMetrics } from "../../src/metrics/index.js";
import type { Model, ScoredItem } from "../../src/model/index.js";
import { Ratings } from "../../src/ratings/index.js";
import { startStopwatch } from "../als/held.js";
import { type WatchedEngine, watchedEngine } from "../als/leases.js";
import { DEADLINE } from "../support/deadlines.js";
import { CAN_SHARE } from "../support/sharing.js";
import { soon } from "../support/turns.js";
import { bigModel } from "./big.js";

/** What the API promises of an abort, in milliseconds. */
const PROMISED = 50;

let model: Model<number, number>;
let big: Model<number, number>;
let users: number[];
let test: Ratings<number, number>;
let expected: ScoredItem<number>[][];
beforeAll(async () => {
  model = bigModel({ users: 2000, items: 1500, factors: 16 });
  big = bigModel({ users: 30_000, items: 8000, factors: 64 });
  users = Array.from({ length: 400 }, (_, n) => n * 3);
  test = Ratings.from<number, number>(
    [...big.users]
      .flatMap((user) => [1, 2, 3].map((n) => [user, (user * n) % 8000, 1] as const))
      .filter(([user, item], at, all) => all[at - 1]?.[0] !== user || all[at - 1]?.[1] !== item),
    { duplicates: "last" },
  );
  expected = users.map((user) => model.recommend(user));
});

async function expectClean({ engine, lent, returned }: WatchedEngine): Promise<void> {
  expect(returned()).toBe(lent());
  expect(await model.recommendMany(users, { engine })).toEqual(expected);
}

function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.fail("it should have rejected"),
    (error: Error) => error,
  );
}

function afterTurns(turns: number, what: () => void): void {
  soon(() => (turns === 0 ? what() : afterTurns(turns - 1, what)));
}

describe.each(CAN_SHARE ? [1, 3] : [1])("lists of many on %i threads", (threads) => {
  it("reject with the signal's reason in whatever turn it aborts, and leave nothing behind", async () => {
    const watched = await watchedEngine(threads);
    let aborted = 0;
    for (let turns = 0; ; turns++) {
      const controller = new AbortController();
      const reason = new Error(`turn ${turns}`);
      afterTurns(turns, () => controller.abort(reason));
      let lists: ScoredItem<number>[][] | undefined;
      try {
        lists = await model.recommendMany(users, { engine: watched.engine, signal: controller.signal });
      } catch (error) {
        expect(error).toMatchObject({ code: "aborted", cause: reason, message: "recommendMany was aborted" });
        aborted++;
      }
      expect(watched.returned()).toBe(watched.lent());
      if (lists === undefined) continue;
      expect(lists).toEqual(expected);
      break;
    }
    expect(aborted).toBeGreaterThanOrEqual(2);
    await watched.engine.dispose();
  });

  it("reject at once when a timer aborts, long before they are done, metrics as well", DEADLINE, async () => {
    const watched = await watchedEngine(threads);
    const { engine } = watched;
    const jobs = {
      recommendMany: (signal: AbortSignal) => big.recommendMany([...big.users], { engine, signal }),
      rankingMetrics: (signal: AbortSignal) => rankingMetrics(big, test, { engine, signal }),
    };
    for (const [name, job] of Object.entries(jobs)) {
      const latencies: number[] = [];
      for (const delay of [30, 80, 150]) {
        const controller = new AbortController();
        let stopwatch = startStopwatch();
        setTimeout(() => {
          stopwatch = startStopwatch();
          controller.abort("enough");
        }, delay);
        const error = await rejection(job(controller.signal));
        latencies.push(stopwatch.lap());
        expect(error).toMatchObject({ code: "aborted", cause: "enough", message: `${name} was aborted` });
      }
      console.log(`${name}, abort to rejection, ms: ${latencies.map((ms) => ms.toFixed(1)).join(", ")}`);
      expect(Math.max(...latencies)).toBeLessThan(PROMISED);
    }
    await expectClean(watched);
    await engine.dispose();
  });

  it('reject with "disposed" when their engine is, in the middle and later', async () => {
    const engine = await Engine.create({ threads });
    const jobs = [
      rejection(big.recommendMany([...big.users], { engine })),
      rejection(rankingMetrics(big, test, { engine })),
    ];
    await new Promise((resolve) => setTimeout(resolve, 40));
    await engine.dispose();
    for (const error of await Promise.all(jobs)) expect(error).toMatchObject({ code: "disposed" });
    expect(await rejection(model.recommendMany(users, { engine }))).toMatchObject({ code: "disposed" });
  });

  it("run beside each other and beside fits' memories without a trace", async () => {
    const { engine } = await watchedEngine(threads);
    const both = await Promise.all([
      model.recommendMany(users, { engine }),
      model.recommendMany(users, { engine, count: 3 }),
    ]);
    expect(both[0]).toEqual(expected);
    expect(both[1]).toEqual(expected.map((list) => list.slice(0, 3)));
    await engine.dispose();
  });
});
