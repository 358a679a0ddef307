import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ALS, type Model, rankingMetrics, rmse, type TrainOptions } from "../../src/index.js";
import { loadModel, readRatings } from "../../src/node/index.js";
import type { Ratings } from "../../src/ratings/index.js";
import { alternant, succeed, temporaryFolder } from "./run.js";

const folder = temporaryFolder();
let ratings: Ratings<string, string>;

beforeAll(async () => {
  const shape = "--users 200 --items 90 --ratings 5000 --seed 4".split(" ");
  await succeed(folder, ["synthesize", ...shape, "--out", "r.csv"]);
  ratings = await readRatings(join(folder, "r.csv"));
});

/** What `train r.csv FLAGS --json` prints. */
async function report(flags: string) {
  return JSON.parse(await succeed(folder, ["train", "r.csv", ...flags.split(" "), "--json"]));
}

/** Expects the model in a file to be what the library makes. */
async function expectSame(file: string, made: Model<string, string>): Promise<void> {
  const model = await loadModel(join(folder, file));
  for (const side of ["users", "items"] as const)
    expect(model.copyFactors(side).values).toEqual(made.copyFactors(side).values);
}

describe("train --feedback implicit", () => {
  it("takes every option", async () => {
    const { options, solver, threads } = await report(
      "--feedback implicit --alpha 3 --confidence log --confidence-offset 0 --unobserved-weight 0.1 --zeros drop --factors 6 --epochs 2 --scaling 0.5 --scaling-star 1 --solver cg --cg-steps 2 --preconditioner jacobi --block-size 3 --finish none --threads 1 --out o.safetensors",
    );
    expect(options).toEqual({
      feedback: "implicit",
      confidence: { alpha: 3, form: "log", offset: 0 },
      unobservedWeight: 0.1,
      zeros: "drop",
      factors: 6,
      epochs: 2,
      start: "samples",
      regularization: { users: 0.01, items: 0.01, biases: 10 },
      scaling: 0.5,
      scalingStar: 1,
      biases: "none",
      solver: "cg",
      cgSteps: 2,
      preconditioner: "jacobi",
      blockSize: 3,
      finish: "none",
      precision: "float64",
      history: "items",
      seed: 1,
    });
    expect(solver).toEqual({ name: "cg", why: "asked for" });
    expect(threads).toBe(1);
  });

  it("reports lists beside those by popularity, and the parts of the loss", async () => {
    const json = await report(
      "--feedback implicit --zeros drop --factors 4 --epochs 3 --test 0.2 --seed 3 --out i.safetensors",
    );
    const [train, test] = ratings.split({ test: 0.2, seed: 3 });
    const model = await new ALS({ feedback: "implicit", zeros: "drop", factors: 4, epochs: 3, seed: 3 }).fit(
      train,
    );
    const k = [10, 20];
    expect(json.baselines).toBeNull();
    expect(json.test).toEqual({
      count: test.count,
      ranking: {
        exclude: "rated",
        model: { ...(await rankingMetrics(model, test, { k, auc: false })) },
        popularity: { ...(await rankingMetrics(model.popularity(), test, { k, auc: false })) },
      },
    });
    for (const { loss, observed, unobserved, regularization, rmse: none } of json.epochs) {
      expect(none).toBeUndefined();
      expect(Math.abs(observed + unobserved + regularization - loss)).toBeLessThan(1e-9 * loss);
    }
    await expectSame("i.safetensors", model);
  });

  it("prints that in tables", async () => {
    const flags = "--feedback implicit --zeros drop --factors 4 --epochs 3 --leave-out 2 --validation 0.1";
    const out = await succeed(folder, ["train", "r.csv", ...flags.split(" "), "--out", "t.safetensors"]);
    expect(out).toMatch(
      /│ epoch │ +loss │ rated pairs │ unrated pairs │ penalties │ validation NDCG@10 │ seconds │/,
    );
    expect(out).toMatch(
      /^NDCG@10 of \d+ validation ratings was best, 0\.\d{4}, after epoch \d of 3: the model/m,
    );
    expect(out).toMatch(/^Lists of \d+ users against \d+ ratings held out, training items left out:$/m);
    for (const name of ["by popularity", "of this model"])
      expect(out).toMatch(new RegExp(`│ ${name} │ +0\\.\\d{4} │ +0\\.\\d{4} │`));
    const inspected = await succeed(folder, ["inspect", "t.safetensors"]);
    expect(inspected).toMatch(
      /^solver +cholesky \(an epoch by conjugate gradient takes about \d\.\d\d of .* not below 0\.33\)$/m,
    );
    expect(inspected).toMatch(/^validation +NDCG@10 0\.\d{4}, the best of 3 epochs$/m);
    expect(inspected).not.toContain("NaN");
  });

  it("says where no list can show what was held out", async () => {
    const flags = "train - --feedback implicit --factors 1 --epochs 1 --leave-out 1 --out u.safetensors";
    const out = await succeed(folder, flags.split(" "), "ann,x,-1\nann,y,-2\nbob,x,-1\n");
    expect(out).toMatch(
      /^No list can show any of the 1 rating held out, so there is no ranking to judge\.$/m,
    );
  });
});

