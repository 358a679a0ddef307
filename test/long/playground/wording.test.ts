import { expect, test } from "vitest";
import { ALS, Ratings } from "../../../src/index.js";
import { playgrounds, ratingRows } from "./support.js";

const open = playgrounds();

test("one of a thing is one, and likeness is a cosine", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await playground.trained({ factors: 1, epochs: 1 });
  expect(await page.locator(".model-line").innerText()).toMatch(/1,500 users × 1,200 items, 1 factor$/);
  await playground.tab("Features").click();
  await expect.poll(() => page.locator(".lead").last().innerText()).toMatch(/^Of 1 factor 1 is in use\. /);
  await playground.tab("Items").click();
  const hint = page.getByRole("region", { name: "Item" }).locator(".hint");
  await expect
    .poll(() => hint.innerText())
    .toMatch(/^Likeness is the cosine of the angle between their factors, best 1\.000\.$/);
  await page.getByRole("radio", { name: "Dot" }).check();
  await expect.poll(() => hint.innerText()).toMatch(/^Likeness is the dot product of their factors, best /);
});

test("a model of items alone has no users to count", async () => {
  const model = await new ALS({ factors: 2, epochs: 1 }).fit(Ratings.from(ratingRows()));
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await playground.drop([{ name: "fold.safetensors", bytes: (await model.forFoldIn()).toBytes() }]);
  await expect.poll(() => playground.notice.innerText()).toMatch(/is open/);
  await playground.tab("Save").click();
  expect(await page.getByRole("tabpanel").getByText("fold.safetensors: ").innerText()).toMatch(
    /^fold\.safetensors: 40 items by 2 factors, [\d.]+ k?B\.$/,
  );
});

test("options are explained where neither mouse nor title is needed", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await page.getByText("What these mean").focus();
  await page.keyboard.press("Enter");
  const terms = page.locator(".meanings dt");
  expect(await terms.allInnerTexts()).toEqual(["Factors", "Epochs", "λ", "ν", "α", "Seed"]);
  for (const meaning of await page.locator(".meanings dd").all())
    expect(await meaning.isVisible()).toBe(true);
});

test("a matrix without items says what to do", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await playground.trained({ factors: 2, epochs: 1 });
  await playground.tab("Matrix").click();
  const crosses = page.getByRole("region", { name: "Known" }).locator("thead button");
  await crosses.first().waitFor();
  for (let left = await crosses.count(); left > 0; left--) {
    await crosses.first().click();
    await expect.poll(() => crosses.count()).toBe(left - 1);
  }
  expect(await page.locator(".blocks").innerText()).toMatch(/^No items chosen\s+Add an item above/);
  const field = page.getByRole("combobox", { name: "Add an item" });
  await field.fill("horror 20");
  await field.press("Enter");
  await expect.poll(() => crosses.count()).toBe(1);
});
