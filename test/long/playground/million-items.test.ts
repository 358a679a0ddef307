import { expect, test } from "vitest";
import { playgrounds } from "./support.js";

const open = playgrounds();
const ITEMS = 1_000_003;
const ROWS = 1_200_000;

test("a million items: found, and drawn as far as they can be told apart", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  // 7919 is prime, so that all items come.
  const rows = Array.from(
    { length: ROWS },
    (_, at) => `${at % 2003},${(at * 7919) % ITEMS},${(at % 9) / 2 + 1}`,
  );
  await page
    .getByLabel("Open a file…")
    .setInputFiles({ name: "many.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });
  // Handing over so many bytes is Playwright's doing.
  await page.getByRole("dialog").waitFor();
  await page.evaluate(() => window.longTasks.splice(0));
  await page.getByRole("button", { name: "Read it" }).click();
  await page.locator(".facts-box .source", { hasText: "many.csv" }).waitFor();
  await playground.trained({ factors: 4, epochs: 2 });
  await playground.tab("Items").click();
  await page.locator(`canvas[data-points='${ITEMS}']`).waitFor({ timeout: 60_000 });
  expect(await page.locator(".axes").innerText()).toContain("the 30,000 best known of 1,000,003 items");
  const field = page.getByRole("combobox", { name: "Item" });
  await field.fill("777777");
  await page.getByRole("option", { name: "777777", exact: false }).first().click();
  await expect
    .poll(() => page.getByRole("region", { name: "Item" }).locator("h3").innerText())
    .toBe("777777");
  const box = (await page.locator("canvas[data-points]").boundingBox())!;
  await page.mouse.move(box.x + 200, box.y + 200);
  await page.mouse.down();
  await page.mouse.move(box.x + 300, box.y + 250);
  await page.mouse.up();
  for (const tab of ["People", "Features", "Matrix", "Rate and see"]) await playground.tab(tab).click();
  await page.locator(".to-rate li").first().waitFor({ timeout: 60_000 });
  const tasks = await page.evaluate(() => window.longTasks.map(({ duration }) => Math.round(duration)));
  console.info(
    `A million items: tasks of the page's main thread beyond 50 ms: ${tasks.join(", ") || "none"}`,
  );
  expect(await page.locator(".notice").allInnerTexts()).toEqual([]);
});
