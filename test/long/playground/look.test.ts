import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { Playground } from "../../demo/playground.js";
import { playgrounds } from "./support.js";

const open = playgrounds();

async function withModel(world: "small" | "catalogue" = "small"): Promise<Playground> {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  if (world !== "small") {
    await page.getByLabel("Size of the generated world").selectOption(world);
    await page.getByRole("button", { name: "Generate" }).click();
    await page.locator(".job").waitFor({ state: "visible" });
    await page.locator(".job").waitFor({ state: "hidden", timeout: 60_000 });
  }
  await playground.trained({ factors: 12, epochs: 8 });
  return playground;
}

/** How many pixels of the canvas differ from what is under them. */
function painted(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>("canvas[data-points]")!;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at]! > 0) count++;
    return count;
  });
}

function picture(page: Page): Promise<string> {
  return page.evaluate(() => document.querySelector<HTMLCanvasElement>("canvas[data-points]")!.toDataURL());
}

test("the map has 26,744 points; it is moved, zoomed, searched and filtered", async () => {
  const playground = await withModel("catalogue");
  const { page } = playground;
  await playground.tab("Items").click();
  await page.locator("canvas[data-points='26744']").waitFor();
  await page.waitForTimeout(600);
  expect(await painted(page)).toBeGreaterThan(20_000);
  const seen = new Set([await picture(page)]);
  /** Whether what was done shows: the picture is none of those before. */
  const changes = async (act: () => Promise<unknown>): Promise<void> => {
    await act();
    await expect.poll(async () => seen.has(await picture(page))).toBe(false);
    await page.waitForTimeout(300);
    seen.add(await picture(page));
  };
  const canvas = page.locator("canvas[data-points]");
  const box = (await canvas.boundingBox())!;
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await changes(async () => {
    await page.mouse.move(middle.x, middle.y);
    await page.mouse.down();
    await page.mouse.move(middle.x + 90, middle.y + 40, { steps: 4 });
    await page.mouse.up();
  });
  await changes(() => page.mouse.wheel(0, -600));
  await changes(() => page.getByRole("button", { name: "Zoom out" }).click());
  await changes(() => page.getByRole("button", { name: "Comedy", exact: true }).click());
  await page.getByRole("button", { name: "Comedy", exact: true }).click();
  await page.getByRole("button", { name: "Show all" }).click();

  const field = page.getByRole("combobox", { name: "Item", exact: true });
  await field.fill("western 7");
  const best = page.locator(".combobox [role=option]").first();
  await expect.poll(() => best.innerText()).toMatch(/^Western 7\b/);
  await changes(async () => {
    await field.press("ArrowDown");
    await field.press("Enter");
    await expect
      .poll(() => page.getByRole("region", { name: "Item" }).locator(".title").innerText())
      .toBe("Western 7");
  });
  const similar = page.getByRole("region", { name: "Item" }).locator(".row");
  expect(await similar.count()).toBe(10);
  const byCosine = await similar.locator(".name").allInnerTexts();
  await page.getByRole("radio", { name: "Dot" }).check();
  await expect.poll(() => similar.locator(".name").allInnerTexts()).not.toEqual(byCosine);
});

test("a point that is pointed at tells its name, and is picked", async () => {
  const playground = await withModel();
  const { page } = playground;
  await playground.tab("Items").click();
  await page.locator("canvas[data-points]").waitFor();
  await page.waitForTimeout(500);
  const box = (await page.locator("canvas[data-points]").boundingBox())!;
  const tip = page.locator(".map-tip");
  // Somewhere near the middle, where points are close together.
  for (let step = 0; step < 40 && !(await tip.isVisible()); step++) {
    await page.mouse.move(box.x + box.width / 2 + step * 4, box.y + box.height / 2 + step);
    await page.waitForTimeout(60);
  }
  const title = await tip.locator(".name").innerText();
  expect(title).toMatch(/^[A-Z]\w+ \d+$/);
  await page.mouse.down();
  await page.mouse.up();
  await expect
    .poll(() => page.getByRole("region", { name: "Item" }).locator(".title").innerText())
    .toBe(title);
});

