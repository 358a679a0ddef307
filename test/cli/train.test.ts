import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { ALS, rmse } from "../../src/index.js";
import { readRatings } from "../../src/node/index.js";
import { alternant, CLI, start, succeed, temporaryFolder } from "./run.js";

const folder = temporaryFolder();
const SHAPE = { users: 300, items: 120, ratings: 9000 };

beforeAll(async () => {
  const shape = Object.entries(SHAPE).flatMap(([name, count]) => [`--${name}`, `${count}`]);
  const told = await succeed(folder, ["synthesize", ...shape, "--seed", "3", "--out", "r.csv"]);
  expect(told).toBe("Wrote 9,000 ratings to r.csv.\n");
});

/** Options about feedback and solvers as they are when none is given. */
const SOLVER = {
  feedback: "explicit",
  solver: "auto",
  cgSteps: 3,
  preconditioner: "none",
  finish: "exact",
};

describe("synthesize", () => {
  it("writes a header and as many ratings as asked, the same to a file and to standard output", async () => {
    const text = readFileSync(join(folder, "r.csv"), "utf8");
    const lines = text.trimEnd().split("\n");
    expect(lines[0]).toBe("user,item,value,timestamp");
    expect(lines).toHaveLength(9001);
    expect(lines[1]).toMatch(/^user-\d+,\S+ \d+,[0-5](\.5)?,\d+$/);
    const again = ["synthesize", "--users", "300", "--items", "120", "--ratings", "9000"];
    expect(await succeed(folder, [...again, "--seed", "3"])).toBe(text);
    expect(await succeed(folder, [...again, "--seed", "4"])).not.toBe(text);
  });
});

