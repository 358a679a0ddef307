import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { Playground } from "../../demo/playground.js";
import { Keyboard } from "./keyboard.js";
import { playgrounds, ratingText, shown, TABS } from "./support.js";

const open = playgrounds();

/** A playground with a model, and the focus on a tab that was reached by arrow keys. */
async function at(tab: string): Promise<{ playground: Playground; page: Page; keyboard: Keyboard }> {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await playground.trained({ factors: 6, epochs: 3 });
  const keyboard = new Keyboard(page);
  await keyboard.to("Training");
  for (const name of TABS.slice(1, TABS.indexOf(tab) + 1)) {
    await keyboard.press("ArrowRight");
    await keyboard.isOn(name);
  }
  await shown(playground, tab);
  return { playground, page, keyboard };
}

/** Opens a list of matches in a field, and picks the first one that is called so. */
async function pick(page: Page, keyboard: Keyboard, field: string, name: string): Promise<void> {
  await keyboard.to(field);
  await keyboard.type(name);
  const option = page.locator(".combobox [role=option]:visible .name", { hasText: new RegExp(`^${name}$`) });
  await option.waitFor();
  // Keys mean nothing while the list is still of an older text.
  await expect
    .poll(async () => {
      await keyboard.press("ArrowDown");
      return page.locator("[role=option][aria-selected=true]:visible .name").allInnerTexts();
    })
    .toEqual([name]);
  await keyboard.press("Enter");
}

test("in every tab, Tab stops at each control once and nowhere else, with lists of matches that open on the way", async () => {
  const { playground, page, keyboard } = await at("Training");
  for (const tab of TABS) {
    await playground.tab(tab).click();
    await shown(playground, tab);
    const count = await keyboard.controls();
    await page.locator(".skip").focus();
    const seen = [await page.evaluateHandle(() => document.activeElement)];
    while (seen.length < count) {
      await keyboard.press("Tab");
      const now = await page.evaluateHandle(() => document.activeElement);
      seen.push(now);
      if (await now.evaluate((one) => one?.role === "combobox"))
        await page.locator(".combobox [role=option]:visible").first().waitFor();
    }
    const different = await page.evaluate((elements) => new Set(elements).size, seen);
    expect(different, `${tab}: controls that Tab reached`).toBe(count);
    await page.keyboard.press("Tab");
    expect(await keyboard.focused(), `${tab}: the browser's own controls come next`).toBe("BODY");
  }
});

test("colours, what works here, files and their columns, and generated worlds, without a mouse", async () => {
  const playground = await open();
  const { page } = playground;
  const keyboard = new Keyboard(page);
  await playground.ready();

  await keyboard.to("Skip to the results");
  await keyboard.press("Enter");
  expect(await page.locator("main").evaluate((main) => main === document.activeElement)).toBe(true);

  await keyboard.to("Colours", "Shift+Tab");
  await keyboard.press("ArrowDown");
  expect(await page.locator("html").getAttribute("data-theme")).toBe("light");
  await keyboard.press("Shift+Tab", "Enter");
  expect(await playground.notice.innerText()).toMatch(/^Kernels: .* Threads: \d/);
  await keyboard.to("Dismiss");
  await keyboard.press("Enter");
  expect(await playground.notice.count()).toBe(0);

  const data = (): Promise<string> => page.locator(".facts").innerText();
  await keyboard.to("Size of the generated world");
  await keyboard.press("ArrowDown", "Tab", "Enter");
  await expect.poll(data, { timeout: 60_000 }).toContain("1,000,000");
  await keyboard.isOn("Generate");

  const chooser = await keyboard.chooser("Open a file…", "Shift+Tab");
  await chooser.setFiles({
    name: "mine.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(ratingText(",", "stranger,movie,stars")),
  });
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  const head = (text: string): Promise<void> => dialog.locator("thead", { hasText: text }).waitFor();
  await keyboard.isOn("User");
  await keyboard.to("The first line names the columns");
  await keyboard.press("Space");
  await head("Column 1");
  await keyboard.press("Space");
  await head("stranger");
  await keyboard.isOn("The first line names the columns");
  // Users and items the other way round; for a moment both are the same column, which is said.
  await keyboard.to("User", "Shift+Tab");
  await keyboard.press("ArrowDown");
  await dialog.getByRole("alert").waitFor();
  await keyboard.to("Item");
  await keyboard.press("ArrowUp");
  await keyboard.isOn("Item");
  await keyboard.to("Read it");
  await page.keyboard.press("Enter");
  await expect.poll(data).toMatch(/Users\s+40\s+Items\s+60/);
  await keyboard.isOn("Open a file…");
});

