import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Model } from "../../src/model/index.js";
import { loadModel } from "../../src/node/index.js";
import { alternant, succeed, temporaryFolder } from "./run.js";

const folder = temporaryFolder();
const FILE = "model.safetensors";
let model: Model<string, string>;
let items: string[];

beforeAll(async () => {
  await succeed(folder, "synthesize --users 200 --items 60 --ratings 4000 --out r.csv".split(" "));
  await succeed(folder, "train r.csv --factors 4 --epochs 5 --history ratings".split(" "));
  await succeed(folder, "train r.csv --factors 4 --epochs 1 --out items.safetensors".split(" "));
  model = await loadModel(join(folder, FILE));
  items = [...model.items];
  const titles = items.map((item, i) => `"${item}","Title ${i}, the"\n`);
  writeFileSync(join(folder, "names.csv"), `movieId,title\n${titles.join("")}`);
});

const json = async (...args: string[]) => JSON.parse(await succeed(folder, [...args, "--json"]));
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

describe("fold-in", () => {
  it("answers as the model does", async () => {
    const [a, b, c] = items;
    const folded = await model.foldIn([[a!, 5], [b!, 1.5], c!]);
    const given = [`${a}:5`, `${b}:1.5`, c!];
    expect(await json("fold-in", FILE, ...given, "--count", "4")).toEqual({
      count: 3,
      bias: folded.bias,
      items: folded.recommend({ count: 4 }),
    });
    const all = await json("fold-in", FILE, ...given, "--count", "999", "--include-rated");
    expect(all.items).toHaveLength(items.length);
    const table = await succeed(folder, ["fold-in", FILE, ...given, "--count", "2", "--names", "names.csv"]);
    for (const { item } of folded.recommend({ count: 2 }))
      expect(table).toContain(`Title ${items.indexOf(item)}, the`);
  });

  it("says which ratings speak for what", async () => {
    const [a, b] = items;
    const folded = await model.foldIn([
      [a!, 5],
      [b!, 1],
    ]);
    const [best] = folded.recommend({ count: 1 });
    const told = await json("fold-in", FILE, `${a}:5`, `${b}:1`, "--count", "1", "--explain");
    expect(told.items).toEqual([plain(await folded.explain(best!.item))]);
    const table = await succeed(folder, [
      "fold-in",
      FILE,
      `${a}:5`,
      `${b}:1`,
      "--explain",
      "--names",
      "names.csv",
    ]);
    expect(table).toContain("because of (rated, adds)");
    expect(table).toMatch(/Title [01], the \([51], \+\d\.\d{3}\)/);
  });

  it("takes people from a file", async () => {
    const [a, b, c] = items;
    writeFileSync(join(folder, "mine.csv"), `me,${a},5\nyou,${c},2\nme,${b},3\n`);
    const me = await model.foldIn([
      [a!, 5],
      [b!, 3],
    ]);
    const you = await model.foldIn([[c!, 2]]);
    expect(await json("fold-in", FILE, "--file", "mine.csv", "--count", "3")).toEqual({
      users: [
        { user: "me", count: 2, bias: me.bias, items: me.recommend({ count: 3 }) },
        { user: "you", count: 1, bias: you.bias, items: you.recommend({ count: 3 }) },
      ],
    });
    expect(await succeed(folder, ["fold-in", FILE, "--file", "mine.csv"])).toMatch(/^me:\n[\s\S]*\nyou:\n/);
  });

  it("takes weights where the file has a column of them, as train does", async () => {
    const [a, b] = items;
    const weights = `user,item,value,weight\nme,${a},5,10\nme,${b},1,0.25\n`;
    writeFileSync(join(folder, "weights.csv"), weights);
    const me = await model.foldIn([
      { item: a!, value: 5, weight: 10 },
      { item: b!, value: 1, weight: 0.25 },
    ]);
    const told = await json("fold-in", FILE, "--file", "weights.csv", "--count", "3");
    expect(told.users).toEqual([{ user: "me", count: 2, bias: me.bias, items: me.recommend({ count: 3 }) }]);
    writeFileSync(join(folder, "plain.csv"), weights.replace(/,[\w.]+$/gm, ""));
    const plainly = await json("fold-in", FILE, "--file", "plain.csv", "--count", "3");
    expect(plainly.users[0].bias).not.toBe(me.bias);
  });

  it("names who is wrong in a file, and tells nothing then", async () => {
    writeFileSync(join(folder, "some.csv"), `me,${items[0]},5\nyou,nothing,2\nyou,neither,2\n`);
    const { code, stdout, stderr } = await alternant(folder, ["fold-in", FILE, "--file", "some.csv"]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      'alternant: some.csv, user "you": fold-in: this model does not know items "nothing", "neither". Leave them out; alternant inspect tells the kind of its ids.\n',
    );
  });

  it("knows items with a colon in their names", async () => {
    writeFileSync(
      join(folder, "colons.csv"),
      "user,item,value\nann,Alien: 3,4\nann,b,2\nbob,b,5\nbob,c:d,1\n",
    );
    await succeed(folder, "train colons.csv --factors 1 --epochs 1 --out colons.safetensors".split(" "));
    for (const [text, value] of [
      ["Alien: 3", 1],
      ["Alien: 3:4", 4],
      ["c:d", 1],
      ["c:d:2.5", 2.5],
    ] as const) {
      const folded = await (await loadModel<string, string>(join(folder, "colons.safetensors"))).foldIn([
        [text.startsWith("c") ? "c:d" : "Alien: 3", value],
      ]);
      expect((await json("fold-in", "colons.safetensors", text)).items, text).toEqual(folded.recommend());
    }
  });

  it("writes the model that is enough for it, which says what it has not", async () => {
    const [a] = items;
    expect(await succeed(folder, ["fold-in", FILE, "--out", "small.safetensors"])).toBe(
      "Wrote the model without users to small.safetensors.\n",
    );
    expect(await json("fold-in", "small.safetensors", `${a}:4`)).toEqual(
      await json("fold-in", FILE, `${a}:4`),
    );
    expect(await succeed(folder, ["inspect", "small.safetensors"])).toContain(
      "none in this file, which is for fold-in; 200 in training",
    );
    expect((await json("inspect", "small.safetensors")).data.users).toBe(200);
    const { code, stderr } = await alternant(folder, ["recommend", "small.safetensors", "user-1"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^alternant: This model has no users: .*\(fold-in --out\).* or alternant fold-in/);
  });

  it.each([
    [["fold-in", FILE], 2, /fold-in takes ratings as ITEM:VALUE, a --file of them, or --out/],
    [["fold-in", FILE, "x:3", "--file", "mine.csv"], 2, /not both/],
    [["fold-in", FILE, "x:3", "--count", "0"], 2, /--count must be an integer of at least 1/],
    [
      ["fold-in", FILE, "nothing:3", "neither"],
      1,
      /fold-in: this model does not know items "nothing", "neither"/,
    ],
    [["fold-in", FILE, "--out", "nowhere/x.safetensors"], 1, /nowhere.* does not exist/],
    [
      ["fold-in", FILE, "Drama 1:NaN"],
      2,
      /"Drama 1:NaN": the value of item "Drama 1" must be a number, not "NaN"/,
    ],
    [["fold-in", FILE, "Drama 1:much"], 2, /the value of item "Drama 1" must be a number, not "much"/],
    [["fold-in", FILE, "Drama 1:"], 2, /the value of item "Drama 1" must be a number, not ""/],
    [["fold-in", FILE, "Drama 1:Infinity"], 1, /fold-in: rating 0: the value must be a finite number/],
    [["fold-in", FILE, "Drama 1:3", "Drama 1:4"], 1, /item "Drama 1" is rated twice, as 3 .* and as 4/],
    [["fold-in", FILE, "--file", "none.csv"], 1, /none\.csv cannot be read: there is no such file/],
  ])("%j is refused", async (args, expected, message) => {
    const { code, stdout, stderr } = await alternant(folder, args);
    expect([code, stdout]).toEqual([expected, ""]);
    expect(stderr).toMatch(message);
  });
});

it.skipIf(!existsSync("/dev/full"))("fold-in says that a disk is full", async () => {
  const { code, stdout, stderr } = await alternant(folder, ["fold-in", FILE, "--out", "/dev/full"]);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^alternant: \/dev\/full cannot be written: the disk is full; make room/);
});

