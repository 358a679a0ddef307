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
  { colorScheme: "dark" as const, width: 390, height: 844 },
])("axe-core finds nothing: $colorScheme, $width wide", async ({ colorScheme, width, height }) => {
  const playground = await open({ colorScheme, viewport: { width, height } });
  const { page } = playground;
  await playground.ready();
  expect(await findings(page), "before there is a model").toEqual([]);
  await playground.drop([{ name: "picture.png", bytes: new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]) }]);
  await page.locator(".notice-error").waitFor();
  expect(await findings(page), "an error").toEqual([]);

  await page.locator("summary", { hasText: "More" }).click();
  await playground.set("Epochs", 1000);
  await playground.train.click();
  await page.locator(".tile", { hasText: "Time left" }).waitFor();
  expect(await findings(page), "during training").toEqual([]);
  await playground.drop([{ name: "second.csv", bytes: ratingText(",") }]);
  await page.getByRole("button", { name: "Keep going" }).waitFor();
  expect(await findings(page), "asked during training").toEqual([]);
  expect(await page.locator(".job").isVisible(), "still training").toBe(true);
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.locator(".job").waitFor({ state: "hidden" });

  await playground.trained({ factors: 6, epochs: 3 });
  for (const tab of TABS) {
    await playground.tab(tab).click();
    await shown(playground, tab);
    if (tab === "Rate and see")
      await page.locator(".to-rate li").first().getByLabel("4 of 5 stars").check({ force: true });
    await page.waitForTimeout(200);
    expect(await findings(page), tab).toEqual([]);
    const field = page.getByRole("tabpanel").getByRole("combobox").and(page.locator("input")).last();
    if (await field.isVisible()) {
      await field.fill("1");
      await page.locator(".combobox [role=option]:visible").nth(1).waitFor();
      expect(await findings(page), `${tab}, an open list`).toEqual([]);
      await field.fill("nothing of the kind");
      await page.locator(".combobox .none:visible").waitFor();
      expect(await findings(page), `${tab}, a list without a match`).toEqual([]);
      await field.press("Escape");
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide, `${tab} is no wider than the screen`).toBeLessThanOrEqual(0);
  }
  await playground.drop([{ name: "r.csv", bytes: ratingText(",") }]);
  await page.getByRole("dialog").waitFor();
  expect(await findings(page), "dialog").toEqual([]);
});

test.each([
  { colorScheme: "light" as const, width: 1440, height: 900 },
  { colorScheme: "dark" as const, width: 390, height: 844 },
])(
  "axe-core finds nothing with implicit feedback: $colorScheme, $width wide",
  async ({ colorScheme, width, height }) => {
    const playground = await open({ colorScheme, viewport: { width, height } });
    const { page } = playground;
    await playground.ready();
    await page.getByRole("radio", { name: "Implicit" }).check();
    await playground.trained({ factors: 6, epochs: 3 });
    for (const tab of TABS) {
      await playground.tab(tab).click();
      await shown(playground, tab);
      if (tab === "Rate and see")
        await page
          .getByRole("button", { name: /^like / })
          .first()
          .click();
      expect(await findings(page), tab).toEqual([]);
    }
  },
);
