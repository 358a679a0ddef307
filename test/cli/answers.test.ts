import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { rankingMetrics } from "../../src/metrics/index.js";
import type { Model } from "../../src/model/index.js";
import { loadModel } from "../../src/node/index.js";
import { Ratings } from "../../src/ratings/index.js";
import { alternant, succeed, temporaryFolder } from "./run.js";

const folder = temporaryFolder();
const USER = "user-1";
let model: Model<string, string>;
const items: string[] = [];

beforeAll(async () => {
  await succeed(folder, "synthesize --users 300 --items 120 --ratings 9000 --out r.csv".split(" "));
  await succeed(folder, "train r.csv --factors 4 --epochs 5 --regularization 0.01".split(" "));
  model = await loadModel(join(folder, "model.safetensors"));
  items.push(...model.items);
  const titles = items.map((item, i) => `"${item}","Title ${i}, the",Genre ${i % 3}|Odd\n`);
  writeFileSync(join(folder, "names.csv"), `movieId,title,genres\n${titles.join("")}`);
});

const json = async (...args: string[]) => JSON.parse(await succeed(folder, [...args, "--json"]));
/** The cells of each row of a table, the head left out. */
const rows = (table: string): string[][] =>
  table
    .split("\n")
    .filter((line) => line.startsWith("│"))
    .slice(1)
    .map((line) =>
      line
        .slice(1, -1)
        .split("│")
        .map((cell) => cell.trim()),
    );
const clip = (value: number): number => Math.min(Math.max(value, model.range[0]), model.range[1]);

describe("predict", () => {
  it("answers as the model does, as it is in JSON and clipped in the table", async () => {
    const values = items.map((item) => model.predict(USER, item)!);
    // Little regularization, so that predictions go beyond the range: the table must differ from them.
    expect(values.some((value) => clip(value) !== value)).toBe(true);
    expect(await json("predict", "model.safetensors", USER, ...items)).toEqual({
      user: USER,
      predictions: items.map((item, i) => ({ item, value: values[i] })),
    });
    expect(rows(await succeed(folder, ["predict", "model.safetensors", USER, ...items]))).toEqual(
      items.map((item, i) => [item, clip(values[i]!).toFixed(3)]),
    );
  });
});

describe("recommend", () => {
  it("answers as the model does", async () => {
    const expected = model.recommend(USER, { count: 5 });
    expect(expected).toHaveLength(5);
    expect(await json("recommend", "model.safetensors", USER, "--count", "5")).toEqual({
      user: USER,
      items: expected,
    });
    expect(rows(await succeed(folder, ["recommend", "model.safetensors", USER, "--count", "5"]))).toEqual(
      expected.map(({ item, score }) => [item, clip(score).toFixed(3)]),
    );
  });

  it("leaves rated items out unless told not to", async () => {
    const all = await json("recommend", "model.safetensors", USER, "--count", "999", "--include-rated");
    const unrated = await json("recommend", "model.safetensors", USER, "--count", "999");
    expect(all.items).toHaveLength(120);
    const rated = readFileSync(join(folder, "r.csv"), "utf8")
      .split("\n")
      .filter((line) => line.startsWith(`${USER},`));
    expect(unrated.items).toHaveLength(120 - rated.length);
  });

  it("tells what is popular to somebody unknown", async () => {
    const expected = model.popular({ count: 3 });
    expect(await json("recommend", "model.safetensors", "--popular", "--count", "3")).toEqual({
      items: expected,
    });
    expect(
      rows(await succeed(folder, ["recommend", "model.safetensors", "--popular", "--count", "3"])).map(
        ([item]) => item,
      ),
    ).toEqual(expected.map(({ item }) => item));
  });

  it("shows titles and genres with --names", async () => {
    const table = await succeed(folder, ["recommend", "model.safetensors", USER, "--names", "names.csv"]);
    expect(table).toMatch(/│ item +│ title +│ prediction │ genres +│/);
    expect(rows(table)).toEqual(
      model.recommend(USER, { count: 10 }).map(({ item, score }) => {
        const i = items.indexOf(item);
        return [item, `Title ${i}, the`, clip(score).toFixed(3), `Genre ${i % 3}, Odd`];
      }),
    );
  });

  it("shows the id of an item that has no title", async () => {
    const [first] = model.recommend(USER, { count: 1 });
    writeFileSync(join(folder, "other.csv"), "id,title\nsomething,else\n");
    const table = await succeed(folder, [
      "recommend",
      "model.safetensors",
      USER,
      "--count",
      "1",
      "--names",
      "other.csv",
    ]);
    expect(rows(table)[0]!.slice(0, 2)).toEqual([first!.item, first!.item]);
  });
});

describe("similar", () => {
  it("answers for items and users as the model does", async () => {
    const item = items[3]!;
    const near = model.similarItems(item, { count: 4 });
    expect(await json("similar", "model.safetensors", item, "--count", "4")).toEqual({ item, items: near });
    expect(rows(await succeed(folder, ["similar", "model.safetensors", item, "--count", "4"]))).toEqual(
      near.map(({ item: other, score }) => [other, score.toFixed(3)]),
    );
    const users = model.similarUsers(USER, { count: 4 });
    expect(await json("similar", "model.safetensors", USER, "--users", "--count", "4")).toEqual({
      user: USER,
      users,
    });
    expect(
      rows(await succeed(folder, ["similar", "model.safetensors", USER, "--users", "--count", "4"])),
    ).toEqual(users.map(({ user, score }) => [user, score.toFixed(3)]));
  });
});

