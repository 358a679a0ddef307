import { expect, test } from "vitest";
import { playgrounds } from "./support.js";

const open = playgrounds();

test("runs are compared where the same ratings were held out, and the table tells where they were not", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  const note = page.locator(".tile").first().locator(".note");
  const legends = page.locator(".curves .legend");
  const options = page.getByRole("table", { name: "Runs" }).locator("tbody td:nth-child(2)");
  await playground.trained({ factors: 4, epochs: 2 });
  await playground.trained({ factors: 6, epochs: 2 });
  expect(await note.innerText()).toMatch(/^run 1: \d\.\d{4}$/);
  expect(await legends.first().innerText()).toContain("Run 1");
  expect((await options.allInnerTexts()).join()).not.toMatch(/seed|held out/);

  await page.getByText("More", { exact: true }).click();
  await playground.set("Seed", 2);
  await playground.trained({ factors: 6, epochs: 2 });
  expect(await note.innerText()).toBe("on 12,000 held-out ratings");
  for (const legend of await legends.allInnerTexts()) expect(legend).not.toContain("Run ");
  expect((await options.allInnerTexts()).map((text) => /seed \d/.exec(text)?.[0])).toEqual([
    "seed 2",
    "seed 1",
    "seed 1",
  ]);

  await playground.set("Seed", 1);
  await page.getByLabel("Held out to test").selectOption("0.2");
  await playground.trained({ factors: 6, epochs: 1 });
  expect(await note.innerText()).toBe("on 24,000 held-out ratings");
  for (const legend of await legends.allInnerTexts()) expect(legend).not.toContain("Run ");
  const told = await options.allInnerTexts();
  expect(told[0]).toMatch(/^K 6 · .* · 1 epoch · seed 1 · 20 % held out$/);
  expect(told[3]).toMatch(/^K 4 · .* · 2 epochs · seed 1 · 10 % held out$/);
  expect(await page.locator(".tile", { hasText: "Took" }).innerText()).toMatch(/\b1 epoch$/);

  await page.getByLabel("Held out to test").selectOption("0.1");
  await playground.trained({ factors: 8, epochs: 2 });
  expect(await note.innerText()).toMatch(/^run 2: /);
  expect(await legends.last().innerText()).toContain("Run 2");
});
