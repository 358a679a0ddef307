import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { ALS, Ratings } from "../../../src/index.js";
import { forged } from "../../model/craft.js";
import { playgrounds, ratingRows, ratingText } from "./support.js";

const open = playgrounds();
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

async function model(): Promise<Uint8Array<ArrayBuffer>> {
  return (await new ALS({ factors: 2, epochs: 1 }).fit(Ratings.from(ratingRows()))).toBytes();
}

/** Drops it, and gives the words in which it is refused; the data that was there has to stay. */
async function refused(name: string, bytes: Uint8Array | string): Promise<string> {
  const playground = await open();
  await playground.ready();
  await playground.drop([{ name, bytes }]);
  await playground.page.getByRole("alert").locator(".notice").waitFor();
  const words = await playground.notice.innerText();
  expect(await playground.page.locator(".facts-box .source").innerText()).toBe("Generated world");
  expect(await playground.train.isEnabled()).toBe(true);
  return words;
}

describe("what cannot be read is refused in words", () => {
  test.each<[string, string, () => Promise<Uint8Array | string> | Uint8Array | string, RegExp]>([
    ["a PNG", "photo.png", () => PNG, /^photo\.png is a PNG picture\. Ratings are text/],
    ["a PNG that calls itself CSV", "photo.csv", () => PNG, /^photo\.csv is a PNG picture/],
    ["an empty file", "none.csv", () => "", /^none\.csv is empty: it has 0 bytes/],
    [
      "a zip without ratings",
      "papers.zip",
      () => zipSync({ "a.pdf": strToU8("%PDF"), "b.png": new Uint8Array(PNG) }),
      /^papers\.zip holds no file of ratings: expected ratings\.csv.*it holds a\.pdf, b\.png/,
    ],
    [
      "a damaged zip",
      "cut.zip",
      () => zipSync({ "ratings.csv": strToU8(ratingText(",")) }).subarray(0, 400),
      /^The zip archive is damaged/,
    ],
    [
      "two gzip files joined into one",
      "ratings.csv.gz",
      () => Buffer.concat([gzipSync(ratingText(",")), gzipSync(ratingText(","))]),
      /^ratings\.csv\.gz has more after the end of a gzip file.*unpack it, or pack it anew as one/,
    ],
    ["one column", "list.csv", () => "alpha\nbeta\ngamma\n", /^list\.csv, line 1: .*delimiter/],
    ["a truncated model", "model.safetensors", async () => (await model()).subarray(0, 900), /model/],
    [
      "a model of a newer version",
      "model.safetensors",
      async () => forged(await model(), (draft) => draft.metadata.set("version", "9")),
      /format version 9.*update alternant/,
    ],
  ])("%s", async (_, name, make, words) => {
    expect(await refused(name, await make())).toMatch(words);
  });

  test("2 GB: told the limit before anything is read", async () => {
    const playground = await open();
    await playground.ready();
    const transfer = await playground.page.evaluateHandle(() => {
      const part = new Blob([new Uint8Array(1 << 26)]);
      const data = new DataTransfer();
      data.items.add(new File(Array(32).fill(part), "huge.csv"));
      return data;
    });
    await playground.page.dispatchEvent("body", "drop", { dataTransfer: transfer });
    await playground.notice.waitFor();
    expect(await playground.notice.innerText()).toMatch(
      /^huge\.csv has 2\.0 GiB; in a page the limit is 1 GiB\. Nothing was read\. .*npx alternant train/,
    );
  });

  test("wrong columns: the line is named, and the data that was there stays", async () => {
    const playground = await open();
    await playground.ready();
    await playground.drop([{ name: "wrong.csv", bytes: "userId,movieId,rating\n1,2,good\n1,3,bad\n" }]);
    await playground.page.getByRole("button", { name: "Read it" }).click();
    await playground.notice.waitFor();
    expect(await playground.notice.innerText()).toMatch(
      /^wrong\.csv, line 2: the value must be a finite number, but is "good"/,
    );
    expect(await playground.page.locator(".facts-box .source").innerText()).toBe("Generated world");
  });
});

describe("what comes in between", () => {
  test("a second file during training is asked about: kept going, or stopped and opened", async () => {
    const playground = await open();
    const { page } = playground;
    await playground.ready();
    await playground.set("Epochs", 1000);
    await playground.train.click();
    await page.locator(".job-label", { hasText: "Training" }).waitFor();
    const drop = () => playground.drop([{ name: "other.csv", bytes: ratingText(",") }]);
    await drop();
    await expect
      .poll(() => playground.notice.innerText())
      .toMatch(/^Training is still going on\. Stop it and open other\.csv\?/);
    await page.getByRole("button", { name: "Keep going" }).click();
    expect(await page.locator(".job").isVisible()).toBe(true);
    await drop();
    await page.getByRole("button", { name: "Stop it and open" }).click();
    await page.getByRole("button", { name: "Read it" }).click();
    await expect.poll(() => page.locator(".facts-box .source").innerText()).toBe("other.csv");
  });

  test.each(["while it is idle", "during training"])(
    "the worker is killed %s: told, and begun anew",
    async (when) => {
      const playground = await open();
      const { page } = playground;
      await playground.ready();
      if (when === "during training") {
        await playground.set("Epochs", 1000);
        await playground.train.click();
        await page.locator(".job-label", { hasText: "Training" }).waitFor();
      }
      const worker = page.workers().find((one) => one.url().includes("/worker.js"))!;
      await worker.evaluate("self.close()").catch(() => undefined);
      await expect
        .poll(() => playground.notice.innerText())
        .toMatch(/^The browser stopped the worker that held the ratings and the model/);
      expect(await page.locator(".job").isVisible()).toBe(false);
      // Dismissed, it is said again by whatever needs the worker.
      await page.getByRole("button", { name: "Dismiss" }).click();
      await page.getByRole("button", { name: "Generate" }).click();
      await page.getByRole("button", { name: "Start again" }).click();
      await page.getByRole("button", { name: "Generate" }).click();
      await playground.ready();
      await playground.trained();
    },
  );
});

describe("what a browser lacks is told", () => {
  test("no WebAssembly SIMD", async () => {
    const playground = await open({ workerBegins: "WebAssembly.validate = () => false;" });
    await playground.notice.waitFor();
    expect(await playground.notice.innerText()).toMatch(/has no WebAssembly SIMD.*Chrome 91/);
  });

  test("no SharedArrayBuffer: one thread, told why, and it works", async () => {
    const playground = await open({ isolated: false });
    const { page } = playground;
    await playground.ready();
    const badge = page.locator("header button.badge");
    expect(await badge.innerText()).toBe("1 thread");
    await badge.click();
    expect(await playground.notice.innerText()).toMatch(/Threads: 1 .*Cross-Origin-Opener-Policy/);
    const note = page.getByRole("note");
    const cores = await page.evaluate(() => navigator.hardwareConcurrency);
    expect(await note.innerText()).toBe(
      `Trains on 1 thread of ${cores} possible. All of it works, more slowly. Browsers let threads share memory only in a page that is served with two headers, and this one was not: Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp. Serve it with both, as npm run demo does.`,
    );
    await playground.trained();
    expect(await page.locator(".tiles").innerText()).toContain("on one thread");
  });

  test("where all cores work nothing is said of threads but their number", async () => {
    const playground = await open();
    await playground.ready();
    expect(await playground.page.getByRole("note").count()).toBe(0);
  });
});