describe("train --json", () => {
  it("prints one object with everything that programs ask for", async () => {
    const out = await succeed(
      folder,
      "train r.csv --factors 4 --epochs 5 --threads 3 --test 0.1 --seed 1 --out m.safetensors --json".split(
        " ",
      ),
    );
    expect(out.trimEnd().split("\n")).toHaveLength(1);
    const report = JSON.parse(out);
    const error = { rmse: expect.any(Number) };
    expect(report).toEqual({
      ...SHAPE,
      density: 0.25,
      trainingRatings: 8100,
      resumed: null,
      parameters: { model: (300 + 120) * 4 + 300 + 120, full: 36_000 },
      epochs: Array.from({ length: 5 }, (_, i) => ({
        epoch: i + 1,
        loss: expect.any(Number),
        observed: expect.any(Number),
        unobserved: 0,
        regularization: expect.any(Number),
        rmse: expect.any(Number),
        seconds: expect.any(Number),
      })),
      validation: null,
      test: { rmse: expect.any(Number), count: 900 },
      baselines: { mean: error, biases: error },
      seconds: expect.any(Number),
      options: {
        factors: 4,
        ...SOLVER,
        blockSize: 4,
        epochs: 5,
        start: "samples",
        seed: 1,
        regularization: { users: 0.55, items: 0.55, biases: 3 },
        scaling: 0.7,
        biases: "full",
        precision: "float64",
        history: "items",
      },
      solver: { name: "cholesky", why: expect.stringContaining("K = 4") },
      start: { name: "random", why: "samples need 80000 ratings and 64 users at least" },
      threads: 3,
      out: "m.safetensors",
    });
    const { epochs, test, baselines, seconds } = report;
    for (let i = 1; i < 5; i++) expect(epochs[i].loss).toBeLessThan(epochs[i - 1].loss);
    expect(epochs[4].rmse).toBeGreaterThan(0.3);
    expect(epochs[4].rmse).toBeLessThan(test.rmse);
    // The world is made of biases and genres on top of the mean, so each must pay.
    expect(test.rmse).toBeLessThan(baselines.biases.rmse);
    expect(baselines.biases.rmse).toBeLessThan(baselines.mean.rmse - 0.1);
    expect(baselines.mean.rmse).toBeGreaterThan(0.9);
    expect(baselines.mean.rmse).toBeLessThan(1.2);
    expect(seconds).toBeGreaterThan(
      epochs.reduce((sum: number, e: { seconds: number }) => sum + e.seconds, 0),
    );
    expect(seconds).toBeLessThan(60);
  });

  it("takes every option", async () => {
    const flags =
      "--factors 3 --epochs 2 --tolerance 1e-9 --start random --regularization 0.1 --user-regularization 0.2 --bias-regularization 4 --scaling count --biases mean --precision float32 --history ratings --arithmetic relaxed-if-available --seed 7 --out o.safetensors";
    const report = JSON.parse(await succeed(folder, ["train", "r.csv", ...flags.split(" "), "--json"]));
    expect(report.options).toEqual({
      factors: 3,
      ...SOLVER,
      blockSize: 3,
      epochs: 2,
      tolerance: 1e-9,
      start: "random",
      seed: 7,
      regularization: { users: 0.2, items: 0.1, biases: 4 },
      scaling: 1,
      biases: "mean",
      precision: "float32",
      history: "ratings",
    });
    expect([report.test, report.baselines, report.trainingRatings]).toEqual([null, null, 9000]);
  });

  it("prints the same model and figures for the same seed, and others for another", async () => {
    const run = async (seed: string, out: string) => {
      const args = [
        "train",
        "r.csv",
        "--factors",
        "4",
        "--epochs",
        "2",
        "--test",
        "0.2",
        "--seed",
        seed,
        "--out",
        out,
      ];
      const { test } = JSON.parse(await succeed(folder, [...args, "--json"]));
      return test.rmse as number;
    };
    const first = await run("1", "s1.safetensors");
    expect(await run("1", "s2.safetensors")).toBe(first);
    expect(await run("2", "s3.safetensors")).not.toBe(first);
  });

  it("holds out what Ratings.split holds out, and trains on the rest", async () => {
    const flags = "--factors 4 --epochs 2 --test 0.3 --seed 5 --out h.safetensors --json".split(" ");
    const report = JSON.parse(await succeed(folder, ["train", "r.csv", ...flags]));
    const [training, held] = (await readRatings(join(folder, "r.csv"))).split({ test: 0.3, seed: 5 });
    const epochs: number[] = [];
    const als = new ALS({ factors: 4, epochs: 2, seed: 5 });
    const model = await als.fit(training, { onEpoch: ({ loss }) => epochs.push(loss) });
    expect(report.epochs.map(({ loss }: { loss: number }) => loss)).toEqual(epochs);
    expect(report.test.rmse).toBe((await rmse(model, held)).rmse);
    expect([report.ratings, report.trainingRatings, report.test.count]).toEqual([
      9000,
      training.count,
      held.count,
    ]);
  });

  it("takes timestamps neither along nor for values", async () => {
    writeFileSync(join(folder, "times.csv"), "user,item,timestamp\na,x,99\na,y,98\nb,x,97\nb,z,96\n");
    await succeed(folder, "train times.csv --factors 1 --epochs 1 --out w.safetensors".split(" "));
    const { range, data } = JSON.parse(await succeed(folder, ["inspect", "w.safetensors", "--json"]));
    expect([range, data.ratings]).toEqual([[1, 1], 4]);
  });

  it("ends with 1 where there are too few ratings to hold one out", async () => {
    writeFileSync(join(folder, "single.csv"), "user,item,rating\na,x,5\n");
    const { code, stderr } = await alternant(
      folder,
      "train single.csv --test 0.5 --out v.safetensors".split(" "),
    );
    expect([code, stderr]).toEqual([
      1,
      "alternant: Ratings.split: needs at least 2 ratings, one for each half, but there is only 1\n",
    ]);
  });
});

