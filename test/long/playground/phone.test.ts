import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import type { Playground } from "../../demo/playground.js";
import { playgrounds } from "./support.js";

const open = playgrounds();
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };

function fold({ page }: Playground): Locator {
  return page.getByRole("button", { name: /^Ratings and model/ });
}

test("once a model answers, ratings and model fold into a line, which unfolds them again", async () => {
  const playground = await open(PHONE);
  const { page } = playground;
  await playground.ready();
  expect(await fold(playground).isVisible()).toBe(false);
  await playground.trained({ factors: 8, epochs: 3 });
  const line = fold(playground);
  await line.waitFor();
  expect(await line.innerText()).toMatch(/120K ratings · K 8$/);
  expect(await line.getAttribute("aria-expanded")).toBe("false");
  expect(await playground.train.isVisible()).toBe(false);
  const height = (await page.getByRole("complementary").boundingBox())!.height;
  expect(height).toBeLessThan(60);
  expect(await playground.tab("Training").evaluate((tab) => tab.getBoundingClientRect().top)).toBeGreaterThan(
    0,
  );

  // Without a mouse: the focus was in what is folded now.
  expect(await line.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press("Enter");
  expect(await line.getAttribute("aria-expanded")).toBe("true");
  expect(await page.locator(`#${await line.getAttribute("aria-controls")}`).isVisible()).toBe(true);
  await playground.set("Factors", 5);
  await playground.train.click();
  await expect.poll(() => line.innerText()).toMatch(/K 5$/);
  expect(await playground.train.isVisible()).toBe(false);

  // Turned, or on a larger screen, both stand beside the answers.
  await page.setViewportSize({ width: 1200, height: 800 });
  await playground.train.waitFor();
  expect(await line.isVisible()).toBe(false);
});

test("the folded line is one line with the page's own options, and at the narrowest", async () => {
  const playground = await open(PHONE);
  const { page } = playground;
  await playground.ready();
  await playground.train.click();
  const line = fold(playground);
  await line.waitFor();
  expect(await line.innerText()).toMatch(/120K ratings · K 32$/);
  // Its words, the padding and the border around them.
  const height = async (): Promise<number> => (await line.boundingBox())!.height;
  const oneLine = await line
    .locator(".name")
    .evaluate((name) => Number.parseFloat(getComputedStyle(name).lineHeight));
  for (const width of [390, 360, 320]) {
    await page.setViewportSize({ width, height: 844 });
    expect(await height(), `${width} wide`).toBeLessThan(1.5 * oneLine + 22);
  }
});

/** Whether all of an element is within what is seen of another, arrows left aside. */
async function isSeen(element: Locator, within: Locator): Promise<boolean> {
  const [inner, outer] = [(await element.boundingBox())!, (await within.boundingBox())!];
  return inner.x >= outer.x - 1 && inner.x + inner.width <= outer.x + outer.width + 1;
}

test("what is wider than the screen fades at that end, and arrows and tabs bring the rest", async () => {
  const playground = await open(PHONE);
  const { page } = playground;
  await playground.ready();
  const list = page.getByRole("tablist");
  const tabs = page.locator(".overflow", { has: list });
  const mask = (of: Locator) => of.evaluate((element) => getComputedStyle(element).maskImage);
  const arrow = (of: Locator, end: string) => of.locator(`> .arrow.${end}`);
  expect(await mask(list)).toContain("linear-gradient");
  expect(await arrow(tabs, "start").isVisible()).toBe(false);
  expect(await isSeen(playground.tab("Save"), list)).toBe(false);
  for (let presses = 0; presses < 3 && (await arrow(tabs, "end").isVisible()); presses++) {
    const before = await list.evaluate((element) => element.scrollLeft);
    await arrow(tabs, "end").click();
    await expect.poll(() => list.evaluate((element) => element.scrollLeft)).toBeGreaterThan(before);
    // The arrow goes with the event of scrolling, in the next frame.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50))));
  }
  expect(await isSeen(playground.tab("Save"), list)).toBe(true);
  await arrow(tabs, "start").click();
  await playground.tab("Training").click();
  expect(await isSeen(playground.tab("Training"), list)).toBe(true);

  await playground.trained({ factors: 4, epochs: 2 });
  const runs = page.getByRole("region", { name: "Runs" });
  const around = page.locator(".overflow", { has: runs });
  expect(await mask(runs)).toContain("linear-gradient");
  await arrow(around, "end").click();
  await expect.poll(() => isSeen(runs.getByRole("columnheader", { name: "Time" }), runs)).toBe(true);
  await expect.poll(() => arrow(around, "end").isVisible()).toBe(false);

  await page.setViewportSize({ width: 1440, height: 900 });
  await expect.poll(() => page.locator(".arrow:visible").count()).toBe(0);
  expect(await mask(list)).toBe("none");
});
