import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Papa from "papaparse";
import { beforeAll, describe, expect, it } from "vitest";
import type { Model } from "../../src/model/index.js";
import { loadModel } from "../../src/node/index.js";
import { CLI, start, succeed, temporaryFolder } from "./run.js";

const folder = temporaryFolder();
let model: Model<string, string>;

beforeAll(async () => {
  await succeed(folder, "synthesize --users 300 --items 120 --ratings 9000 --out plain.csv".split(" "));
  // An id that needs quotes in CSV.
  const text = readFileSync(join(folder, "plain.csv"), "utf8").replaceAll(
    "\nuser-7,",
    '\n"user ""7"", the",',
  );
  writeFileSync(join(folder, "r.csv"), text);
  await succeed(folder, "train r.csv --factors 4 --epochs 3".split(" "));
  model = await loadModel(join(folder, "model.safetensors"));
});

const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const fields = (name: string): string[][] => Papa.parse<string[]>(read(name).trimEnd()).data;
const lines = (name: string): unknown[] =>
  read(name)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("recommend --all", () => {
  it("writes the lists of all users as CSV", async () => {
    const said = await succeed(
      folder,
      "recommend model.safetensors --all --out all.csv --count 5".split(" "),
    );
    expect(said).toBe("Wrote the lists of 300 users to all.csv.\n");
    const [head, ...rows] = fields("all.csv");
    expect(head).toEqual(["user", "rank", "item", "score"]);
    expect(rows).toEqual(
      [...model.users].flatMap((user) =>
        model
          .recommend(user, { count: 5 })
          .map(({ item, score }, n) => [user, String(n + 1), item, String(score)]),
      ),
    );
    expect(rows.some(([user]) => user === 'user "7", the')).toBe(true);
  });

  it("writes them as NDJSON, rated items in or out, empty lists too", async () => {
    await succeed(folder, "recommend model.safetensors --all --out all.ndjson --include-rated".split(" "));
    expect(lines("all.ndjson")).toEqual(
      [...model.users].map((user) => ({ user, items: model.recommend(user, { exclude: "none" }) })),
    );
    writeFileSync(join(folder, "full.csv"), "user,item,value\nann,a,1\nann,b,2\nbob,a,3\n");
    await succeed(folder, "train full.csv --factors 1 --epochs 1 --out full.safetensors".split(" "));
    await succeed(folder, "recommend full.safetensors --all --out full.ndjson".split(" "));
    expect(lines("full.ndjson")[0]).toEqual({ user: "ann", items: [] });
  });
});

describe("similar --all", () => {
  it("writes the neighbours of all items, or of all users", async () => {
    await succeed(folder, "similar model.safetensors --all --out near.ndjson --count 3".split(" "));
    expect(lines("near.ndjson")).toEqual(
      [...model.items].map((item) => ({ item, items: model.similarItems(item, { count: 3 }) })),
    );
    await succeed(folder, "similar model.safetensors --all --users --out near.csv --count 2".split(" "));
    const [head, ...rows] = fields("near.csv");
    expect(head).toEqual(["user", "rank", "similar", "score"]);
    expect(rows).toEqual(
      [...model.users].flatMap((user) =>
        model
          .similarUsers(user, { count: 2 })
          .map((near, n) => [user, String(n + 1), near.user, String(near.score)]),
      ),
    );
  });
});

describe("a file of lists", () => {
  it("is not there after Ctrl-C, and an old one is whole", async () => {
    await succeed(folder, "synthesize --users 20000 --items 2000 --ratings 200000 --out big.csv".split(" "));
    await succeed(folder, "train big.csv --factors 8 --epochs 1 --out big.safetensors".split(" "));
    writeFileSync(join(folder, "old.csv"), "old\n");
    const before = readdirSync(folder);
    const args = "recommend big.safetensors --all --count 1000 --out old.csv".split(" ");
    const { child, ended } = start(folder, process.execPath, [CLI, ...args]);
    // Until the file under its temporary name says that writing has begun.
    while (child.exitCode === null && readdirSync(folder).length === before.length) await sleep(2);
    expect(child.exitCode).toBeNull();
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stdout: "", stderr: "alternant: interrupted\n" });
    expect(readdirSync(folder)).toEqual(before);
    expect(read("old.csv")).toBe("old\n");
  });

  it("of neighbours is not there after Ctrl-C either", async () => {
    const before = readdirSync(folder);
    const args = "similar big.safetensors --users --all --count 500 --out near-old.csv".split(" ");
    const { child, ended } = start(folder, process.execPath, [CLI, ...args]);
    while (child.exitCode === null && readdirSync(folder).length === before.length) await sleep(2);
    expect(child.exitCode).toBeNull();
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stdout: "", stderr: "alternant: interrupted\n" });
    expect(readdirSync(folder)).toEqual(before);
  });

  it.skipIf(!existsSync("/dev/full"))("is none where the disk is full, which is told", async () => {
    const full = join(folder, "full.ndjson");
    symlinkSync("/dev/full", join(folder, "device.csv"));
    for (const command of ["recommend", "similar"]) {
      const { code, stdout, stderr } = await start(folder, process.execPath, [
        ...[CLI, command, "model.safetensors", "--all", "--out", "device.csv"],
      ]).ended;
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(/^alternant: device\.csv cannot be written: the disk is full; make room/);
    }
    const before = readdirSync(folder);
    const old = readFileSync(full);
    const script = `ulimit -f 8; exec "$0" "$1" recommend model.safetensors --all --count 100 --out full.ndjson`;
    const { code, stderr } = await start(folder, "bash", ["-c", script, process.execPath, CLI]).ended;
    expect([code, stderr]).toEqual([
      1,
      "alternant: full.ndjson cannot be written: it is larger than a file may be here (ulimit -f); nothing was changed\n",
    ]);
    expect(readdirSync(folder)).toEqual(before);
    expect(readFileSync(full)).toEqual(old);
  });

  it("is named by its ending, whatever its letters", async () => {
    await succeed(folder, "similar model.safetensors --all --out NEAR.CSV --count 1".split(" "));
    expect(read("NEAR.CSV")).toMatch(/^item,rank,similar,score\n/);
    for (const out of ["lists.txt", "csv"]) {
      const { code, stderr } = await start(folder, process.execPath, [
        ...[CLI, "recommend", "model.safetensors", "--all", "--out", out],
      ]).ended;
      expect(code).toBe(2);
      expect(stderr).toContain(`--all needs --out with the name of a .csv or .ndjson file, not "${out}"`);
    }
  });

  it("is refused before anything is worked out where it cannot be written", async () => {
    const { code, stderr } = await start(folder, process.execPath, [
      ...[CLI, "recommend", "nowhere.safetensors", "--all", "--out", "no/where.csv"],
    ]).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^alternant: no\/where\.csv cannot be written: the folder .* does not exist/);
  });
});
