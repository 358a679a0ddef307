import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { playgrounds, ratingText } from "./support.js";

const open = playgrounds();
const TABS = ["Training", "People", "Items", "Features", "Matrix", "Rate and see", "Save"];

interface Finding {
  readonly rule: string;
  readonly impact: string;
  readonly where: string;
}

/** What axe-core finds, of any impact. */
async function findings(page: Page): Promise<Finding[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.map(({ id, impact, nodes }) => ({
      rule: id,
      impact: impact ?? "",
      where: nodes.map(({ html }) => html.slice(0, 120)).join(" | "),
    }));
  });
}

test.each([
  { colorScheme: "light" as const, width: 1440, height: 900 },
  { colorScheme: "dark" as const, width: 1440, height: 900 },
  { colorScheme: "light" as const, width: 390, height: 844 },
])("axe-core finds nothing: $colorScheme, $width wide", async ({ colorScheme, width, height }) => {
  const playground = await open({ colorScheme, viewport: { width, height } });
  const { page } = playground;
  await playground.ready();
  expect(await findings(page), "before there is a model").toEqual([]);
  await playground.trained({ factors: 6, epochs: 3 });
  for (const tab of TABS) {
    await playground.tab(tab).click();
    await page.waitForTimeout(400);
    if (tab === "Rate and see")
      await page.locator(".to-rate li").first().getByLabel("4 of 5 stars").check({ force: true });
    await page.waitForTimeout(200);
    expect(await findings(page), tab).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide, `${tab} is no wider than the screen`).toBeLessThanOrEqual(0);
  }
  await playground.drop([{ name: "r.csv", bytes: ratingText(",") }]);
  await page.getByRole("dialog").waitFor();
  expect(await findings(page), "dialog").toEqual([]);
});

/** Presses Tab until something is reached, as somebody without a mouse does. */
async function tabTo(page: Page, what: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      const label = (element as HTMLInputElement | null)?.labels?.[0]?.innerText;
      return element?.getAttribute("aria-label") ?? label ?? element?.innerText ?? "";
    });
    if (name.trim().startsWith(what)) return;
  }
  throw new Error(`Tab never reaches ${what}`);
}

test("all of it is used without a mouse", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();

  await tabTo(page, "Skip to the results");
  await tabTo(page, "Open a file…");
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles({
    name: "mine.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(ratingText(",")),
  });
  await page.getByRole("dialog").waitFor();
  await tabTo(page, "Read it");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.locator(".facts-box .source").innerText()).toBe("mine.csv");

  await tabTo(page, "Factors");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("4");
  await page.keyboard.press("Enter");
  await page.locator(".tile", { hasText: "Took" }).waitFor();
  await page.locator(".job").waitFor({ state: "hidden" });

  const openTab = async (steps: number, name: string): Promise<void> => {
    for (let step = 0; step < steps; step++) await page.keyboard.press("ArrowRight");
    await expect.poll(() => playground.tab(name).getAttribute("aria-selected")).toBe("true");
  };
  await tabTo(page, "Training");
  await openTab(1, "People");
  await page.locator(".reasons").waitFor();
  await tabTo(page, "Person");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("12");
  await page.locator(".combobox [role=option] .name", { hasText: /^User 12$/ }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.locator(".lead .who").innerText()).toBe("User 12");
  const rows = page.getByRole("region", { name: "Recommended" }).getByRole("button");
  const second = await rows.nth(1).locator(".name").innerText();
  await tabTo(page, second);
  await page.keyboard.press("Enter");
  await expect.poll(() => page.locator(".reasons h3").innerText()).toBe(`Why ${second}?`);

  await playground.tab("People").focus();
  await openTab(1, "Items");
  await page.locator("canvas[data-points]").waitFor();
  await tabTo(page, "Map of all items");
  const title = () => page.getByRole("region", { name: "Item" }).locator(".title").innerText();
  const before = await title();
  for (const key of ["+", "ArrowLeft", "ArrowDown", "-", "0", "ArrowRight"]) await page.keyboard.press(key);
  await page.locator(".map-tip").waitFor();
  const named = await page.locator(".map-tip .name").innerText();
  await page.keyboard.press("Enter");
  await expect.poll(title).toBe(named);
  expect(before).toMatch(/^1\d\d$/);

  await playground.tab("Items").focus();
  await openTab(3, "Rate and see");
  await page.locator(".to-rate input").first().waitFor();
  await tabTo(page, "Titles to rate");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  const list = page.getByRole("region", { name: "Recommended to you" });
  await expect.poll(() => list.innerText()).toMatch(/from 1 rating,/);
  expect(await page.locator(".to-rate input:checked").getAttribute("value")).toBe("3");

  await playground.tab("Rate and see").focus();
  await openTab(1, "Save");
  await tabTo(page, "Download the model");
  const download = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  expect((await download).suggestedFilename()).toBe("model.safetensors");
});
