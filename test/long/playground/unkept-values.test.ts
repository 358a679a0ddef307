import { expect, test } from "vitest";
import { ALS, Ratings } from "../../../src/index.js";
import type { Playground } from "../../demo/playground.js";
import { playgrounds, ratingRows } from "./support.js";

const open = playgrounds();
const RATINGS = Ratings.from(ratingRows());

async function opened(history: "none" | "items"): Promise<Playground> {
  const model = await new ALS({ factors: 3, epochs: 2, history }).fit(RATINGS);
  const playground = await open();
  await playground.ready();
  await playground.drop([{ name: "node.safetensors", bytes: model.toBytes() }]);
  await expect.poll(() => playground.notice.innerText()).toMatch(/is open/);
  return playground;
}

test("a model that keeps which items were rated, and no values, makes none up", async () => {
  const playground = await opened("items");
  const { page } = playground;
  await playground.tab("Matrix").click();
  const known = page.getByRole("region", { name: "Known" });
  const cells = known.locator("tbody td:not(.unknown)");
  await cells.first().waitFor();
  const users = await known.locator("tbody th").allInnerTexts();
  const items = await known.locator("thead th").allInnerTexts();
  const shown = new Set(users.map((user) => Number(user.replace("User ", ""))));
  const titles = new Set(items.map(Number));
  const rated = ratingRows().filter(({ user, item }) => shown.has(user) && titles.has(item));
  expect(await cells.count()).toBe(rated.length);
  expect(new Set(await cells.allInnerTexts())).toEqual(new Set(["•\nrated"]));
  expect(await known.locator("td[class*=heat-]").count()).toBe(0);
  expect(await cells.first().getAttribute("title")).toMatch(/^User \d+, \d+: rated, value not kept$/);
  expect(await known.locator("caption").innerText()).toContain("their values are not kept");
  const framed = page.getByRole("region", { name: "Predicted" }).locator("td.rated");
  expect(await framed.count()).toBe(rated.length);
  expect(await framed.first().getAttribute("title")).toMatch(/ \(rated, value not kept\)$/);

  await playground.tab("People").click();
  const list = page.getByRole("region", { name: "Rated" });
  await list.locator(".row").first().waitFor();
  expect(await list.locator("h3").innerText()).toBe("Rated values are not kept");
  expect(await list.locator(".bar").count()).toBe(0);
  await expect
    .poll(() => page.locator("section", { hasText: "No reasons" }).last().innerText())
    .toMatch(
      /This model keeps which items were rated, not how, and reasons are made of ratings\. Train here, .* history: "ratings" in Node\.$/,
    );
});

test("a model that keeps no ratings says so, and why it has no reasons", async () => {
  const playground = await opened("none");
  const { page } = playground;
  await playground.tab("People").click();
  const list = page.getByRole("region", { name: "Rated" });
  await expect.poll(() => list.innerText()).toMatch(/^Rated\s+This model keeps no ratings\.$/);
  await expect
    .poll(() => page.locator("section", { hasText: "No reasons" }).last().innerText())
    .toMatch(/This model keeps no ratings, and reasons are made of ratings\./);
  await playground.tab("Matrix").click();
  const known = page.getByRole("region", { name: "Known" });
  await known.locator("td.unknown").first().waitFor();
  expect(await known.locator("tbody td:not(.unknown)").count()).toBe(0);
});