describe("train", () => {
  it("prints tables for people, and no bar where there is no terminal", async () => {
    const { code, stdout, stderr } = await alternant(
      folder,
      "train r.csv --factors 4 --epochs 3 --test 0.1 --out t.safetensors".split(" "),
    );
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /^300 users × 120 items, 9,000 ratings \(25\.00 % of the matrix\), 8,100 to train on; 2,100 numbers in the model, 36,000 in the matrix\.$/m,
    );
    expect(stdout).toMatch(/│ epoch │ +loss │ training RMSE │ seconds │/);
    for (const epoch of [1, 2, 3])
      expect(stdout).toMatch(new RegExp(`│ +${epoch} │ +\\d+ │ +0\\.\\d{4} │ +\\d\\.\\d\\d │`));
    expect(stdout).toMatch(/^On 900 ratings held out, predictions clipped to the training range:$/m);
    for (const name of ["the mean rating", "mean and biases", "this model"])
      expect(stdout).toMatch(new RegExp(`│ ${name} +│ +[01]\\.\\d{4} │`));
    expect(stdout).toMatch(/^Wrote t\.safetensors after \d+\.\d s, \d+ threads?\.$/m);
    expect(stdout).not.toContain("\u001b");
  });

  it("reads standard input, gzip, a header's columns and ids that are numbers", async () => {
    const text = "stars;who;what\n5;1;10\n3;1;20\n4;2;10\n2;2;30\n";
    writeFileSync(join(folder, "n.csv.gz"), gzipSync(text));
    const columns =
      "--user-column who --item-column 2 --value-column stars --delimiter ; --header --ids number";
    const model = "--factors 1 --epochs 2 --json --out n.safetensors";
    const args = `${columns} ${model}`.split(" ");
    for (const [file, input] of [["-", text], ["n.csv.gz"]] as const) {
      const report = JSON.parse(await succeed(folder, ["train", file, ...args], input));
      expect([report.users, report.items, report.ratings]).toEqual([2, 3, 4]);
      const inspected = JSON.parse(await succeed(folder, ["inspect", "n.safetensors", "--json"]));
      expect(inspected.ids).toEqual({ users: "number", items: "number" });
    }
    const { user, items } = JSON.parse(await succeed(folder, ["recommend", "n.safetensors", "1", "--json"]));
    expect([user, items.map(({ item }: { item: number }) => item)]).toEqual([1, [30]]);
    const unknown = await alternant(folder, ["recommend", "n.safetensors", "01x"]);
    expect([unknown.code, unknown.stdout]).toEqual([1, ""]);
    // The model knows the kind of its ids: nobody needs to say it again.
    const evaluated = JSON.parse(
      await succeed(folder, [
        "evaluate",
        "n.safetensors",
        "n.csv.gz",
        ..."--user-column who --item-column what --value-column stars --json".split(" "),
      ]),
    );
    expect(evaluated).toMatchObject({ count: 4, unknownUsers: 0, unknownItems: 0 });
  });

  it("keeps strange ids", async () => {
    const text = '__proto__,constructor,5\nconstructor,"two\nlines",3\n🎬,__proto__,4\n';
    await succeed(folder, "train - --factors 1 --epochs 2 --out odd.safetensors".split(" "), text);
    const { predictions } = JSON.parse(
      await succeed(folder, ["predict", "odd.safetensors", "🎬", "__proto__", "two\nlines", "--json"]),
    );
    expect(predictions).toEqual([
      { item: "__proto__", value: expect.any(Number) },
      { item: "two\nlines", value: expect.any(Number) },
    ]);
  });

  it("tells duplicates, or does with them what it is told", async () => {
    const text = "a,x,1\nb,x,2\na,x,4\n";
    const args = "train - --factors 1 --epochs 1 --out d.safetensors --json".split(" ");
    expect((await alternant(folder, args, text)).code).toBe(1);
    expect(JSON.parse(await succeed(folder, [...args, "--duplicates", "last"], text)).ratings).toBe(2);
  });

  it("holds out at least one rating, and keeps one", async () => {
    const { code, stdout, stderr } = await alternant(
      folder,
      "train - --factors 1 --epochs 1 --test 0.1 --out few.safetensors --json".split(" "),
      "a,x,1\nb,x,2\n",
    );
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({ ratings: 2, trainingRatings: 1, test: { count: 1 } });
  });
});

describe("a place that cannot be written to is told before anything is read", () => {
  // Reading would fail with another message: nowhere.csv does not exist.
  it.each<[string, string[]]>([
    ["train", ["train", "nowhere.csv"]],
    ["tour", ["tour", "nowhere.csv"]],
    ["synthesize", ["synthesize", "--users", "0"]],
  ])("by %s", async (_, args) => {
    const missing = await alternant(folder, [...args, "--out", "no/such/m.safetensors"]);
    expect([missing.code, missing.stdout]).toEqual([1, ""]);
    expect(missing.stderr).toBe(
      `alternant: no/such/m.safetensors cannot be written: the folder ${join(folder, "no/such")} does not exist; make it first\n`,
    );
    const directory = await alternant(folder, [...args, "--out", "."]);
    expect(directory.stderr).toBe(
      "alternant: . cannot be written: it is a directory; give the name of a file in it\n",
    );
    expect(directory.code).toBe(1);
  });

  const root = process.geteuid?.() === 0;
  it.skipIf(process.platform === "win32")("where permission is missing", async () => {
    const closed = join(folder, "closed");
    mkdirSync(closed);
    chmodSync(folder, 0o755);
    chmodSync(closed, 0o555);
    const running = start(
      folder,
      process.execPath,
      [CLI, "train", "nowhere.csv", "--out", "closed/m.safetensors"],
      {
        ...(root && { uid: 65534 }),
      },
    );
    const { code, stdout, stderr } = await running.ended;
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      `alternant: closed/m.safetensors cannot be written: the folder ${closed} cannot be written to; name another file with --out\n`,
    );
    expect(readdirSync(closed)).toEqual([]);
  });
});
