import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Model } from "../../../src/index.js";
import type { Playground } from "../../demo/playground.js";
import { root } from "../../house/sources.js";
import { playgrounds } from "./support.js";

const open = playgrounds();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "alternant-snippets-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Trains, lays the downloaded model into the folder, and gives it with what the page says to do with it. */
async function saved(playground: Playground, language: string): Promise<[Model<string, string>, string]> {
  const { page } = playground;
  await playground.ready();
  await playground.trained({ factors: 6, epochs: 3 });
  await playground.tab("Save").click();
  const bytes = await playground.downloaded("Download the model");
  writeFileSync(join(folder, "model.safetensors"), bytes);
  const code = await page.locator("h4", { hasText: language }).locator("+ * pre").innerText();
  return [await Model.fromBytes<string, string>(new Uint8Array(bytes)), code];
}

test("what the page says for Node runs on the downloaded model", async () => {
  const [model, code] = await saved(await open(), "Node");
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/alternant"), "junction");
  writeFileSync(join(folder, "snippet.mjs"), code);
  const printed = execFileSync(process.execPath, ["snippet.mjs"], { cwd: folder, encoding: "utf8" });
  const [user] = model.users;
  for (const { item, score } of model.recommend(user!, { count: 10 })) {
    expect(printed).toContain(item);
    expect(printed).toContain(String(score));
  }
});

const { ALTERNANT_PYTHON: python = "python3" } = process.env;
const lacking = spawnSync(python, ["-c", "import safetensors, numpy"]).status !== 0;
if (lacking)
  console.info(
    `Skipped: ${python} cannot import numpy and safetensors. ALTERNANT_PYTHON names another interpreter.`,
  );

test.skipIf(lacking)("what the page says for Python runs on the downloaded model", async () => {
  const [model, code] = await saved(await open(), "Python");
  const told = `${code}\nimport json\nprint(json.dumps([users.tolist(), items.tolist(), mean]))\n`;
  writeFileSync(join(folder, "snippet.py"), told);
  const [users, items, mean] = JSON.parse(
    execFileSync(python, ["snippet.py"], { cwd: folder, encoding: "utf8", maxBuffer: 1 << 26 }),
  ) as [number[][], number[][], number];
  expect(users.flat()).toEqual([...model.copyFactors("users").values]);
  expect(items.flat()).toEqual([...model.copyFactors("items").values]);
  expect(mean).toBe(model.mean);
});
