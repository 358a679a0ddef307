import { expect, test } from "vitest";
import { ALS, Model, Ratings } from "../../../src/index.js";
import { parseRatings } from "../../../src/io/index.js";
import type { Playground } from "../../demo/playground.js";
import { playgrounds, ratingRows } from "./support.js";

const open = playgrounds();

async function withModel(): Promise<Playground> {
  const playground = await open();
  await playground.ready();
  await playground.trained({ factors: 6, epochs: 3 });
  return playground;
}

test("a model is saved, answers the same in Node, and is opened here again", async () => {
  const playground = await withModel();
  const { page } = playground;
  await playground.tab("People").click();
  const region = page.getByRole("region", { name: "Recommended" });
  await region.locator(".row").first().waitFor();
  const name = await page.locator(".lead .who").innerText();
  const shown = await region.locator(".name").allInnerTexts();
  await playground.tab("Save").click();
  const bytes = await playground.downloaded("Download the model");
  const model = await Model.fromBytes<string, string>(new Uint8Array(bytes));
  expect(model.recommend(name, { count: 12 }).map(({ item }) => item)).toEqual(shown);

  await page.reload();
  await playground.ready();
  await playground.drop([{ name: "mine.safetensors", bytes: new Uint8Array(bytes) }]);
  await expect.poll(() => playground.notice.innerText()).toBe("mine.safetensors is open: it answers now.");
  expect(await page.locator(".model-line").innerText()).toMatch(
    /^Answers come from mine\.safetensors: 1,500 users/,
  );
  await playground.tab("People").click();
  await expect.poll(() => page.locator(".lead .who").innerText()).toBe(name);
  expect(await region.locator(".name").allInnerTexts()).toEqual(shown);
});

test("a model that Node trained on numbers as ids is opened, and answers", async () => {
  const trained = await new ALS({ factors: 3, epochs: 2, history: "ratings" }).fit(
    Ratings.from(ratingRows()),
  );
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await playground.drop([{ name: "node.safetensors", bytes: trained.toBytes() }]);
  await expect.poll(() => playground.notice.innerText()).toMatch(/is open/);
  await playground.tab("People").click();
  await page.locator(".lead .who").waitFor();
  const [, id] = /^User (\d+)$/.exec(await page.locator(".lead .who").innerText())!;
  const expected = trained.recommend(Number(id), { count: 12 }).map(({ item }) => String(item));
  expect(await page.getByRole("region", { name: "Recommended" }).locator(".name").allInnerTexts()).toEqual(
    expected,
  );
});

test("a model for a page folds in without users; what asks of users says so", async () => {
  const playground = await withModel();
  const { page } = playground;
  await playground.tab("Save").click();
  const bytes = await playground.downloaded("Download for fold-in");
  await playground.drop([{ name: "small.safetensors", bytes: new Uint8Array(bytes) }]);
  await expect.poll(() => playground.notice.innerText()).toMatch(/small\.safetensors is open/);
  await playground.tab("People").click();
  expect(await page.locator("#panel-people").innerText()).toContain("This model knows no users");
  await playground.tab("Rate and see").click();
  await page.locator(".to-rate li").first().getByLabel("4 of 5 stars").check({ force: true });
  await expect
    .poll(() => page.getByRole("region", { name: "Recommended to you" }).innerText())
    .toMatch(/from 1 rating,/);
});

test("all lists and the ratings as CSV", async () => {
  const playground = await withModel();
  const { page } = playground;
  await playground.tab("Save").click();
  const model = await Model.fromBytes<string, string>(
    new Uint8Array(await playground.downloaded("Download the model")),
  );
  await page.getByLabel("Length of lists").selectOption("5");
  const lists = (await playground.downloaded("Download lists as CSV")).toString().trim().split("\n");
  expect(lists[0]).toBe("user,rank,item,score,title");
  expect(lists).toHaveLength(1 + 5 * model.userCount);
  const [user, rank, item, score] = lists[1]!.split(",");
  const [best] = model.recommend(user!, { count: 1 });
  expect([rank, item, Number(score)]).toEqual(["1", best!.item, Number(best!.score.toFixed(4))]);

  const ratings = await parseRatings((await playground.downloaded("Download ratings as CSV")).toString());
  expect([ratings.count, ratings.userCount, ratings.itemCount]).toEqual([120_000, 1500, 1200]);
});

test("a model is kept in this browser until it is forgotten", async () => {
  const playground = await withModel();
  const { page } = playground;
  await playground.tab("Save").click();
  await page.getByRole("button", { name: "Keep this model" }).click();
  await expect.poll(() => playground.notice.innerText()).toMatch(/^The model is kept in this browser/);
  await page.reload();
  await playground.ready();
  await playground.tab("Save").click();
  await page.getByRole("button", { name: "Open it" }).click();
  await expect.poll(() => playground.notice.innerText()).toMatch(/is open: it answers now/);
  await page.getByRole("button", { name: "Forget it" }).click();
  await expect.poll(() => page.getByText("Nothing is kept.").isVisible()).toBe(true);
});