describe("train", () => {
  it("--leave-out holds out what Ratings.leaveOut does", async () => {
    const json = await report("--factors 3 --epochs 2 --leave-out 3 --seed 7 --out l.safetensors");
    const { train, test } = ratings.leaveOut({ perUser: 3, seed: 7 });
    const model = await new ALS({ factors: 3, epochs: 2, seed: 7 }).fit(train);
    expect(json.test).toEqual({ rmse: (await rmse(model, test)).rmse, count: test.count });
    expect([json.ratings, json.trainingRatings]).toEqual([ratings.count, train.count]);
    await expectSame("l.safetensors", model);
  });

  it("--validation ends training as the library does, on what --test leaves", async () => {
    const flags =
      "--factors 8 --regularization 0.01 --scaling none --epochs 40 --test 0.1 --validation 0.2 --patience 2 --seed 5";
    const json = await report(`${flags} --out v.safetensors`);
    const [rest] = ratings.split({ test: 0.1, seed: 5 });
    const [train, held] = rest.split({ test: 0.2, seed: 5 });
    const options = { factors: 8, regularization: 0.01, scaling: 0, epochs: 40, seed: 5 };
    const validation: TrainOptions<string, string>["validation"] = { ratings: held, patience: 2 };
    const model = await new ALS(options).fit(train, { validation });
    const { run } = model.info;
    expect(json.validation).toEqual({ ...run.validation, best: run.epochs, count: held.count });
    expect(json.epochs).toHaveLength(run.epochs + 2);
    expect(json.epochs[run.epochs - 1].validation).toBe(run.validation!.value);
    expect(json.trainingRatings).toBe(train.count);
    await expectSame("v.safetensors", model);
    const lists = await report(`${flags} --metric ndcg --validation-k 5 --out w.safetensors`);
    expect(lists.validation).toMatchObject({ metric: "ndcg", k: 5 });
  });

  it("--initial goes on from a model", async () => {
    await report("--factors 3 --epochs 2 --out first.safetensors");
    await report("--factors 3 --epochs 3 --initial first.safetensors --out second.safetensors");
    await expectSame("second.safetensors", await new ALS({ factors: 3, epochs: 5 }).fit(ratings));
  });

  it("--half-life weighs what is trained on by its age, and reads timestamps for that", async () => {
    await report("--factors 3 --epochs 2 --half-life 2e7 --test 0.1 --out d.safetensors");
    const [train] = ratings.split({ test: 0.1, seed: 1 });
    const model = await new ALS({ factors: 3, epochs: 2 }).fit(train.decay({ halfLife: 2e7 }));
    await expectSame("d.safetensors", model);
    const when = "who,what,stars,when\nann,x,5,0\nann,y,3,86400\nbob,x,4,43200\n";
    const flags = "--half-life 86400 --timestamp-column when --factors 1 --epochs 1 --out e.safetensors";
    await succeed(folder, ["train", "-", ...flags.split(" ")], when);
    const tooShort = await alternant(folder, "train r.csv --half-life 1 --out f.safetensors".split(" "));
    expect(tooShort.code).toBe(2);
    expect(tooShort.stderr).toMatch(/would weigh 0 with --half-life 1\. Give a longer --half-life, or leave/);
  });
});