test("options, training and its end, without a mouse", async () => {
  const playground = await open();
  const { page } = playground;
  const keyboard = new Keyboard(page);
  await playground.ready();
  await keyboard.to("Explicit");
  await keyboard.press("ArrowRight");
  await keyboard.isOn("Implicit");
  await keyboard.press("ArrowLeft");
  await keyboard.to("Factors");
  await keyboard.type("4");
  await keyboard.to("Epochs");
  await keyboard.type("1000");
  await keyboard.to("More");
  await keyboard.press("Enter");
  await keyboard.to("Held out to test");
  await keyboard.press("ArrowDown");
  await keyboard.to("Train");
  await keyboard.press("Enter");
  await page.locator(".tile", { hasText: "Time left" }).waitFor();
  await keyboard.isOn("Train");
  // Once more is no second training.
  await keyboard.press("Enter");
  expect(await playground.notice.innerText()).toMatch(/^Training is still going on/);
  await keyboard.to("Dismiss", "Shift+Tab");
  await keyboard.press("Enter");
  await keyboard.isOn("Open a file…");
  await keyboard.to("Cancel", "Shift+Tab");
  await keyboard.press("Enter");
  await expect.poll(() => playground.notice.innerText()).toBe("Training: stopped.");
  await page.locator(".job").waitFor({ state: "hidden" });
  await keyboard.isOn("Open a file…");

  await keyboard.to("Epochs");
  await keyboard.type("3");
  await keyboard.to("Train");
  await keyboard.press("Enter");
  await page.locator(".tile", { hasText: "Took" }).waitFor();
  await page.locator(".job").waitFor({ state: "hidden" });
  await keyboard.isOn("Train");
  await keyboard.press("Tab");
  await keyboard.isOn("Training");
  expect(await page.locator(".runs tbody tr").first().innerText()).toMatch(/K 4 .*3 epochs/);
  expect(await page.locator(".tiles").innerText()).toMatch(/run 1: \d/);
});

test("people and the reasons, without a mouse", async () => {
  const { page, keyboard } = await at("People");
  const who = (): Promise<string> => page.locator(".lead .who").innerText();
  await pick(page, keyboard, "Person", "user-12");
  await expect.poll(who).toBe("user-12");
  await keyboard.press("Tab", "Enter");
  await expect.poll(who).not.toBe("user-12");
  await keyboard.press("Tab");
  const suggested = await keyboard.focused();
  await keyboard.press("Enter");
  await expect.poll(who).toBe(suggested);
  const rows = page.getByRole("region", { name: "Recommended" }).getByRole("button");
  const second = await rows.nth(1).locator(".name").innerText();
  await keyboard.to(second);
  await keyboard.press("Enter");
  await expect.poll(() => page.locator(".reasons h3").innerText()).toBe(`Why ${second}?`);
  await keyboard.to("Rated items");
  await keyboard.press("End");
  await expect
    .poll(() => page.getByRole("list", { name: "Rated items" }).evaluate((list) => list.scrollTop))
    .toBeGreaterThan(0);
});

test("items, their map and its axes, without a mouse", async () => {
  const { page, keyboard } = await at("Items");
  const panel = page.getByRole("region", { name: "Item" });
  const title = (): Promise<string> => panel.locator(".title").innerText();
  await pick(page, keyboard, "Item", "Western 7");
  await expect.poll(title).toBe("Western 7");
  const similar = (): Promise<string> => panel.locator(".row .name").first().innerText();
  const canvas = page.locator("canvas[data-points]");
  const picture = (): Promise<string> => canvas.evaluate((one: HTMLCanvasElement) => one.toDataURL());
  const drawn = await picture();
  await keyboard.to("Across");
  await keyboard.press("ArrowDown");
  await expect.poll(picture).not.toBe(drawn);
  await keyboard.isOn("Across");

  await keyboard.to("Map of all items");
  await keyboard.press("+", "ArrowLeft", "ArrowDown", "-", "0", "ArrowRight");
  const named = page.locator(".map-tip .name");
  await named.waitFor();
  // The map glides to where keys have sent it, and what is named goes by what lies there.
  await page.waitForTimeout(600);
  const pointed = await named.innerText();
  await keyboard.press("Enter");
  await expect.poll(title).toBe(pointed);
  await keyboard.to("Zoom in");
  await keyboard.press("Enter", "Tab", "Enter", "Tab", "Enter");
  await keyboard.to("Comedy");
  await keyboard.press("Enter");
  expect(await page.getByRole("button", { name: "Comedy", exact: true }).getAttribute("aria-pressed")).toBe(
    "true",
  );
  await keyboard.to("Cosine");
  await keyboard.press("ArrowRight");
  await expect.poll(() => panel.innerText()).toContain("Likeness is the dot product");
  await keyboard.isOn("Dot");
  const next = await similar();
  await keyboard.to(next);
  await keyboard.press("Enter");
  await expect.poll(title).toBe(next);
  // What is like that one stands there now, and can be gone on to.
  await keyboard.isOn(await similar());
});

test("features and the least ratings of their items, without a mouse", async () => {
  const { page, keyboard } = await at("Features");
  const before = await page.locator(".axis").first().innerText();
  await keyboard.to("Items with at least");
  await keyboard.press("ArrowDown", "ArrowDown", "ArrowDown");
  await expect.poll(() => page.locator(".axis").first().innerText()).not.toBe(before);
  await keyboard.isOn("Items with at least");
});

