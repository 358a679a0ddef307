import { beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions, type EndedEpoch, type FitOptions } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import type { Model } from "../../src/model/index.js";
import { Ratings, type RatingsSource } from "../../src/ratings/index.js";
import { CAN_SHARE } from "../support/sharing.js";
import { bitsOf, spreadRatings } from "./fixtures.js";

let engine: Engine;
let lanes: Engine;
let ratings: Ratings<number, number>;
let train: Ratings<number, number>;
let held: Ratings<number, number>;
beforeAll(async () => {
  engine = await Engine.create({ threads: 1 });
  lanes = await Engine.create({ threads: CAN_SHARE ? 3 : 1 });
  // Ratings at random: what is learnt beyond biases is noise, and soon harms.
  ratings = spreadRatings(120, 60, 2400);
  [train, held] = ratings.split({ test: 0.2, seed: 3 });
  return async () => {
    await engine.dispose();
    await lanes.dispose();
  };
});

type Options = FitOptions<number, number>;

interface Whole {
  readonly model: Model<number, number>;
  /** A checkpoint of each epoch, the first first. */
  readonly checkpoints: readonly Uint8Array[];
}

/** A training that is never interrupted. */
async function whole(als: ALS, source: RatingsSource<number, number>, options: Options = {}): Promise<Whole> {
  const checkpoints: Uint8Array[] = [];
  const onEpoch = async (event: EndedEpoch): Promise<void> => {
    checkpoints.push(await event.checkpoint());
  };
  const model = await als.fit(source, { engine, ...options, onEpoch });
  return { model, checkpoints };
}

/** All that is told of a training but for time. */
function told({ info }: Model<number, number>): unknown {
  const { seconds: _, threads: __, threadsWhy: ___, build: ____, why: _____, ...run } = info.run;
  return run;
}

const BASE: AlsOptions = { factors: 7, regularization: 0.3, epochs: 5, seed: 9 };
const FORMS: Readonly<Record<string, AlsOptions>> = {
  explicit: {},
  "explicit, mean alone": { biases: "mean", scaling: 0 },
  "explicit, λ·n": { biases: "none", scaling: "count" },
  "1 + α·r": { feedback: "implicit", confidence: { alpha: 4 }, scaling: 0.5, scalingStar: 1 },
  "log, with biases": { feedback: "implicit", confidence: { alpha: 4, form: "log" }, biases: "full" },
  "all pairs": { feedback: "implicit", unobservedWeight: 0.1 },
};
const SOLVERS: Readonly<Record<string, AlsOptions>> = {
  cholesky: { solver: "cholesky" },
  cg: { solver: "cg", cgSteps: 2 },
  "cg, jacobi, no finish": { solver: "cg", preconditioner: "jacobi", finish: "none" },
  "ials++": { solver: "ials++", blockSize: 3 },
  nonnegative: { solver: "nonnegative", biases: "none" },
};
const CASES = Object.keys(FORMS).flatMap((form) =>
  Object.keys(SOLVERS).flatMap((solver) =>
    (["float64", "float32"] as const).map((precision) => [form, solver, precision] as const),
  ),
);