describe("explain", () => {
  it("tells what a prediction is made of", async () => {
    const item = items[7]!;
    const explanation = await model.explain("user-1", item);
    expect(await json("explain", FILE, "user-1", item)).toEqual({ user: "user-1", ...plain(explanation) });
    const text = await succeed(folder, [
      "explain",
      FILE,
      "user-1",
      item,
      "--count",
      "2",
      "--names",
      "names.csv",
    ]);
    expect(text).toContain(
      `Title 7, the: ${explanation.score.toFixed(3)}, which is ${explanation.base.toFixed(3)} and what ratings add:`,
    );
    for (const { item: rated, without } of explanation.reasons.slice(0, 2))
      expect(text).toMatch(
        new RegExp(
          `Title ${items.indexOf(rated)}, the +│ +[\\d.]+ │ +\\+\\d\\.\\d{3} │ +${without.toFixed(3)} `,
        ),
      );
    expect(text).toContain(`${explanation.reasons.length - 2} more add `);
  });

  it("needs the ratings, and says how to keep them", async () => {
    const { code, stderr } = await alternant(folder, ["explain", "items.safetensors", "user-1", items[0]!]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/keeps the items alone .*Train with --history ratings\./);
  });
});

describe("recommend --explain", () => {
  it("tells why each item is on the list", async () => {
    const list = model.recommend("user-1", { count: 3 });
    const told = await json("recommend", FILE, "user-1", "--count", "3", "--explain");
    expect(told).toEqual({
      user: "user-1",
      items: plain(await Promise.all(list.map(({ item }) => model.explain("user-1", item)))),
    });
    const table = await succeed(folder, [
      "recommend",
      FILE,
      "user-1",
      "--count",
      "3",
      "--explain",
      "--names",
      "names.csv",
    ]);
    expect(table).toMatch(/│ item +│ title +│ prediction │ because of \(rated, adds\) +│/);
    const [first] = (await model.explain("user-1", list[0]!.item)).reasons;
    expect(table).toContain(
      `Title ${items.indexOf(first!.item)}, the (${first!.value}, +${first!.contribution.toFixed(3)})`,
    );
    const refused = await alternant(folder, ["recommend", FILE, "--popular", "--explain"]);
    expect([refused.code, refused.stdout]).toEqual([2, ""]);
  });
});

describe("inspect", () => {
  it("estimates the error on ratings not seen where ratings are kept", async () => {
    const estimate = await model.estimateError();
    expect((await json("inspect", FILE)).estimatedError).toEqual(estimate);
    expect(await succeed(folder, ["inspect", FILE])).toContain(
      `RMSE of about ${estimate.rmse.toFixed(3)} on ratings not seen`,
    );
    expect((await json("inspect", "items.safetensors")).estimatedError).toBeUndefined();
    const refused = await alternant(folder, ["inspect", "items.safetensors", "--estimate-error"]);
    expect(refused.stderr).toContain("Train with --history ratings.");
    const usage = await alternant(folder, ["inspect", FILE, "--estimate-error", "--axes", "2"]);
    expect(usage.code).toBe(2);
  });
});
