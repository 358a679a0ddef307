import { beforeAll, describe, expect, it } from "vitest";
import { ALS, type EpochEvent, type TrainingEpoch } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import type { Ratings } from "../../src/ratings/index.js";
import { bitsOf, spreadRatings } from "./fixtures.js";
import { watchedEngine } from "./leases.js";

const shape = { factors: 10, seed: 5 };
let engine: Engine;
let ratings: Ratings<number, number>;
beforeAll(async () => {
  engine = await Engine.create();
  ratings = spreadRatings(300, 180, 9_000);
});

async function firstEpoch(
  training: AsyncGenerator<TrainingEpoch<number, number>, unknown, undefined>,
): Promise<TrainingEpoch<number, number>> {
  const step = await training.next();
  if (step.done) return expect.fail("there should be an epoch");
  return step.value as TrainingEpoch<number, number>;
}

describe("onEpoch", () => {
  it("tells each epoch once, in order, with a loss that never rises", async () => {
    const events: EpochEvent[] = [];
    const als = new ALS({ ...shape, epochs: 6 });
    const model = await als.fit(ratings, { engine, onEpoch: (event) => events.push(event) });
    expect(events.map(({ epoch, epochs }) => [epoch, epochs])).toEqual(
      [1, 2, 3, 4, 5, 6].map((epoch) => [epoch, 6]),
    );
    for (let i = 1; i < events.length; i++) expect(events[i]!.loss).toBeLessThan(events[i - 1]!.loss);
    for (const event of events) {
      expect(Object.keys(event).sort()).toEqual(
        [
          ...["epoch", "epochs", "loss", "observed", "unobserved", "regularization"],
          ...["ratingsPerSecond", "rmse", "seconds"],
        ].sort(),
      );
      expect(event.observed! + event.regularization!).toBeCloseTo(event.loss, 8);
      expect(event.unobserved).toBe(0);
      expect(event.seconds).toBeGreaterThan(0);
      expect(event.ratingsPerSecond * event.seconds).toBeCloseTo(ratings.count, 6);
    }
    const last = events[5]!;
    expect(model.info.run).toMatchObject({ epochs: 6, loss: last.loss, rmse: last.rmse });
  });

  it("tells the RMSE that the model has on its training ratings, not clipped", async () => {
    const model = await new ALS({ ...shape, epochs: 2 }).fit(ratings, { engine });
    let squares = 0;
    for (const { user, item, value } of ratings) squares += (value - model.predict(user, item)!) ** 2;
    expect(model.info.run.rmse).toBeCloseTo(Math.sqrt(squares / ratings.count), 10);
  });

  it("leaves the caller's time between epochs out of the seconds", async () => {
    const pause = 150;
    const training = new ALS({ ...shape, epochs: 2 }).train(ratings, { engine });
    const began = performance.now();
    let seconds = Number.NaN;
    for (;;) {
      const step = await training.next();
      if (step.done) {
        seconds = step.value.info.run.seconds;
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    expect(seconds).toBeLessThan((performance.now() - began - 2 * pause) / 1000 + 0.01);
  });
});

describe("train()", () => {
  it("yields the epochs and returns the model that fit gives, bit for bit", async () => {
    const als = new ALS({ ...shape, epochs: 3 });
    const training = als.train(ratings, { engine });
    const epochs: number[] = [];
    for (;;) {
      const step = await training.next();
      if (step.done) {
        expect(bitsOf(step.value)).toBe(bitsOf(await als.fit(ratings, { engine })));
        break;
      }
      epochs.push(step.value.epoch);
    }
    expect(epochs).toEqual([1, 2, 3]);
  });

  it("gives snapshots that equal a fit of that many epochs, bit for bit, and last", async () => {
    const snapshots = [];
    for await (const epoch of new ALS({ ...shape, epochs: 4 }).train(ratings, { engine }))
      snapshots.push(epoch.snapshot());
    expect(snapshots).toHaveLength(4);
    for (const [i, snapshot] of snapshots.entries()) {
      const whole = await new ALS({ ...shape, epochs: i + 1 }).fit(ratings, { engine });
      expect(bitsOf(snapshot)).toBe(bitsOf(whole));
      expect(snapshot.info.run).toMatchObject({ epochs: i + 1, loss: whole.info.run.loss });
    }
  });

  const gone = { name: "AlternantError", code: "disposed" };

  it("refuses the snapshot of an epoch as soon as the next begins", async () => {
    const training = new ALS({ ...shape, epochs: 3 }).train(ratings, { engine });
    const epoch = await firstEpoch(training);
    epoch.snapshot();
    const next = training.next();
    expect(() => epoch.snapshot()).toThrow(
      expect.objectContaining({
        ...gone,
        message: "The snapshot of epoch 1 can be taken only until the next epoch begins.",
      }),
    );
    await next;
    expect(() => epoch.snapshot()).toThrow(expect.objectContaining(gone));
    await training.return(undefined as never);
  });

  it("refuses the snapshot of an epoch whose loop was left: its memory may be another fit's", async () => {
    let kept: TrainingEpoch<number, number> | undefined;
    for await (const epoch of new ALS({ ...shape, epochs: 3 }).train(ratings, { engine })) {
      kept = epoch;
      break;
    }
    expect(() => kept!.snapshot()).toThrow(expect.objectContaining(gone));
  });

  it("refuses the snapshot of the last epoch when the model is there", async () => {
    const training = new ALS({ ...shape, epochs: 1 }).train(ratings, { engine });
    const epoch = await firstEpoch(training);
    expect((await training.next()).done).toBe(true);
    expect(() => epoch.snapshot()).toThrow(expect.objectContaining(gone));
  });

  it("begins nothing before it is asked for an epoch", async () => {
    const watched = await watchedEngine();
    const training = new ALS(shape).train(ratings, { engine: watched.engine });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(watched.lent()).toBe(0);
    await training.return(undefined as never);
    expect(watched.lent()).toBe(0);
  });
});

describe("the same bits", () => {
  it("come from two fits at once, on one engine, as from two apart", async () => {
    const starts = (["float64", "float32"] as const).flatMap((precision) =>
      [3, 4].map(
        (seed) => () => new ALS({ factors: 24, epochs: 3, precision, seed }).fit(ratings, { engine }),
      ),
    );
    const apart = [];
    for (const start of starts) apart.push(bitsOf(await start()));
    const together = await Promise.all(starts.map((start) => start()));
    expect(together.map(bitsOf)).toEqual(apart);
  });

  it("come from a used memory as from a new one, whatever ran in it before", async () => {
    const als = new ALS({ ...shape, epochs: 2 });
    const fresh = bitsOf(await als.fit(ratings, { engine: await Engine.create() }));
    const used = await Engine.create();
    for (const factors of [11, 12, 3])
      await new ALS({ factors, epochs: 1, biases: "none", precision: "float32" }).fit(ratings, {
        engine: used,
      });
    expect(bitsOf(await als.fit(ratings, { engine: used }))).toBe(fresh);
  });

  it("come from the shared engine, which a fit without one uses", async () => {
    const als = new ALS({ ...shape, epochs: 1 });
    expect(bitsOf(await als.fit(ratings))).toBe(bitsOf(await als.fit(ratings, { engine })));
  });

  it("do not come from another seed", async () => {
    const one = await new ALS({ factors: 4, epochs: 1, seed: 1 }).fit(ratings, { engine });
    const two = await new ALS({ factors: 4, epochs: 1, seed: 2 }).fit(ratings, { engine });
    expect(bitsOf(one)).not.toBe(bitsOf(two));
  });
});
