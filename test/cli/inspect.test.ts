import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Inspection, Model } from "../../src/model/index.js";
import { loadModel, readRatings, saveModel } from "../../src/node/index.js";
import { SVD } from "../../src/svd/index.js";
import { handMade } from "../model/fixtures.js";
import { succeed, temporaryFolder } from "./run.js";

const folder = temporaryFolder();
const USER = "user-1";
let model: Model<string, string>;
const items: string[] = [];

beforeAll(async () => {
  await succeed(folder, "synthesize --users 300 --items 120 --ratings 9000 --out r.csv".split(" "));
  await succeed(folder, "train r.csv --factors 12 --epochs 5 --regularization 0.01".split(" "));
  model = await loadModel(join(folder, "model.safetensors"));
  items.push(...model.items);
  const titles = items.map((item, i) => `"${item}","Title ${i}, the",Genre ${i % 3}|Odd\n`);
  writeFileSync(join(folder, "names.csv"), `movieId,title,genres\n${titles.join("")}`);
});

const inspect = (...args: string[]) => succeed(folder, ["inspect", "model.safetensors", ...args]);
const json = async (...args: string[]) => JSON.parse(await inspect(...args, "--json"));
const titleOf = (item: string): string => `Title ${items.indexOf(item)}, the`;
/** The cells of each row of the tables in a text, heads among them. */
const cells = (text: string): string[][] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("│"))
    .map((line) =>
      line
        .slice(1, -1)
        .split("│")
        .map((cell) => cell.trim()),
    );