describe("a resumed training ends with the bits of the one that was never interrupted", () => {
  it.each(CASES)("%s, %s, %s: from each epoch, on other threads", async (form, solver, precision) => {
    const als = new ALS({ ...BASE, ...FORMS[form], ...SOLVERS[solver], precision });
    const { model, checkpoints } = await whole(als, ratings);
    expect(checkpoints).toHaveLength(5);
    for (const [i, resume] of checkpoints.entries()) {
      const again = await als.fit(ratings, { engine: i % 2 === 0 ? lanes : engine, resume });
      expect(bitsOf(again), `after epoch ${i + 1}`).toBe(bitsOf(model));
      expect(told(again)).toEqual(told(model));
    }
  });

  const JUDGED: readonly (readonly [
    string,
    AlsOptions,
    Omit<NonNullable<Options["validation"]>, "ratings">,
  ])[] = [
    ["explicit, by the RMSE", { regularization: 0.05, scaling: 0 }, {}],
    ["implicit, by NDCG at 3", { ...FORMS["1 + α·r"], regularization: 0.05 }, { k: 3, patience: 4 }],
    ["cg with exact users in the end", { solver: "cg", regularization: 0.05, scaling: 0 }, { patience: 2 }],
    ["blocks, float32", { ...FORMS["all pairs"], solver: "ials++", precision: "float32" }, { patience: 2 }],
  ];
  it.each(JUDGED)("with early stopping: %s", async (_, options, judging) => {
    const als = new ALS({ ...BASE, ...options, epochs: 40 });
    const validation = { ratings: held, ...judging };
    const { model, checkpoints } = await whole(als, train, { validation });
    const { patience = 3 } = judging;
    expect(checkpoints.length).toBe(model.info.run.epochs + patience);
    expect(checkpoints.length).toBeLessThan(40);
    for (const resume of checkpoints) {
      const epochs: number[] = [];
      const again = await als.fit(train, {
        engine,
        validation,
        resume,
        onEpoch: ({ epoch }) => epochs.push(epoch),
      });
      expect(bitsOf(again)).toBe(bitsOf(model));
      expect(told(again)).toEqual(told(model));
      const first = checkpoints.indexOf(resume) + 2;
      expect(epochs).toEqual(Array.from({ length: checkpoints.length + 1 - first }, (_, i) => first + i));
    }
  });

  it("from a warm start, whether or not the model is given again, and with weights that decay", async () => {
    const rows = Array.from(ratings, ({ user, item, value }, at) => ({
      user,
      item,
      value,
      timestamp: 1000 + ((at * 37) % 400),
    }));
    const decayed = Ratings.from<number, number>(rows).decay({ halfLife: 90 });
    const initial = await new ALS({ ...BASE, epochs: 2, seed: 4 }).fit(
      ratings.split({ test: 0.5, seed: 1 })[0],
      {
        engine,
      },
    );
    const als = new ALS({ ...BASE, solver: "cg" });
    const { model, checkpoints } = await whole(als, decayed, { initial });
    const resume = checkpoints[1]!;
    expect(bitsOf(await als.fit(decayed, { engine, resume }))).toBe(bitsOf(model));
    expect(bitsOf(await als.fit(decayed, { engine, resume, initial }))).toBe(bitsOf(model));
    expect(bitsOf(await als.fit(decayed, { engine }))).not.toBe(bitsOf(model));
    // Checkpoints of the training that went on are ones of the same training.
    const { checkpoints: later } = await whole(als, decayed, { resume });
    expect(bitsOf(await als.fit(decayed, { engine, resume: later[1]!, initial }))).toBe(bitsOf(model));
  });

  it("of a source that is no Ratings, and of ratings read once more", async () => {
    const als = new ALS(BASE);
    const { model, checkpoints } = await whole(als, ratings);
    const { users, items, userCount, itemCount, count, mean, min, max, byUser, byItem } = spreadRatings(
      120,
      60,
      2400,
    );
    const source = { users, items, userCount, itemCount, count, mean, min, max, byUser, byItem };
    expect(bitsOf(await als.fit(source, { engine, resume: checkpoints[2]! }))).toBe(bitsOf(model));
  });

  it("with more epochs, another finish and another history, which change nothing of an epoch", async () => {
    const options: AlsOptions = { ...BASE, solver: "ials++" };
    const { checkpoints } = await whole(new ALS({ ...options, epochs: 3 }), ratings);
    const longer = new ALS({ ...options, epochs: 6, finish: "none", history: "ratings" });
    const model = await longer.fit(ratings, { engine });
    const again = await longer.fit(ratings, { engine, resume: checkpoints[2]! });
    expect([bitsOf(again), again.history, again.info.run.epochs]).toEqual([bitsOf(model), "ratings", 6]);
  });

  it("by ALS.train, from a Blob or an ArrayBuffer too", async () => {
    const als = new ALS(BASE);
    const { model, checkpoints } = await whole(als, ratings);
    const bytes = Uint8Array.from(checkpoints[1]!);
    for (const resume of [bytes.buffer, new Blob([bytes])]) {
      const training = als.train(ratings, { engine, resume });
      const epochs: number[] = [];
      for (;;) {
        const step = await training.next();
        if (step.done) {
          expect(bitsOf(step.value)).toBe(bitsOf(model));
          break;
        }
        epochs.push(step.value.epoch);
        const next = await step.value.checkpoint();
        expect(bitsOf(await als.fit(ratings, { engine, resume: next }))).toBe(bitsOf(model));
      }
      expect(epochs).toEqual([3, 4, 5]);
    }
  });

  it("tells progress as of the whole training", async () => {
    const als = new ALS(BASE);
    const { checkpoints } = await whole(als, ratings);
    const shares: number[] = [];
    await als.fit(ratings, {
      engine,
      resume: checkpoints[3]!,
      onProgress: ({ share }) => shares.push(share),
    });
    expect(Math.min(...shares)).toBeGreaterThan(0.8 - 1e-9);
    expect(Math.max(...shares)).toBeCloseTo(1, 12);
  });
});

