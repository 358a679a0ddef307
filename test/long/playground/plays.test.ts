import { expect, test } from "vitest";
import { playgrounds } from "./support.js";

const open = playgrounds();

/** Plays of 30 people and 20 items: mostly few, and some of 843. */
function csv(): string {
  const lines = ["user,item,plays"];
  for (let user = 0; user < 30; user++)
    for (let item = 0; item < 20; item++)
      if ((user * 7 + item * 3) % 4 > 0)
        lines.push(`u${user},i${item},${(user + item) % 6 === 0 ? 843 : ((user * item) % 9) + 1}`);
  return `${lines.join("\n")}\n`;
}

test("plays are counts, and what is predicted of them has digits and a scale of its own", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await playground.drop([{ name: "plays.csv", bytes: csv() }]);
  await page.getByRole("button", { name: "Read it" }).click();
  await expect.poll(() => page.locator(".facts-box .source").innerText()).toBe("plays.csv");
  await page.getByRole("radio", { name: "Implicit" }).check();
  await playground.trained({ factors: 4, epochs: 3 });
  await playground.tab("Matrix").click();
  const known = page.getByRole("region", { name: "Known" }).locator("tbody td:not(.unknown)");
  await known.first().waitFor();
  const counts = await known.allInnerTexts();
  expect(counts).toContain("843");
  for (const count of counts) expect(count).toMatch(/^\d+$/);
  const predicted = page.getByRole("region", { name: "Predicted" }).locator("tbody td");
  const values = await predicted.allInnerTexts();
  for (const value of values) expect(value).toMatch(/^−?\d\.\d\d+$/);
  // With one digit there would be hardly more than ten.
  expect(new Set(values).size).toBeGreaterThan(15);
  expect(
    await predicted.filter({ has: page.locator("xpath=self::*[contains(@title, '(rated 843)')]") }).count(),
  ).toBe(counts.filter((count) => count === "843").length);
  const scales = page.locator(".heat-scale");
  expect(await scales.first().innerText()).toMatch(/^Known\s*1\s*843$/);
  expect(await scales.last().innerText()).toMatch(/^Predicted\s*−?\d\.\d\d+\s*\d\.\d\d+$/);

  await playground.tab("People").click();
  const rated = page.getByRole("list", { name: "Rated items" }).locator(".number");
  await rated.first().waitFor();
  for (const count of await rated.allInnerTexts()) expect(count).toMatch(/^\d+$/);
  await playground.tab("Rate and see").click();
  const popular = page.getByRole("region", { name: "Recommended to you" });
  await popular.locator(".row").first().waitFor();
  expect(await popular.locator("h3").innerText()).toBe("Before anything is known by the number of ratings");
  for (const count of await popular.locator(".row .number").allInnerTexts()) expect(count).toMatch(/^\d+$/);
});
