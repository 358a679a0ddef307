import { beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions, type EpochEvent, type FitOptions } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import { rankingMetrics, rmse } from "../../src/metrics/index.js";
import type { Model } from "../../src/model/index.js";
import { Ratings } from "../../src/ratings/index.js";
import { bitsOf, spreadRatings } from "./fixtures.js";

let engine: Engine;
let train: Ratings<number, number>;
let held: Ratings<number, number>;
beforeAll(async () => {
  engine = await Engine.create({ threads: 1 });
  // Ratings at random: what is learnt beyond biases is noise, and soon harms.
  [train, held] = spreadRatings(120, 60, 2400).split({ test: 0.2, seed: 3 });
});

type Validation = NonNullable<FitOptions<number, number>["validation"]>;

interface Run {
  readonly model: Model<number, number>;
  readonly events: readonly EpochEvent[];
}

async function run(options: AlsOptions, validation?: Omit<Validation, "ratings">): Promise<Run> {
  const events: EpochEvent[] = [];
  const model = await new ALS(options).fit(train, {
    engine,
    onEpoch: (event) => events.push(event),
    ...(validation && { validation: { ratings: held, ...validation } }),
  });
  return { model, events };
}

/** The best epoch, from 1; of equal ones the first. */
function bestOf(values: readonly number[], sign: 1 | -1): number {
  let best = 0;
  values.forEach((value, at) => {
    if (sign * value > sign * values[best]!) best = at;
  });
  return best + 1;
}

const EXPLICIT: AlsOptions = { factors: 8, regularization: 0.05, scaling: 0, epochs: 60 };
const IMPLICIT: AlsOptions = { ...EXPLICIT, feedback: "implicit", confidence: { alpha: 40 } };
const CASES: readonly [name: string, options: AlsOptions, validation: Omit<Validation, "ratings">][] = [
  ["explicit, by the RMSE", EXPLICIT, {}],
  ["explicit, by the RMSE, in float32", { ...EXPLICIT, precision: "float32" }, { patience: 1 }],
  ["explicit, by NDCG", EXPLICIT, { metric: "ndcg", k: 5, patience: 2 }],
  ["implicit, by NDCG", IMPLICIT, {}],
  ["implicit with biases, by NDCG at 3", { ...IMPLICIT, biases: "full" }, { k: 3, patience: 4 }],
  ["non-negative", { ...IMPLICIT, solver: "nonnegative" }, { patience: 2 }],
  ["cg without a finish", { ...IMPLICIT, solver: "cg", finish: "none" }, { patience: 2 }],
  ["cg with exact users in the end", { ...EXPLICIT, solver: "cg" }, { patience: 2 }],
  ["blocks with exact users in the end", { ...IMPLICIT, solver: "ials++", blockSize: 3 }, { patience: 2 }],
];

describe("early stopping", () => {
  it.each(CASES)(
    "%s: ends after `patience` epochs without a gain, with the best epoch's model",
    async (_, options, validation) => {
      const { model, events } = await run(options, validation);
      const { patience = 3 } = validation;
      const metric = validation.metric ?? (options.feedback === "implicit" ? "ndcg" : "rmse");
      const values = events.map((event) => event.validation!);
      const best = bestOf(values, metric === "rmse" ? -1 : 1);
      expect(events).toHaveLength(best + patience);
      expect(events.length).toBeLessThan(60);
      const { validation: told, epochs, loss } = model.info.run;
      expect(epochs).toBe(best);
      expect(told).toEqual({
        metric,
        ...(metric === "ndcg" && { k: validation.k ?? 10 }),
        // Of the model as it is returned: after an inexact solver with its users solved once more.
        value:
          metric === "rmse"
            ? (await rmse(model, held)).rmse
            : (await rankingMetrics(model, held, { k: validation.k ?? 10 })).at[0]!.ndcg,
        epochs: events.length,
      });
      const { model: same } = await run({ ...options, epochs: best });
      expect(bitsOf(model)).toBe(bitsOf(same));
      if (options.solver === undefined) expect(told!.value).toBe(values[best - 1]);
      expect(loss).toBe(same.info.run.loss);
      expect(same.info.run.validation).toBeUndefined();
    },
  );

  it("judges snapshots as the metrics do, whatever history the model is to keep", async () => {
    for (const history of ["none", "items"] as const) {
      const rankings = new ALS({ ...IMPLICIT, epochs: 4, history }).train(train, {
        engine,
        validation: { ratings: held, k: 7 },
      });
      for await (const epoch of rankings) {
        const model = await new ALS({ ...IMPLICIT, epochs: epoch.epoch }).fit(train, { engine });
        expect(epoch.validation).toBe((await rankingMetrics(model, held, { k: 7 })).at[0]!.ndcg);
        expect(epoch.snapshot().history).toBe(history);
      }
    }
    const errors = new ALS({ ...EXPLICIT, epochs: 3 }).train(train, {
      engine,
      validation: { ratings: held },
    });
    for await (const epoch of errors)
      expect(epoch.validation).toBe((await rmse(epoch.snapshot(), held)).rmse);
  });

  it("goes to the end while epochs still gain, and then returns the last", async () => {
    const options = { ...EXPLICIT, regularization: 30, epochs: 4 };
    const { model, events } = await run(options, { patience: 60 });
    expect(events).toHaveLength(4);
    const best = bestOf(
      events.map((event) => event.validation!),
      -1,
    );
    expect(model.info.run.epochs).toBe(best);
    expect(bitsOf(model)).toBe(bitsOf((await run({ ...options, epochs: best })).model));
  });

  it("takes validation ratings with vocabularies of their own, in another order", async () => {
    const rows = Array.from(held, ({ user, item, value }) => [user, item, value] as const);
    const own = Ratings.from<number, number>(rows.reverse());
    expect(own.users).not.toBe(held.users);
    const { events } = await run({ ...EXPLICIT, epochs: 3 }, {});
    const other: number[] = [];
    await new ALS({ ...EXPLICIT, epochs: 3 }).fit(train, {
      engine,
      validation: { ratings: own },
      onEpoch: ({ validation }) => other.push(validation!),
    });
    other.forEach((value, at) => {
      expect(value).toBeCloseTo(events[at]!.validation!, 12);
    });
  });
});