test("people and items of the matrix, put in and taken out, without a mouse", async () => {
  const { page, keyboard } = await at("Matrix");
  const predicted = page.getByRole("region", { name: "Predicted" });
  const items = predicted.locator("thead th");
  const users = predicted.locator("tbody th");
  const other = await users.allInnerTexts();
  await pick(page, keyboard, "Add a person", "user-12");
  await expect.poll(() => users.first().innerText()).toBe("user-12");
  await keyboard.isOn("Add a person");
  await pick(page, keyboard, "Add an item", "Horror 20");
  await expect.poll(() => items.first().innerText()).toBe("Horror 20");
  const second = await items.nth(1).innerText();
  await keyboard.to("Remove Horror 20");
  await keyboard.press("Enter");
  await expect.poll(() => items.count()).toBe(14);
  await keyboard.isOn(`Remove ${second}`);
  await keyboard.to("Remove user-12");
  await keyboard.press("Enter");
  await expect.poll(() => users.allInnerTexts()).toEqual(other);
  // Every one of a side: the focus goes on to what is left.
  for (let left = other.length; left > 0; left--) {
    await keyboard.press("Enter");
    await expect.poll(() => users.count()).toBe(left - 1);
    expect(await keyboard.focused()).not.toBe("BODY");
  }
  await keyboard.to("Other people");
  await keyboard.press("Enter");
  await expect.poll(() => users.count()).toBeGreaterThan(6);
  await keyboard.isOn("Other people");
});

test("somebody new rates, changes, clears and starts over, without a mouse", async () => {
  const { page, keyboard } = await at("Rate and see");
  const list = page.getByRole("region", { name: "Recommended to you" });
  const checked = page.locator(".to-rate input:checked");
  await keyboard.to("Titles to rate");
  await keyboard.press("Tab", "Space", "ArrowRight", "ArrowRight");
  await expect.poll(() => list.innerText()).toMatch(/from 1 rating,/);
  expect(await checked.getAttribute("value")).toBe("3");
  await keyboard.to("clear the rating of");
  await keyboard.press("Enter");
  await expect.poll(() => list.locator("h3").innerText()).toBe("Before anything is known");
  expect(await checked.count()).toBe(0);
  await keyboard.isOn("1 of 5 stars");

  await keyboard.to("Find something to rate", "Shift+Tab");
  await keyboard.type("western 7");
  await keyboard.press("Enter");
  await expect.poll(() => page.locator(".to-rate .name").first().innerText()).toBe("Western 7");
  await keyboard.isOn("1 of 5 stars");
  await keyboard.press("Space");
  await expect.poll(() => list.innerText()).toMatch(/from 1 rating,/);
  const second = await list.locator(".row .name").nth(1).innerText();
  await keyboard.to(second);
  await keyboard.press("Enter");
  await expect.poll(() => page.locator("#panel-rate .reasons h3").innerText()).toBe(`Why ${second}?`);
  await keyboard.to("Start over", "Shift+Tab");
  await keyboard.press("Enter");
  await expect.poll(() => list.locator("h3").innerText()).toBe("Before anything is known");
  await keyboard.isOn("Start over");
});

test("every way to save, and to open again, without a mouse", async () => {
  const { playground, page, keyboard } = await at("Save");
  for (const [button, file] of [
    ["Download the model", "model.safetensors"],
    ["Download for fold-in", "model-for-fold-in.safetensors"],
    ["Download lists as CSV", "recommendations.csv"],
    ["Download ratings as CSV", "ratings.csv"],
  ] as const) {
    if (button === "Download lists as CSV") {
      await keyboard.to("Length of lists");
      await keyboard.press("ArrowUp");
    }
    await keyboard.to(button);
    const download = page.waitForEvent("download");
    await keyboard.press("Enter");
    expect((await download).suggestedFilename()).toBe(file);
    await page.locator(".job").waitFor({ state: "hidden" });
    await keyboard.isOn(button);
  }
  const press = async (button: string, says: RegExp, on: string): Promise<void> => {
    await keyboard.to(button);
    await keyboard.press("Enter");
    await expect.poll(() => page.locator("main, .notices").allInnerTexts().then(String)).toMatch(says);
    await page.locator(".job").waitFor({ state: "hidden" });
    await keyboard.isOn(on);
  };
  await press("Keep this model", /The model is kept in this browser/, "Keep this model");
  await press("Open it", /is open: it answers now/, "Open it");
  await press("Forget it", /Nothing is kept\./, "Keep this model");

  const chooser = await keyboard.chooser("Open a model…", "Shift+Tab");
  await chooser.setFiles({ name: "no.safetensors", mimeType: "", buffer: Buffer.from("no model") });
  await page.locator(".notice-error").waitFor();
  await keyboard.isOn("Open a model…");
  expect(await playground.page.locator(".model-line").innerText()).toContain("1,500 users");
});
