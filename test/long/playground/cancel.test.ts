import { expect, test } from "vitest";
import { ALS, Ratings } from "../../../src/index.js";
import type { Playground } from "../../demo/playground.js";
import { playgrounds, ratingRows, ratingText } from "./support.js";

const open = playgrounds();
/** A disk so slow that whoever looks can press a button before it has answered. */
const SLOW_DISK = `
for (const [prototype, name] of [[Blob.prototype, "arrayBuffer"], [FileSystemWritableFileStream.prototype, "write"]]) {
  const real = prototype[name];
  prototype[name] = async function (...given) {
    await new Promise((resolve) => setTimeout(resolve, 800));
    return real.apply(this, given);
  };
}`;

/** Presses Cancel while that goes on, and waits until the page says that it was stopped. */
async function stopped(playground: Playground, label: RegExp): Promise<void> {
  const { page } = playground;
  await page.locator(".job-label", { hasText: label }).waitFor();
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.locator(".job").waitFor({ state: "hidden" });
  const words = await playground.notice.innerText();
  expect(words).toMatch(label);
  expect(words).toMatch(/: stopped\.$/);
}

test("generating, reading, training, making lists; and all of it works afterwards", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await page.getByLabel("Size of the generated world").selectOption("catalogue");
  await page.getByRole("button", { name: "Generate" }).click();
  await stopped(playground, /^Generating/);

  const rows = Array.from({ length: 900_000 }, (_, at) => `${at % 9000},${Math.floor(at / 9000)},3`);
  await page
    .getByLabel("Open a file…")
    .setInputFiles({ name: "long.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });
  await page.getByRole("button", { name: "Read it" }).click();
  await stopped(playground, /^Reading long\.csv/);
  expect(await page.locator(".facts-box .source").innerText()).toBe("Generated world");

  await playground.set("Epochs", 1000);
  await playground.train.click();
  await stopped(playground, /^Training/);
  await playground.trained({ factors: 8, epochs: 2 });

  await page.getByLabel("Size of the generated world").selectOption("catalogue");
  await page.getByRole("button", { name: "Generate" }).click();
  await page.locator(".job").waitFor({ state: "visible" });
  await page.locator(".job").waitFor({ state: "hidden", timeout: 60_000 });
  await playground.trained({ factors: 8, epochs: 1 });
  await playground.tab("Save").click();
  await page.getByLabel("Length of lists").selectOption("50");
  await page.getByRole("button", { name: "Download lists as CSV" }).click();
  await stopped(playground, /^Making all lists/);
  expect(await page.getByRole("button", { name: "Download lists as CSV" }).isEnabled()).toBe(true);
});

/** Presses a button, and Cancel before anything else can happen. */
async function stoppedAtOnce(playground: Playground, button: string, label: RegExp): Promise<void> {
  const { page } = playground;
  await page.getByRole("button", { name: button }).evaluate((element: HTMLElement) => {
    element.click();
    document.querySelector<HTMLElement>(".job button")!.click();
  });
  await page.locator(".job").waitFor({ state: "hidden" });
  const words = await playground.notice.innerText();
  expect(words).toMatch(label);
  expect(words).toMatch(/: stopped\.$/);
}

test("looking at a file, opening a model, writing any download; what was there stays, and all of it works afterwards", async () => {
  const playground = await open({ workerBegins: SLOW_DISK });
  const { page } = playground;
  await playground.ready();
  await playground.trained({ factors: 6, epochs: 2 });
  const line = await page.locator(".model-line").innerText();
  const other = await new ALS({ factors: 3, epochs: 1 }).fit(Ratings.from(ratingRows()));
  const modelFile = { name: "other.safetensors", bytes: other.toBytes() };
  const unchanged = async (): Promise<void> => {
    expect(await page.locator(".model-line").innerText()).toBe(line);
    expect(await page.locator(".facts-box .source").innerText()).toBe("Generated world");
    expect(await playground.train.isEnabled()).toBe(true);
  };

  await playground.drop([{ name: "seen.csv", bytes: ratingText(",") }]);
  await stopped(playground, /^Looking at seen\.csv/);
  await page.waitForTimeout(1000);
  expect(await page.getByRole("dialog").isVisible()).toBe(false);
  await unchanged();

  await playground.drop([modelFile]);
  await stopped(playground, /^Opening other\.safetensors/);
  await unchanged();
  await playground.tab("People").click();
  await page.locator(".reason").first().waitFor();

  const downloads: string[] = [];
  page.on("download", (download) => downloads.push(download.suggestedFilename()));
  await playground.tab("Save").click();
  await stoppedAtOnce(playground, "Download the model", /^Writing the model/);
  await stoppedAtOnce(playground, "Download for fold-in", /^Writing the model/);
  await stoppedAtOnce(playground, "Download ratings as CSV", /^Writing the ratings/);
  await stoppedAtOnce(playground, "Download lists as CSV", /^Making all lists/);
  await page.waitForTimeout(300);
  expect(downloads).toEqual([]);
  await unchanged();

  for (const [button, name] of [
    ["Download the model", "model.safetensors"],
    ["Download for fold-in", "model-for-fold-in.safetensors"],
    ["Download ratings as CSV", "ratings.csv"],
    ["Download lists as CSV", "recommendations.csv"],
  ] as const) {
    const event = page.waitForEvent("download");
    await page.getByRole("button", { name: button }).click();
    expect((await event).suggestedFilename()).toBe(name);
    await page.locator(".job").waitFor({ state: "hidden" });
  }
  await playground.drop([modelFile]);
  await expect.poll(() => playground.notice.innerText()).toBe("other.safetensors is open: it answers now.");
  await playground.trained();
  expect(await page.locator(".model-line").innerText()).toMatch(/Generated world: .* 8 factors/);
});

test("keeping a model, and opening the kept one: what is kept stays as it was", async () => {
  const playground = await open({ workerBegins: SLOW_DISK });
  const { page } = playground;
  await playground.ready();
  await playground.trained({ factors: 6, epochs: 2 });
  await playground.tab("Save").click();
  await page.getByRole("button", { name: "Keep this model" }).click();
  await stopped(playground, /^Keeping the model/);
  await page.getByText("Nothing is kept.").waitFor();
  expect(await playground.keptFiles()).toEqual([]);

  await page.getByRole("button", { name: "Keep this model" }).click();
  const kept = page.getByText(/^Kept: Generated world/);
  await kept.waitFor();
  const size = await kept.innerText();
  await playground.tab("Training").click();
  await playground.trained({ factors: 24, epochs: 2 });
  await playground.tab("Save").click();
  await kept.waitFor();
  await page.getByRole("button", { name: "Keep this model" }).click();
  await stopped(playground, /^Keeping the model/);
  await expect.poll(() => kept.innerText()).toBe(size);

  await page.getByRole("button", { name: "Open it" }).click();
  await stopped(playground, /^Opening Generated world/);
  expect(await page.locator(".model-line").innerText()).toMatch(/ 24 factors$/);
  await page.getByRole("button", { name: "Open it" }).click();
  await page.getByText("Generated world is open: it answers now.").waitFor();
  expect(await page.locator(".model-line").innerText()).toMatch(/ 6 factors$/);
});