describe("epoch.checkpoint()", () => {
  it("holds the next epoch until factors have been copied, where nobody waits for it", async () => {
    const als = new ALS(BASE);
    const { model, checkpoints } = await whole(als, ratings);
    const pending: Promise<Uint8Array>[] = [];
    await als.fit(ratings, { engine, onEpoch: (event) => void pending.push(event.checkpoint()) });
    for (const [i, bytes] of (await Promise.all(pending)).entries()) {
      // Seconds are told in more digits or fewer.
      expect(Math.abs(bytes.length - checkpoints[i]!.length)).toBeLessThan(64);
      expect(bitsOf(await als.fit(ratings, { engine, resume: bytes }))).toBe(bitsOf(model));
    }
  });

  it("can be had until the next epoch begins, as often as one likes", async () => {
    const seen: EndedEpoch[] = [];
    const training = new ALS({ ...BASE, epochs: 2 }).train(ratings, { engine });
    for await (const epoch of training) {
      seen.push(epoch);
      const [first, second] = await Promise.all([epoch.checkpoint(), epoch.checkpoint()]);
      expect(first).toEqual(second);
    }
    await expect(seen[0]!.checkpoint()).rejects.toMatchObject({
      code: "disposed",
      message: "The checkpoint of epoch 1 can be taken only until the next epoch begins.",
    });
    await expect(seen[1]!.checkpoint()).rejects.toMatchObject({ code: "disposed" });
  });

  it("leaves an event what it is when it is copied or posted", async () => {
    let event: EndedEpoch | undefined;
    await new ALS({ ...BASE, epochs: 1 }).fit(ratings, {
      engine,
      onEpoch: (ended) => {
        event = ended;
      },
    });
    expect(structuredClone(event)).toEqual({ ...event });
    expect(Object.keys(event!)).not.toContain("checkpoint");
  });

  it("ends with an abort, and what was asked for is not waited for", async () => {
    const controller = new AbortController();
    const pending: Promise<unknown>[] = [];
    const fit = new ALS(BASE).fit(ratings, {
      engine,
      signal: controller.signal,
      onEpoch: (event) => {
        pending.push(event.checkpoint().catch((error: unknown) => error));
        controller.abort();
      },
    });
    await expect(fit).rejects.toMatchObject({ code: "aborted" });
    expect(await pending[0]).toMatchObject({ code: "aborted" });
    // The memory is whole for the next.
    expect(bitsOf(await new ALS(BASE).fit(ratings, { engine }))).toBe(
      bitsOf(await new ALS(BASE).fit(ratings, { engine: lanes })),
    );
  });

  it("costs a training without one no look at its ratings", async () => {
    let asked = 0;
    const { users, items, userCount, itemCount, count, mean, min, max, byUser, byItem } = ratings;
    const source: RatingsSource<number, number> = {
      ...{ users, items, userCount, itemCount, count, mean, min, max, byUser, byItem },
      get contentHash() {
        asked++;
        return "known";
      },
    };
    const als = new ALS({ ...BASE, epochs: 3 });
    await als.fit(source, { engine, onEpoch: () => {} });
    expect(asked).toBe(0);
    const first = await whole(als, source);
    const once = asked;
    expect(once).toBeGreaterThan(0);
    expect(first.checkpoints).toHaveLength(3);
    asked = 0;
    await als.fit(source, {
      engine,
      onEpoch: ({ epoch, checkpoint }) => (epoch === 1 ? checkpoint() : undefined),
    });
    expect(asked).toBe(once);
  });
});
