import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { expect, test } from "vitest";
import { playgrounds } from "./support.js";

const open = playgrounds();
const USERS = 138_493;
const ITEMS = 26_744;
const RATINGS = 20_000_000;

/** As many ratings as MovieLens-20M has, of as many users and items; each pair at most once. */
async function write(path: string): Promise<void> {
  const file = createWriteStream(path);
  let text = "userId,movieId,rating\n";
  const each = Math.ceil(RATINGS / USERS);
  let count = 0;
  for (let user = 0; user < USERS && count < RATINGS; user++) {
    for (let at = 0; at < each && count < RATINGS; at++, count++)
      text += `${user},${(user * 31 + at * 185) % ITEMS},${((user * 7 + at * 3) % 10) / 2 + 0.5}\n`;
    if (text.length < 1 << 20) continue;
    if (!file.write(text)) await new Promise<void>((resolve) => file.once("drain", () => resolve()));
    text = "";
  }
  file.end(text);
  await finished(file);
}

test("20 million ratings are read and trained on, or refused with the reason while all is still there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "alternant-playground-"));
  try {
    const path = join(folder, "twenty-million.csv");
    await write(path);
    const playground = await open();
    const { page } = playground;
    await playground.ready();
    await page.getByLabel("Open a file…").setInputFiles(path);
    await page.getByRole("button", { name: "Read it" }).click();
    await page.locator(".job").waitFor({ state: "hidden", timeout: 240_000 });
    const source = await page.locator(".facts-box .source").innerText();
    if (source === "Generated world") {
      // Refused: in words, and with what was there before.
      expect(await playground.notice.innerText()).toMatch(/memory|large|limit/);
      return;
    }
    expect(await page.locator(".facts").innerText()).toMatch(/20,000,000/);
    await playground.set("Factors", 8);
    await playground.set("Epochs", 1);
    await playground.train.click();
    await page.locator(".job").waitFor();
    await page.locator(".job").waitFor({ state: "hidden", timeout: 240_000 });
    const outcome = await page.locator("#panel-train, .notice").allInnerTexts();
    console.info(
      `20 million ratings in the page: ${/Took[\s\S]*?epochs/.exec(outcome.join(" "))?.[0] ?? outcome.join(" ")}`,
    );
    expect(outcome.join("\n")).toMatch(/Took|memory|large|limit/);
    expect(await page.locator(".facts-box .source").innerText()).toBe("twenty-million.csv");
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 600_000);