describe("inspect", () => {
  it("tells what the file holds, and how important its axes are", async () => {
    const { info, options, history, range } = model;
    const { rank, effectiveRank, values, energy } = await model.inspect();
    expect(await json()).toEqual({
      ...info,
      options,
      history,
      range,
      ids: { users: "string", items: "string" },
      svd: { rank, effectiveRank, values, energy },
    });
    const text = await inspect();
    expect(text).toMatch(/^users +300 \(string ids\), 0 without ratings$/m);
    expect(text).toMatch(/^training ratings +9,000, 25\.000 % of the matrix$/m);
    expect(text).toMatch(/^ratings from, to, mean +0\.5, 5, 3\.\d{3}$/m);
    expect(text).toMatch(/^training +5 epochs in /m);
    expect(text).toContain(`\n12 axes of 12 factors; effective rank ${effectiveRank.toFixed(1)}\n`);
    const left = 1 - energy.slice(0, 10).reduce((sum, share) => sum + share, 0);
    expect(text).toContain(`\nand 2 more, with ${(100 * left).toFixed(1)} % of the energy\n`);
  });

  it("tells how near a decomposed matrix is to its singular vectors", async () => {
    const ratings = await readRatings(join(folder, "r.csv"));
    for (const [name, svd] of [
      ["near.safetensors", new SVD({ factors: 3 })],
      ["far.safetensors", new SVD({ factors: 3, maxIterations: 1, tolerance: 1e-12 })],
    ] as const) {
      const decomposed = await svd.fit(ratings);
      const { epochs, svd: told } = decomposed.info.run;
      await saveModel(decomposed, join(folder, name));
      const text = await succeed(folder, ["inspect", name]);
      expect(text).toMatch(new RegExp(`^training +${epochs} blocks multiplied in `, "m"));
      const line = text.split("\n").find((one) => one.startsWith("residuals "))!;
      expect(line).toContain(
        `${told!.residual.toExponential(1)} of the largest singular value, ${told!.tolerance} asked for`,
      );
      if (name === "far.safetensors") expect(line).toContain(told!.warning!);
    }
  });

  it("draws the singular values as bars, with their energy beside", async () => {
    const { values, energy } = await model.inspect();
    const rows = cells(await inspect()).slice(1);
    expect(rows).toHaveLength(10);
    let sum = 0;
    for (const [k, [axis, value, share, soFar, bar]] of rows.entries()) {
      sum += energy[k]!;
      const percents = [energy[k]!, sum].map((part) => `${(100 * part).toFixed(1)} %`);
      expect([axis, value, share, soFar]).toEqual([String(k + 1), values[k]!.toPrecision(5), ...percents]);
      // Whole blocks, and one of 1 … 7 eighths.
      expect(bar).toMatch(/^█*[▏▎▍▌▋▊▉]?$/);
      const eighths = 8 * bar!.replace(/[^█]/g, "").length + "▏▎▍▌▋▊▉".indexOf(bar!.at(-1)!) + 1;
      expect(Math.abs(eighths - (256 * values[k]!) / values[0]!)).toBeLessThanOrEqual(0.5 + 1e-9);
    }
  });

  it("shows the items at both ends of axes", async () => {
    const inspection = await model.inspect({ axes: 3, count: 4 });
    expect(await json("--axes", "3", "--count", "4")).toEqual(inspection);
    const text = await inspect("--axes", "3", "--count", "4", "--names", "names.csv");
    for (const { axis, energy, highest, lowest } of inspection.axes) {
      const section = text.slice(
        text.indexOf(`\naxis ${axis}, ${(100 * energy).toFixed(1)} % of the energy\n`) + 1,
      );
      expect(cells(section).slice(0, 5)).toEqual([
        ["highest", "loading", "lowest", "loading"],
        ...highest.map(({ item, value }, at) => [
          titleOf(item),
          value.toFixed(3),
          titleOf(lowest[at]!.item),
          lowest[at]!.value.toFixed(3),
        ]),
      ]);
    }
    expect(text).not.toContain("axis 4,");
    expect((await json("--axes", "1")).axes[0].highest).toHaveLength(5);
    // As many bars as axes were asked for, where these are more than ten.
    expect(cells(await inspect("--axes", "12", "--count", "1"))[12]![0]).toBe("12");
  });

  it("names only items with as many ratings as asked for", async () => {
    const counts = new Map<string, number>();
    for (const line of readFileSync(join(folder, "r.csv"), "utf8").trimEnd().split("\n").slice(1)) {
      const item = line.split(",")[1]!;
      counts.set(item, (counts.get(item) ?? 0) + 1);
    }
    const known = [...counts].filter(([, count]) => count >= 90).map(([item]) => item);
    expect(known.length).toBeGreaterThan(2);
    expect(known.length).toBeLessThan(items.length);
    const { axes } = (await json("--axes", "1", "--count", "999", "--min-ratings", "90")) as Inspection;
    expect(axes[0]!.highest.map(({ item }) => item).sort()).toEqual(known.sort());
    expect(await inspect("--axes", "1", "--min-ratings", "999")).toMatch(
      /\naxis 1, .*\nNo item has so many training ratings\.\n$/,
    );
  });

  it("cuts titles so that two fit side by side", async () => {
    const long = "An exceedingly long title that nobody remembers";
    writeFileSync(join(folder, "long.csv"), `id,title\n${items.map((item) => `${item},${long}\n`).join("")}`);
    const text = await inspect("--axes", "1", "--names", "long.csv");
    expect(text).toContain(`│ ${long.slice(0, 35)}… │`);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("writes the scree plot as SVG, the same bytes for the same model", async () => {
    const told = await inspect("--svg", "scree.svg");
    expect(told).toMatch(/^users +300/m);
    expect(told).toMatch(/\nWrote the scree plot to scree\.svg\.\n$/);
    const svg = readFileSync(join(folder, "scree.svg"), "utf8");
    expect(svg).toMatch(/^<svg .*<\/svg>\n$/s);
    expect(svg).toContain(">Singular values of model.safetensors</text>");
    expect(await json("--axes", "2", "--svg", "again.svg")).toEqual(await model.inspect({ axes: 2 }));
    expect(readFileSync(join(folder, "again.svg"), "utf8")).toBe(svg);
    // It takes the place of a file, and leaves nothing else behind.
    writeFileSync(join(folder, "scree.svg"), "old");
    await inspect("--svg", "scree.svg");
    expect(readFileSync(join(folder, "scree.svg"), "utf8")).toBe(svg);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("tells the cosine between items and users, and what it is made of", async () => {
    const [a, b] = [items[3]!, items[4]!];
    for (const [texts, one, other] of [
      [[`item:${a}`, `user:${USER}`], { item: a }, { user: USER }],
      [[`user:${USER}`, `item:${a}`], { user: USER }, { item: a }],
      [[`item:${a}`, `item:${b}`], { item: a }, { item: b }],
      [[`user:user-2`, `user:${USER}`], { user: "user-2" }, { user: USER }],
    ] as const) {
      const { of, cosine, product } = await json("--cosine", ...texts);
      expect(cosine).toBe(model.cosine(one, other));
      expect(of).toEqual([
        { ...one, length: expect.any(Number) },
        { ...other, length: expect.any(Number) },
      ]);
      expect(of[0].length * of[1].length * cosine).toBeCloseTo(product, 12);
    }
    const { product } = await json("--cosine", `item:${a}`, `user:${USER}`);
    const { mean } = model;
    expect(mean + model.userBias(USER) + model.itemBias(a) + product).toBeCloseTo(
      model.predict(USER, a)!,
      12,
    );
    const text = await inspect("--cosine", `item:${a}`, `user:${USER}`, "--names", "names.csv");
    expect(text).toMatch(new RegExp(`^length of item ${titleOf(a)} +\\d`, "m"));
    expect(text).toMatch(new RegExp(`^length of user ${USER} +\\d`, "m"));
    expect(text).toContain(model.cosine({ item: a }, { user: USER }).toFixed(4));
  });

  it("takes ids with colons, and numbers where the model has numbers", async () => {
    await succeed(
      folder,
      ["train", "-", "--factors", "2", "--out", "n.safetensors"],
      "1,a:b,5\n2,c,1\n3,a:b,2\n",
    );
    const args = ["inspect", "n.safetensors", "--cosine", "item:a:b", "user:2", "--json"];
    const { of } = JSON.parse(await succeed(folder, args));
    expect(of).toMatchObject([{ item: "a:b" }, { user: "2" }]);
    const numbers = [
      ["train", "-", "--ids", "number", "--factors", "2", "--out", "m.safetensors"],
      "1,10,5\n2,20,1\n",
    ] as const;
    await succeed(folder, ...numbers);
    const told = await succeed(folder, [
      "inspect",
      "m.safetensors",
      "--cosine",
      "item:10",
      "user:2",
      "--json",
    ]);
    expect(JSON.parse(told).of).toMatchObject([{ item: 10 }, { user: 2 }]);
  });

  it("says so where all factors are zero", async () => {
    const zero = new Model(handMade({ itemFactors: new Float64Array(6), userFactors: new Float64Array(4) }));
    await saveModel(zero, join(folder, "zero.safetensors"));
    const said = await succeed(folder, "inspect zero.safetensors --axes 2 --svg zero.svg".split(" "));
    expect(said).toContain("All factors are zero: there is no axis");
    expect(existsSync(join(folder, "zero.svg"))).toBe(true);
    const { svd } = JSON.parse(await succeed(folder, ["inspect", "zero.safetensors", "--json"]));
    expect(svd).toEqual({ rank: 0, effectiveRank: 0, values: [0, 0], energy: [0, 0] });
    const cosine = ["inspect", "zero.safetensors", "--cosine", "item:Alien", "user:ann"];
    expect(await succeed(folder, cosine)).toMatch(/^cosine +none: zero factors have no direction$/m);
    expect(JSON.parse(await succeed(folder, [...cosine, "--json"]))).toMatchObject({
      cosine: null,
      product: 0,
    });
  });

  it("shows both ends of a feature", async () => {
    const ends = model.factor(2, { count: 3 });
    expect(await json("--feature", "2", "--count", "3")).toEqual({ feature: 2, ...ends });
    const text = await inspect("--feature", "2", "--count", "3", "--names", "names.csv");
    expect(text).toMatch(/│ highest +│ +value │/);
    expect(text).toMatch(/│ lowest +│ +value │/);
    for (const { item, value } of [...ends.highest, ...ends.lowest]) {
      expect(text).toContain(titleOf(item));
      expect(text).toContain(value.toFixed(3));
    }
    expect((await json("--feature", "2")).highest).toHaveLength(10);
  });
});
