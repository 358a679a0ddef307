import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { rmse, SVD } from "../../src/index.js";
import { loadModel, readRatings } from "../../src/node/index.js";
import { alternant, succeed, temporaryFolder } from "./run.js";

const folder = temporaryFolder();

beforeAll(async () => {
  await succeed(folder, "synthesize --users 300 --items 120 --ratings 9000 --seed 3 --out r.csv".split(" "));
});

const run = (args: string): ReturnType<typeof alternant> => alternant(folder, args.split(" "));

describe("svd", () => {
  it("writes the model that the library makes, and tells how well it meets what was held out", async () => {
    const out = await succeed(
      folder,
      "svd r.csv --factors 4 --center mean --tolerance 1e-6 --threads 2 --test 0.1 --seed 5 --out m.safetensors --json".split(
        " ",
      ),
    );
    expect(out.trimEnd().split("\n")).toHaveLength(1);
    const report = JSON.parse(out);
    const [train, test] = (await readRatings(join(folder, "r.csv"))).split({ test: 0.1, seed: 5 });
    const svd = new SVD({ factors: 4, center: "mean", tolerance: 1e-6, seed: 5 });
    const expected = await svd.fit(train);
    const model = await loadModel<string, string>(join(folder, "m.safetensors"));
    expect(model.copyFactors("items")).toEqual(expected.copyFactors("items"));
    expect(report).toMatchObject({
      ...{ users: 300, items: 120, ratings: 9000, trainingRatings: 8100, out: "m.safetensors" },
      ...{ tolerance: 1e-6, options: svd.options, threads: 2 },
      test: { rmse: (await rmse(expected, test)).rmse, count: 900 },
      baselines: { mean: { rmse: expect.any(Number) }, biases: { rmse: expect.any(Number) } },
    });
    expect(report.residual).toBeLessThanOrEqual(1e-6);
    expect(report.iterations).toBeGreaterThan(0);
    expect(report).not.toHaveProperty("warning");
  });

  it("tells people the residual, the errors and where the model went", async () => {
    const out = await succeed(folder, "svd r.csv --factors 4 --test 0.1 --out m.safetensors".split(" "));
    expect(out).toMatch(
      /^300 users × 120 items, 9,000 ratings \(25\.00 % of the matrix\), 8,100 to train on;/,
    );
    expect(out).toMatch(
      /^All 4 axes are singular vectors to within \d\.\de-\d of the largest value, after \d+ blocks\.$/m,
    );
    for (const prediction of ["the mean rating", "mean and biases", "this model"])
      expect(out).toMatch(new RegExp(`${prediction} +│ +\\d\\.\\d{4} `));
    expect(out).toMatch(/^Wrote m\.safetensors after \d+\.\d s, \d+ threads?\.\n$/m);
  });

  it("warns of a tolerance that was not reached, and fails where that is strict", async () => {
    const flags = "svd r.csv --factors 4 --precision float32 --tolerance 1e-13 --out w.safetensors";
    const warned = await run(flags);
    expect(warned.code).toBe(0);
    expect(warned.stdout).toMatch(/^SVD\.fit: the axes are within .* not 1\.0e-13 as asked for\./m);
    const strict = await run(`${flags.replace("w.saf", "s.saf")} --strict`);
    expect(strict.code).toBe(1);
    expect(strict.stderr).toMatch(/^alternant: SVD\.fit: the axes are within /);
    expect(readdirSync(folder)).toContain("w.safetensors");
    expect(readdirSync(folder)).not.toContain("s.safetensors");
  });

  it.each([
    ["--factors 121", /factors must be at most 120, not 121/],
    ["--factors 0", /factors must be an integer from 1 to 2048, not 0/],
    ["--tolerance 2", /tolerance must be/],
    ["--test 1", /--test must be/],
    ["--center median", /--center/],
    ["--threads 0", /threads must be/],
  ])("%s is wrong usage", async (flag, message) => {
    const { code, stderr } = await run(`svd r.csv ${flag} --out no.safetensors`);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(readdirSync(folder)).not.toContain("no.safetensors");
  });
});
