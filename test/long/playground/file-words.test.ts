import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { expect, test } from "vitest";
import { ALS, Ratings } from "../../../src/index.js";
import { playgrounds, ratingRows, ratingText } from "./support.js";

const open = playgrounds();
const MOVIES = `movieId,title,genres\n${Array.from({ length: 40 }, (_, at) => `${at + 101},Film ${at + 1},Drama`).join("\n")}\n`;
const OBJECTS = ratingRows().map(({ user, item, value }) => ({ user, item, rating: value }));
/** What programs set, and people can't. */
const OPTIONS = /quotes: |header: |`columns`|option delimiter|undefined/;
/** What refusals of files that other programs write as CSV have in common. */
const SAVE_AS_CSV = /Save it as CSV, with a user, an item and a value on each line/;

test.each<[string, string, Uint8Array | string, RegExp, RegExp?]>([
  [
    "a workbook of Excel",
    "book.xlsx",
    zipSync({ "[Content_Types].xml": strToU8("<x/>"), "xl/workbook.xml": strToU8("<x/>") }),
    /^book\.xlsx is a workbook of Excel/,
    SAVE_AS_CSV,
  ],
  [
    "an old workbook of Excel",
    "book.xls",
    Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0),
    /^book\.xls is a workbook of Excel/,
    SAVE_AS_CSV,
  ],
  [
    "Parquet",
    "r.parquet",
    Buffer.concat([Buffer.from("PAR1"), Buffer.alloc(500, 200)]),
    /^r\.parquet is a Parquet file/,
    SAVE_AS_CSV,
  ],
  ["JSON", "r.json", JSON.stringify(OBJECTS, undefined, 2), /^r\.json is JSON/, SAVE_AS_CSV],
  [
    "JSON by lines",
    "r.jsonl",
    OBJECTS.map((one) => JSON.stringify(one)).join("\n"),
    /^r\.jsonl is JSON/,
    SAVE_AS_CSV,
  ],
  [
    "a web page",
    "r.csv",
    "<!doctype html><html><body><h1>404</h1></body></html>\n",
    /^r\.csv is a web page.*Fetch the file of ratings itself\.$/,
  ],
  [
    "one column",
    "one.csv",
    "1\n2\n3\n",
    /^one\.csv, line 1: found none of the delimiters comma.*Put one of these between user, item and value\.$/,
  ],
  [
    "titles alone",
    "movies.csv",
    MOVIES,
    /^movies\.csv holds titles, and no ratings\. Open it together with the file of ratings, or with a model/,
  ],
  ["an empty zip", "z.zip", zipSync({}), /^z\.zip is an archive that holds nothing\.$/],
])("%s is refused in the page's words", async (_, name, bytes, words, more = words) => {
  const playground = await open();
  await playground.ready();
  await playground.drop([{ name, bytes }]);
  await playground.page.getByRole("alert").locator(".notice").waitFor();
  const told = await playground.notice.innerText();
  expect(told).toMatch(words);
  expect(told).toMatch(more);
  expect(told).not.toMatch(OPTIONS);
});

test.each<[string, string, RegExp]>([
  [
    "Infinity",
    "user,item,rating\n1,2,3\n1,3,Infinity\n",
    /^f\.csv, line 3: the value must be a finite number, but is "Infinity"\. Correct it, or open it again and choose another column as “Rating”\.$/,
  ],
  [
    "names of columns that are none that are known",
    "foo,bar,baz\n1,2,3\n1,3,4\n",
    /^f\.csv, line 1: .* but is "baz"\. Open it again, and tick “The first line names the columns”/,
  ],
  ["a value out of reach", "user,item,rating\n1,2,1e300\n", /choose “None: each counts 1” as “Rating”\.$/],
  [
    "a quotation mark that is not closed, far below",
    `user,item,rating\n${'1,"2",3\n'.repeat(40)}1,"3,4\n`,
    /^f\.csv, line 42: a quoted field has no closing .*take the tick off “Quotation marks hold a field together”\.$/,
  ],
])("%s: what reading failed of is told by the fields of the dialog", async (_, bytes, words) => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await playground.drop([{ name: "f.csv", bytes }]);
  await page.getByRole("button", { name: "Read it" }).click();
  await page.getByRole("alert").locator(".notice").waitFor();
  const told = await playground.notice.innerText();
  expect(told).toMatch(words);
  expect(told).not.toMatch(OPTIONS);
  // The fields that it names are there.
  await playground.drop([{ name: "f.csv", bytes }]);
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  for (const [, name] of told.matchAll(/“([^”]+)”/g)) {
    const field = dialog.locator("label > span, label.check, option").filter({ hasText: RegExp(`^${name}`) });
    expect(await field.count(), name).toBe(1);
  }
});

test("quotation marks that mean nothing are seen, and can be set right", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  const lines = ratingRows().map(({ user, item, value }) => `${user}\t"${item} inch\t${value}`);
  await playground.drop([{ name: "quotes.tsv", bytes: `${lines.join("\n")}\n` }]);
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  const quotes = dialog.getByLabel("Quotation marks hold a field together");
  expect(await quotes.isChecked()).toBe(false);
  await quotes.check();
  await expect.poll(() => dialog.getByRole("alert").innerText()).toMatch(/quoted field/);
  expect(await quotes.isChecked()).toBe(false);
  expect(await dialog.getByRole("button", { name: "Read it" }).isDisabled()).toBe(true);
});

test("a folder is told to be one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "playground-"));
  try {
    const playground = await open();
    const { page } = playground;
    await playground.ready();
    const session = await page.context().newCDPSession(page);
    for (const type of ["dragEnter", "dragOver", "drop"] as const)
      await session.send("Input.dispatchDragEvent", {
        type,
        x: 400,
        y: 400,
        data: { items: [], files: [folder], dragOperationsMask: 1 },
      });
    await page.getByRole("alert").locator(".notice").waitFor();
    expect(await playground.notice.innerText()).toBe(
      `${basename(folder)} is a folder. Drop the files that are in it, or a zip of them.`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each(["movies first", "the model first"])("a model and titles beside it: %s", async (order) => {
  const model = await new ALS({ factors: 3, epochs: 2, history: "ratings" }).fit(Ratings.from(ratingRows()));
  const files = [
    { name: "movies.csv", bytes: MOVIES },
    { name: "model.safetensors", bytes: model.toBytes() },
  ];
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await playground.drop(order === "movies first" ? files : files.reverse());
  await expect
    .poll(() => playground.notice.innerText())
    .toBe("model.safetensors is open: it answers now, with titles from movies.csv.");
  await playground.tab("People").click();
  const names = page.getByRole("region", { name: "Recommended" }).locator(".name");
  await names.first().waitFor();
  for (const name of await names.allInnerTexts()) expect(name).toMatch(/^Film \d+$/);
});

test("ratings in a file that is called like one of titles are read", async () => {
  const playground = await open();
  await playground.ready();
  await playground.drop([{ name: "items.csv", bytes: ratingText(",", "user,item,rating") }]);
  await playground.page.getByRole("button", { name: "Read it" }).click();
  await expect.poll(() => playground.page.locator(".facts-box .source").innerText()).toBe("items.csv");
});
