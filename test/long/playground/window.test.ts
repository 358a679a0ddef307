import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { Playground } from "../../demo/playground.js";
import { playgrounds } from "./support.js";

const open = playgrounds();
const TABS = ["Training", "People", "Items", "Features", "Matrix", "Rate and see", "Save"];

/** The commonest opaque colours of a canvas, the commonest first. */
async function colours(page: Page, canvas: string): Promise<string[]> {
  return page
    .locator(canvas)
    .first()
    .evaluate((element: HTMLCanvasElement) => {
      // A copy, for canvases that are read are kept elsewhere.
      const copy = new OffscreenCanvas(element.width, element.height).getContext("2d", {
        willReadFrequently: true,
      })!;
      copy.drawImage(element, 0, 0);
      const { data } = copy.getImageData(0, 0, element.width, element.height);
      const counts = new Map<string, number>();
      for (let at = 0; at < data.length; at += 4)
        if (data[at + 3] === 255) {
          const key = data.subarray(at, at + 3).join();
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
      return [...counts].sort(([, a], [, b]) => b - a).map(([key]) => key);
    });
}

async function longTraining(playground: Playground): Promise<void> {
  await playground.set("Epochs", 1000);
  await playground.train.click();
  await playground.page.locator(".tile", { hasText: "Time left" }).waitFor();
  await playground.page.locator(".plot canvas").first().waitFor();
}

test("other colours while a curve is drawn: it goes on in them", async () => {
  const playground = await open({ colorScheme: "light" });
  const { page } = playground;
  await playground.ready();
  await longTraining(playground);
  const epochs = async () => Number(/epoch (\d+)/.exec(await page.locator(".tiles").innerText())![1]);
  await expect.poll(epochs).toBeGreaterThan(3);
  const accent = { light: "11,99,189", dark: "98,168,245" };
  await expect.poll(() => colours(page, ".plot canvas")).toContain(accent.light);
  await page.getByLabel("Colours").selectOption("dark");
  await expect.poll(() => colours(page, ".plot canvas")).toContain(accent.dark);
  expect(await colours(page, ".plot canvas")).not.toContain(accent.light);
  const before = await epochs();
  await expect.poll(epochs).toBeGreaterThan(before);
  await page.getByLabel("Colours").selectOption("auto");
  await expect.poll(() => colours(page, ".plot canvas")).toContain(accent.light);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(() => colours(page, ".plot canvas")).toContain(accent.dark);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.locator(".job").waitFor({ state: "hidden" });
});

test("the map and the curves fill their place when the window's size changes", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await playground.trained({ factors: 4, epochs: 2 });
  const fills = (canvas: string) =>
    page
      .locator(canvas)
      .first()
      .evaluate((element: HTMLCanvasElement) => {
        const place = element.closest(".map-canvas, .plot")!;
        return Math.abs(element.width / devicePixelRatio - place.clientWidth);
      });
  for (const width of [700, 390, 1600]) {
    await playground.tab("Items").click();
    await page.locator("canvas[data-points]").waitFor();
    await page.setViewportSize({ width, height: 800 });
    await expect.poll(() => fills("canvas[data-points]")).toBeLessThan(2);
    expect((await colours(page, "canvas[data-points]")).length).toBeGreaterThan(5);
    await playground.tab("Training").click();
    await expect.poll(() => fills(".plot canvas")).toBeLessThan(2);
  }
});

test("at 200 % all of it is there, and no wider than the screen", async () => {
  // What a window of 1440 × 900 has left at twice the size.
  const playground = await open({ viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 });
  const { page } = playground;
  await playground.ready();
  await playground.trained({ factors: 4, epochs: 2 });
  for (const tab of TABS) {
    await playground.tab(tab).click();
    await page.waitForTimeout(300);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide, tab).toBeLessThanOrEqual(0);
  }
});

test("who wants less motion gets none", async () => {
  const playground = await open({ reducedMotion: "reduce" });
  const { page } = playground;
  await playground.ready();
  await playground.trained({ factors: 4, epochs: 2 });
  for (const tab of TABS) {
    await playground.tab(tab).click();
    await page.waitForTimeout(200);
    const moving = await page.evaluate(
      () =>
        [...document.querySelectorAll("*")].filter((element) => {
          const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element);
          return transitionDuration !== "0s" || animationName !== "none" || scrollBehavior === "smooth";
        }).length,
    );
    expect(moving, tab).toBe(0);
  }
});

test("loaded anew in the middle of training, it begins again", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await longTraining(playground);
  await page.reload();
  await playground.ready();
  expect(await page.locator(".notice").count()).toBe(0);
  await playground.trained();
});

test("two tabs train side by side, each on its own; what one keeps the other opens", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  const other = await playground.another();
  await other.ready();
  await longTraining(playground);
  await other.trained({ factors: 3, epochs: 2 });
  await other.tab("Save").click();
  await other.page.getByRole("button", { name: "Keep this model" }).click();
  await other.page.getByText(/^Kept: Generated world/).waitFor();
  expect(await page.locator(".job").isVisible()).toBe(true);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.locator(".job").waitFor({ state: "hidden" });
  await other.page.close();
  await playground.tab("Save").click();
  await page.getByRole("button", { name: "Open it" }).click();
  await expect.poll(() => page.locator(".model-line").innerText()).toMatch(/ 3 factors$/);
});
