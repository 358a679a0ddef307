import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { syntheticWorld } from "../../../src/index.js";
import { ratingsToCsv } from "../../../src/io/index.js";
import { playgrounds } from "./support.js";

const open = playgrounds();
/** What the browser calls a long task, in milliseconds. */
const LONG_TASK = 50;
/** Tries of which the best counts: a task that computes is long in each, other processes stretch only some. */
const TRIES = 4;

test("a million ratings are read, trained on and asked about without a long task on the page's main thread", async () => {
  const { ratings } = await syntheticWorld();
  const folder = mkdtempSync(join(tmpdir(), "alternant-playground-"));
  const path = join(folder, "million.csv");
  writeFileSync(path, [...ratingsToCsv(ratings)].join(""));
  const longest: number[] = [];
  try {
    while (longest.length < TRIES && !longest.some((duration) => duration <= LONG_TASK)) {
      const playground = await open();
      const { page } = playground;
      await playground.ready();
      await page.evaluate(() => {
        window.longTasks = [];
      });
      await page.getByLabel("Open a file…").setInputFiles(path);
      await page.getByRole("button", { name: "Read it" }).click();
      await page.locator(".facts", { hasText: "1,000,000" }).waitFor({ timeout: 120_000 });
      await page.locator(".job").waitFor({ state: "hidden" });
      await playground.trained({ factors: 32, epochs: 5 });
      await playground.tab("People").click();
      await page.locator(".reason").first().waitFor();
      await playground.tab("Items").click();
      await page.locator("canvas[data-points='3706']").waitFor();
      await page.waitForTimeout(500);
      await playground.tab("Rate and see").click();
      await page.locator(".to-rate li").first().getByLabel("5 of 5 stars").check({ force: true });
      await page.locator(".reasons").last().waitFor();
      const tasks = await page.evaluate(() => window.longTasks);
      longest.push(Math.max(0, ...tasks.map(({ duration }) => duration)));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(Math.min(...longest), `longest tasks of each try: ${longest.join(", ")} ms`).toBeLessThanOrEqual(
    LONG_TASK,
  );
});
