import { expect, test } from "vitest";
import type { Playground } from "../../demo/playground.js";
import { playgrounds } from "./support.js";

const open = playgrounds();

/** Has the browser give the site so many bytes. */
async function quota(playground: Playground, quotaSize: number): Promise<void> {
  const session = await playground.page.context().newCDPSession(playground.page);
  await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(playground.url).origin, quotaSize });
}

test("storage full: told, and the model can still be downloaded", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await quota(playground, 20_000);
  await playground.trained();
  await playground.tab("Save").click();
  await page.getByRole("button", { name: "Keep this model" }).click();
  await page.getByRole("alert").locator(".notice").waitFor();
  expect(await playground.notice.innerText()).toMatch(
    /The model has .* MB, and the browser has 0\.0 MB left for this site\. .*download the model instead/,
  );
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the model" }).click();
  expect((await download).suggestedFilename()).toBe("model.safetensors");
});

/** What a browser believes of its storage may be more than a disk has: then writing ends in the middle. */
const HOPEFUL = "navigator.storage.estimate = async () => ({ quota: 1e12, usage: 0 });";

test("storage that gets full half-way: nothing is half kept, and the model kept before opens", async () => {
  const playground = await open({ workerBegins: HOPEFUL });
  const { page } = playground;
  await playground.ready();
  await quota(playground, 500_000);
  await playground.trained({ factors: 64, epochs: 1 });
  await playground.tab("Save").click();
  const keep = page.getByRole("button", { name: "Keep this model" });
  const refused = page.getByRole("alert").locator(".notice");
  await keep.click();
  await refused.waitFor();
  expect(await refused.innerText()).toMatch(
    /^The browser's storage for this site is full: it took 0\.[1-9] of the model's 2\.\d MB\. Nothing of it is kept\. .*download the model instead\.$/,
  );
  await page.getByText("Nothing is kept.").waitFor();
  expect(await playground.keptFiles()).toEqual([]);

  await quota(playground, 50_000_000);
  await keep.click();
  const kept = page.getByText(/^Kept: Generated world/);
  await kept.waitFor();
  const size = await kept.innerText();
  const files = await playground.keptFiles();
  expect(files).toHaveLength(1);
  await playground.tab("Training").click();
  await playground.trained({ factors: 96, epochs: 1 });
  await quota(playground, files[0]!.bytes + 600_000);
  await playground.tab("Save").click();
  await keep.click();
  await refused.waitFor();
  expect(await refused.innerText()).toMatch(
    /storage for this site is full: .* It is not kept; the one kept before, Generated world, still is\./,
  );

  await page.reload();
  await playground.ready();
  await playground.tab("Save").click();
  await kept.waitFor();
  expect(await kept.innerText()).toBe(size);
  expect(await playground.keptFiles()).toEqual(files);
  await page.getByRole("button", { name: "Open it" }).click();
  await expect.poll(() => page.locator(".model-line").innerText()).toMatch(/ 64 factors$/);
});

test("a browser that keeps no files says so, and the model can be downloaded", async () => {
  const playground = await open({ workerBegins: "delete FileSystemFileHandle.prototype.createWritable;" });
  const { page } = playground;
  await playground.ready();
  await playground.trained({ factors: 4, epochs: 1 });
  await playground.tab("Save").click();
  await page.getByRole("button", { name: "Keep this model" }).click();
  await page.getByRole("alert").locator(".notice").waitFor();
  expect(await playground.notice.innerText()).toMatch(
    /^This browser keeps no files.*Download the model instead/,
  );
});
