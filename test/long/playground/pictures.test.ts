import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PICTURES } from "../../demo/playground.js";
import { playgrounds } from "./support.js";

const open = playgrounds();
const TABS = [
  ["Training", ".plot canvas"],
  ["People", ".reason"],
  ["Items", "canvas[data-points]"],
  ["Features", ".axis"],
  ["Matrix", ".heat td"],
  ["Rate and see", ".to-rate li"],
  ["Save", "pre"],
] as const;

/** Pictures of every tab under build/, for people to look at. */
test.each([
  { name: "wide", colorScheme: "light" as const, width: 1440, height: 900 },
  { name: "wide", colorScheme: "dark" as const, width: 1440, height: 900 },
  { name: "phone", colorScheme: "light" as const, width: 390, height: 844 },
  { name: "phone", colorScheme: "dark" as const, width: 390, height: 844 },
])("pictures: $name, $colorScheme", async ({ name, colorScheme, width, height }) => {
  mkdirSync(PICTURES, { recursive: true });
  const playground = await open({ colorScheme, viewport: { width, height } });
  const { page } = playground;
  await playground.ready();
  const shoot = async (what: string): Promise<void> => {
    const path = join(PICTURES, `${what.toLowerCase().replaceAll(" ", "-")}-${name}-${colorScheme}.png`);
    await page.screenshot({ path, fullPage: name === "phone" });
    expect(existsSync(path)).toBe(true);
  };
  await shoot("start");
  await playground.trained({ factors: 32, epochs: 12 });
  for (const [tab, what] of TABS) {
    await playground.tab(tab).click();
    await page.locator(what).first().waitFor();
    if (tab === "Rate and see")
      for (const [at, stars] of [
        [0, 5],
        [1, 2],
        [3, 4],
      ])
        await page.locator(".to-rate li").nth(at!).getByLabel(`${stars} of 5 stars`).check({ force: true });
    await page.waitForTimeout(600);
    await shoot(tab);
  }
});