test("a person's reasons add up to the prediction", async () => {
  const playground = await withModel();
  const { page } = playground;
  await playground.tab("People").click();
  await page.locator(".reason").first().waitFor();
  const number = (text: string): number => Number(text.replace("−", "-"));
  const [, score, base] = /prediction ([\d.−]+) is ([\d.−]+)/.exec(
    await page.locator(".reasons p").innerText(),
  )!;
  const parts = await page.locator(".reason .number").allInnerTexts();
  const sum = parts.map(number).reduce((a, b) => a + b, number(base!));
  expect(sum).toBeCloseTo(number(score!), 1);
  expect(await page.getByRole("list", { name: "Rated items" }).getByRole("listitem").count()).toBeGreaterThan(
    10,
  );
});

test("features by their ends, of items that many know", async () => {
  const playground = await withModel();
  const { page } = playground;
  await playground.tab("Features").click();
  await expect.poll(() => page.locator(".axis").count()).toBe(8);
  expect(await page.locator(".axis").first().locator("li").count()).toBe(10);
  const before = await page.locator(".axis").first().innerText();
  await page.getByLabel("Items with at least").selectOption("100");
  await expect.poll(() => page.locator(".axis").first().innerText()).not.toBe(before);
});

test("the heat map of chosen people and items stands beside what is known", async () => {
  const playground = await withModel();
  const { page } = playground;
  await playground.tab("Matrix").click();
  const known = page.getByRole("region", { name: "Known" });
  const predicted = page.getByRole("region", { name: "Predicted" });
  await predicted.locator("tbody td").first().waitFor();
  expect(await predicted.locator("tbody td").count()).toBe(12 * 14);
  expect(
    await predicted
      .locator("tbody td")
      .filter({ hasText: /^\d\.\d$/ })
      .count(),
  ).toBe(12 * 14);
  const rated = await known.locator("tbody td:not(.unknown)").count();
  expect(rated).toBeGreaterThan(20);
  expect(await predicted.locator("td.rated").count()).toBe(rated);

  const field = page.getByRole("combobox", { name: "Add an item" });
  // Enter comes before what matches does: it means the first of what will.
  await field.fill("horror 20");
  await field.press("Enter");
  await expect.poll(() => predicted.locator("thead th").first().innerText()).toBe("Horror 20");
  await known.getByRole("button", { name: "Remove Horror 20" }).click();
  await expect.poll(() => predicted.locator("thead th").count()).toBe(14);
});

test("somebody new: every rating changes the list, taking all back brings the first one again", async () => {
  const playground = await withModel();
  const { page } = playground;
  await playground.tab("Rate and see").click();
  const list = page.getByRole("region", { name: "Recommended to you" });
  const titles = () => list.locator(".row .name").allInnerTexts();
  await list.locator(".row").first().waitFor();
  const first = await titles();
  const rate = async (at: number, stars: number, ratings: RegExp): Promise<string[]> => {
    await page.locator(".to-rate li").nth(at).getByLabel(`${stars} of 5 stars`).check({ force: true });
    await expect.poll(() => list.locator("h3").innerText()).toMatch(ratings);
    return titles();
  };
  const one = await rate(0, 5, /from 1 rating,/);
  const two = await rate(1, 1, /from 2 ratings,/);
  const changed = await rate(0, 1, /from 2 ratings,/);
  expect(new Set([first, one, two].map(String)).size).toBe(3);
  await expect.poll(titles).not.toEqual(two);
  expect(changed).toHaveLength(12);
  await page.locator(".reasons").last().waitFor();
  await page.getByRole("button", { name: "Start over" }).click();
  await expect.poll(titles).toEqual(first);
});
