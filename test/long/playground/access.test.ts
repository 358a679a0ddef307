import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { playgrounds, ratingText, shown, TABS } from "./support.js";

const open = playgrounds();

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
    await shown(playground, tab);
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