describe("validation refuses", () => {
  const attempt = (validation: unknown, options: AlsOptions = EXPLICIT): Promise<unknown> =>
    new ALS(options).fit(train, { engine, validation: validation as Validation });

  it("users and items that are not trained on, naming the first", async () => {
    const strange = Ratings.from<number, number>([
      [0, 0, 1],
      [7777, 0, 1],
      [8888, 1, 1],
    ]);
    await expect(attempt({ ratings: strange })).rejects.toMatchObject({
      code: "unknown-id",
      message: expect.stringMatching(
        /^validation\.ratings have 2 users that the training ratings do not know, 7777 first: .*split\(\)/,
      ),
    });
    await expect(attempt({ ratings: Ratings.from<number, number>([[0, 4444, 1]]) })).rejects.toMatchObject({
      code: "unknown-id",
      message: expect.stringContaining("1 item that the training ratings do not know, 4444 first"),
    });
    const named = Ratings.from([["0", "0", 1]]);
    await expect(attempt({ ratings: named })).rejects.toMatchObject({
      code: "unknown-id",
      message: expect.stringContaining('1 user that the training ratings do not know, "0" first'),
    });
  });

  it("what says nothing about rankings", async () => {
    const disliked = Ratings.from<number, number>([[0, 0, -1]]);
    await expect(attempt({ ratings: disliked }, IMPLICIT)).rejects.toMatchObject({ code: "no-ratings" });
  });

  it.each<[string, (ratings: Ratings) => unknown, AlsOptions, ErrorConstructor, RegExp]>([
    ["no ratings", () => ({}), EXPLICIT, TypeError, /^validation\.ratings needs Ratings, not undefined/],
    [
      "rows",
      () => ({ ratings: [[0, 0, 1]] }),
      EXPLICIT,
      TypeError,
      /^validation\.ratings needs Ratings, not an/,
    ],
    ["ratings alone", (ratings) => ratings, EXPLICIT, RangeError, /^validation: unknown option/],
    ["a number", () => 3, EXPLICIT, TypeError, /^validation: options must be an object, not 3$/],
    ["0", () => 0, EXPLICIT, TypeError, /^validation: options must be an object, not 0$/],
    ["null", () => null, EXPLICIT, TypeError, /^validation: options must be an object, not null$/],
    [
      "an unknown option",
      (ratings) => ({ ratings, patient: 3 }),
      EXPLICIT,
      RangeError,
      /^validation: unknown option "patient"; did you mean "patience"\?/,
    ],
    [
      "patience 0",
      (ratings) => ({ ratings, patience: 0 }),
      EXPLICIT,
      RangeError,
      /^validation\.patience must be an integer of at least 1, not 0$/,
    ],
    [
      "k 1.5",
      (ratings) => ({ ratings, metric: "ndcg", k: 1.5 }),
      EXPLICIT,
      RangeError,
      /^validation\.k must be an integer of at least 1, not 1\.5$/,
    ],
    [
      "another metric",
      (ratings) => ({ ratings, metric: "auc" }),
      EXPLICIT,
      RangeError,
      /^validation\.metric must be "rmse" or "ndcg", not the string "auc"$/,
    ],
    [
      "the RMSE of implicit feedback",
      (ratings) => ({ ratings, metric: "rmse" }),
      IMPLICIT,
      RangeError,
      /^validation\.metric must be "ndcg" for implicit feedback, not "rmse"/,
    ],
  ])("%s", async (_, make, options, kind, message) => {
    const error = await attempt(make(held), options).then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(message);
  });
});

it("validation does not outlast an abort", async () => {
  const controller = new AbortController();
  const fit = new ALS({ ...IMPLICIT, epochs: 5 }).fit(train, {
    engine,
    signal: controller.signal,
    validation: { ratings: held },
    onEpoch: ({ epoch }) => {
      if (epoch === 1) controller.abort("enough");
    },
  });
  await expect(fit).rejects.toMatchObject({ code: "aborted", cause: "enough" });
});
