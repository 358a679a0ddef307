import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Playground, type Stage, stage } from "./playground.js";

let theStage: Stage;
let playground: Playground;

beforeAll(async () => {
  theStage = await stage();
});

afterAll(() => theStage?.close());

afterEach(async () => {
  expect(playground.problems).toEqual([]);
  await playground.close();
});

test("a world is there at once, is trained on, and answers", async () => {
  playground = await theStage.open();
  const { page } = playground;
  await playground.ready();
  await expect.poll(() => page.locator(".facts-box").innerText()).toMatch(/120,000[\s\S]*1,500[\s\S]*1,200/);
  expect(await page.locator(".stays").innerText()).toBe("Your data stays on this device");
  await expect.poll(() => page.locator("header button.badge").innerText()).toMatch(/^\d+ threads?$/);

  await playground.trained({ factors: 8, epochs: 3 });
  const legend = await page.locator(".curves .legend").first().innerText();
  expect(legend).toMatch(/Test RMSE[\s\S]*Training RMSE[\s\S]*Mean[\s\S]*Biases/);
  const tiles = await page.locator(".tiles").innerText();
  expect(tiles).toMatch(/Test RMSE\s+0\.\d{4}/);
  expect(tiles).toMatch(/Better than biases\s+\+\d/);
  expect(tiles).toMatch(/Ratings a second\s+\d/);

  await playground.tab("People").click();
  const recommended = page.getByRole("region", { name: "Recommended" });
  await expect.poll(() => recommended.getByRole("button").count()).toBe(12);
  const second = recommended.getByRole("button").nth(1);
  await second.click();
  const title = await second.locator(".name").innerText();
  await expect.poll(() => page.locator(".reasons h3").innerText()).toBe(`Why ${title}?`);
  expect(await page.locator(".reason").count()).toBeGreaterThan(5);

  await playground.tab("Items").click();
  await page.locator("canvas[data-points='1200']").waitFor();
  await expect.poll(() => page.getByRole("region", { name: "Item" }).locator(".row").count()).toBe(10);

  await playground.tab("Rate and see").click();
  const list = page.getByRole("region", { name: "Recommended to you" });
  await list.locator(".row").first().waitFor();
  const before = await list.locator(".row .name").allInnerTexts();
  await page.locator(".to-rate li").first().getByLabel("5 of 5 stars").check({ force: true });
  await expect.poll(() => list.locator("h3").innerText()).toMatch(/from 1 rating,/);
  expect(await list.locator(".row .name").allInnerTexts()).not.toEqual(before);
});

test("training is stopped in the middle, and what was there stays", async () => {
  playground = await theStage.open();
  const { page } = playground;
  await playground.ready();
  await playground.set("Epochs", 1000);
  await playground.train.click();
  await page.locator(".tile", { hasText: "Time left" }).waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect.poll(() => playground.notice.innerText()).toBe("Training: stopped.");
  expect(await page.locator(".facts-box .source").innerText()).toBe("Generated world");
  await playground.trained();
});

test("columns of a dropped file are shown before anything of it is read", async () => {
  playground = await theStage.open();
  const { page } = playground;
  await playground.ready();
  const rows = Array.from({ length: 400 }, (_, at) => `${(at % 5) + 1};film ${at % 23};person ${at % 40}`);
  const unique = [...new Map(rows.map((row) => [row.slice(2), row])).values()];
  await playground.drop([{ name: "mine.csv", bytes: `stars;movie;user\n${unique.join("\n")}\n` }]);
  const dialog = page.getByRole("dialog", { name: "Is this how to read it?" });
  await dialog.waitFor();
  expect(await dialog.locator("thead").innerText()).toMatch(/Rating\s*stars\s*Item\s*movie\s*User\s*user/);
  expect(await page.locator(".facts-box .source").innerText()).toBe("Generated world");
  await dialog.getByRole("button", { name: "Read it" }).click();
  await expect.poll(() => page.locator(".facts-box .source").innerText()).toBe("mine.csv");
  expect(await page.locator(".facts").innerText()).toMatch(/Users\s+40\s+Items\s+23/);
});