describe("evaluate", () => {
  it("tells the errors, and how many it does not know", async () => {
    const [a, b] = [items[0]!, items[1]!];
    writeFileSync(join(folder, "test.csv"), `${USER},${a},5\nnobody,${b},1\n${USER},nothing,2\n`);
    const { mean } = model.info.data;
    const told = await json("evaluate", "model.safetensors", "test.csv");
    expect(told).toEqual({
      rmse: expect.any(Number),
      mae: expect.any(Number),
      count: 3,
      unknownUsers: 1,
      unknownItems: 1,
      ranking: null,
    });
    expect(told.mae).toBeLessThanOrEqual(told.rmse);
    expect(told.rmse).toBeLessThan(4.5);
    expect(Math.abs(mean - 3.5)).toBeLessThan(0.3);
    const table = await succeed(folder, ["evaluate", "model.safetensors", "test.csv"]);
    expect(table).toMatch(new RegExp(`RMSE +│ +${told.rmse.toFixed(4)}`));
    expect(table).toMatch(/unknown users, scored by the baseline +│ +1 /);
    expect(table).toContain("No user has anything relevant (a rating above 0)");
  });

  it("judges lists as rankingMetrics does, beside lists by popularity", async () => {
    const rated = new Set(model.ratedItems(USER).map(({ item }) => item));
    const unrated = [...model.items].filter((item) => !rated.has(item)).slice(0, 6);
    const rows = unrated.map((item, n) => [USER, item, 1 + (n % 5)] as const);
    writeFileSync(join(folder, "unseen.csv"), rows.map((row) => `${row.join(",")}\n`).join(""));
    const test = Ratings.from(rows);
    const plain = (result: unknown) => JSON.parse(JSON.stringify(result));
    const { ranking } = await json("evaluate", "model.safetensors", "unseen.csv", "--k", "3,50");
    const options = { k: [3, 50] };
    expect(ranking).toEqual({
      exclude: "rated",
      model: plain(await rankingMetrics(model, test, options)),
      popularity: plain(await rankingMetrics(model.popularity(), test, options)),
    });
    const all = await json(
      "evaluate",
      "model.safetensors",
      "unseen.csv",
      "--relevant",
      "4",
      "--include-rated",
    );
    const narrow = { k: [5, 10, 20], relevant: 4, exclude: "none" } as const;
    expect(all.ranking.exclude).toBe("none");
    expect(all.ranking.model).toEqual(plain(await rankingMetrics(model, test, narrow)));
    const table = await succeed(folder, ["evaluate", "model.safetensors", "unseen.csv", "--k", "50"]);
    expect(table).toContain(
      "Lists of 1 users, what they rated in training left out; relevant is a rating above 0",
    );
    expect(table).toMatch(
      new RegExp(
        `NDCG @ 50 +│ +${ranking.model.at[1].ndcg.toFixed(4)} +│ +${ranking.popularity.at[1].ndcg.toFixed(4)} `,
      ),
    );
    for (const [flag, value, complaint] of [
      ["--k", "5,x", "--k must be whole numbers of at least 1, like 5,10,20"],
      ["--relevant", "0", "relevant must be a finite number above 0"],
    ] as const) {
      const refused = await alternant(folder, ["evaluate", "model.safetensors", "unseen.csv", flag, value]);
      expect([refused.code, refused.stdout]).toEqual([2, ""]);
      expect(refused.stderr).toContain(complaint);
    }
  });

  it("reproduces the training error on the training file, and clips unless told not to", async () => {
    const clipped = await json("evaluate", "model.safetensors", "r.csv");
    const raw = await json("evaluate", "model.safetensors", "r.csv", "--no-clip");
    expect(raw.rmse).toBeCloseTo(model.info.run.rmse!, 9);
    expect(clipped.rmse).toBeLessThan(raw.rmse);
    expect(clipped).toMatchObject({ count: 9000, unknownUsers: 0, unknownItems: 0 });
    const stdin = await succeed(
      folder,
      ["evaluate", "model.safetensors", "-", "--json"],
      readFileSync(join(folder, "r.csv"), "utf8"),
    );
    expect(JSON.parse(stdin)).toEqual(clipped);
  });
});

describe("tour", () => {
  it("shows every section on a file of one's own", async () => {
    const text = await succeed(folder, "tour r.csv --names names.csv --out tour.safetensors".split(" "));
    for (const title of [
      "Ratings: r.csv",
      "Training: 32 factors",
      "Test: 900 ratings",
      "One person",
      "Similar items",
      "A block of R̂",
      "Latent features",
      "The model",
    ])
      expect(text).toMatch(new RegExp(`^${title}.*\n─+$`, "m"));
    expect(text).toMatch(/│ this model +│ +0\.\d{4} │/);
    expect(text).toContain("Title ");
    const next = [...text.matchAll(/^ {2}npx alternant (inspect|recommend|similar) (.*)$/gm)];
    expect(next.map(([, command]) => command)).toEqual(["inspect", "recommend", "similar"]);
    // What it proposes works as it stands.
    for (const [, command, args] of next) {
      const words = [...args!.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
      await succeed(folder, [command!, ...words]);
    }
  });

  it.each([
    ["two ratings", "a,x,1\nb,x,2\n"],
    ["three ratings", "a,x,1\na,y,2\nb,x,3\n"],
    ["equal ratings", Array.from({ length: 40 }, (_, i) => `u${i % 7},i${i % 11},3\n`).join("")],
  ])("works on %s", async (_, content) => {
    writeFileSync(join(folder, "tiny.csv"), content);
    const { code, stderr } = await alternant(folder, ["tour", "tiny.csv", "--out", "tiny.safetensors"]);
    expect([code, stderr]).toEqual([0, ""]);
  });
});
