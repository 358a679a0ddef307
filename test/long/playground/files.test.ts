import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { expect, test } from "vitest";
import { playgrounds, ratingRows, ratingText } from "./support.js";

const open = playgrounds();
const CSV = ratingText(",", "userId,movieId,rating");
const MOVIES = `movieId,title,genres\n${Array.from({ length: 40 }, (_, at) => `${at + 101},"Film, the ${at + 1}st (1999)",${at % 2 === 0 ? "Drama|Comedy" : "(no genres listed)"}`).join("\n")}\n`;

test.each<[string, { name: string; bytes: Uint8Array | string }[], string]>([
  ["CSV", [{ name: "r.csv", bytes: CSV }], "r.csv"],
  ["TSV without a header", [{ name: "r.tsv", bytes: ratingText("\t") }], "r.tsv"],
  ["::", [{ name: "ratings.dat", bytes: ratingText("::") }], "ratings.dat"],
  ["gzip", [{ name: "r.csv.gz", bytes: gzipSync(CSV) }], "r.csv.gz"],
  [
    "CSV with movies.csv beside it",
    [
      { name: "movies.csv", bytes: MOVIES },
      { name: "ratings.csv", bytes: CSV },
    ],
    "ratings.csv",
  ],
  [
    "a zip of MovieLens",
    [
      {
        name: "ml.zip",
        bytes: zipSync({
          "ml/README.txt": strToU8("about"),
          "ml/movies.csv": strToU8(MOVIES),
          "ml/ratings.csv": strToU8(CSV),
          "__MACOSX/ml/._ratings.csv": strToU8("\0"),
        }),
      },
    ],
    "ml.zip › ratings.csv",
  ],
])("%s is read, and trained on", async (kind, files, name) => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await playground.drop(files);
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  expect(await dialog.locator("tbody tr").count()).toBe(6);
  const withTitles = kind.includes("movies") || kind.includes("MovieLens");
  expect((await dialog.innerText()).includes("Titles come from movies.csv")).toBe(withTitles);
  await dialog.getByRole("button", { name: "Read it" }).click();
  await expect.poll(() => page.locator(".facts-box .source").innerText()).toBe(name);
  expect(await page.locator(".facts").innerText()).toMatch(
    new RegExp(`Ratings\\s+${ratingRows().length.toLocaleString("en")}\\s+Users\\s+60\\s+Items\\s+40`),
  );
  await playground.trained({ factors: 4, epochs: 2 });
  await playground.tab("People").click();
  const first = page.getByRole("region", { name: "Recommended" }).locator(".name").first();
  await first.waitFor();
  expect(await first.innerText()).toMatch(withTitles ? /^Film, the \d+st \(1999\)$/ : /^1\d\d$/);
  expect(await page.locator(".lead").innerText()).toMatch(/^User \d+ · \d+ ratings/);
});

test("what was guessed wrong is put right before it is read", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  const rows = ratingRows().map(({ user, item, value }) => `x,${value},${item},${user}`);
  await playground.drop([{ name: "odd.csv", bytes: `w,a,b,c\n${rows.join("\n")}\n` }]);
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  const header = dialog.getByLabel("The first line names the columns");
  if (!(await header.isChecked())) await header.check();
  await expect.poll(() => dialog.locator("thead").innerText()).toMatch(/w[\s\S]*a[\s\S]*b[\s\S]*c/);
  const choose = (role: RegExp, column: string) => dialog.getByLabel(role).selectOption({ label: column });
  await choose(/^User/, "b");
  await choose(/^Item/, "b");
  await expect
    .poll(() => dialog.getByRole("alert").innerText())
    .toBe("User and Item cannot be the same column.");
  expect(await dialog.getByRole("button", { name: "Read it" }).isDisabled()).toBe(true);
  await choose(/^User/, "c");
  await choose(/^Rating/, "a");
  await choose(/^Time/, "None");
  await dialog.getByRole("button", { name: "Read it" }).click();
  await expect.poll(() => page.locator(".facts-box .source").innerText()).toBe("odd.csv");
  expect(await page.locator(".facts").innerText()).toMatch(/Users\s+60\s+Items\s+40/);
});

test("pairs that are rated more than once are told", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await playground.drop([{ name: "twice.csv", bytes: `${CSV}1,101,5\n1,102,1\n1,101,2\n` }]);
  await page.getByRole("button", { name: "Read it" }).click();
  await expect
    .poll(() => page.locator(".facts-box").innerText())
    .toMatch(/3 rows rate a pair once more: the last one holds/);
});

test("another file while the first is being asked about takes its place", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await playground.drop([{ name: "first.csv", bytes: CSV }]);
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  await playground.drop([{ name: "second.csv", bytes: CSV }]);
  await expect.poll(() => dialog.innerText()).toContain("second.csv");
  await page.waitForTimeout(200);
  await dialog.getByRole("button", { name: "Read it" }).click();
  await expect.poll(() => page.locator(".facts-box .source").innerText()).toBe("second.csv");
});

test("a file that is chosen with the browser's own dialog, and let go again", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await page
    .getByLabel("Open a file…")
    .setInputFiles({ name: "chosen.csv", mimeType: "text/csv", buffer: Buffer.from(CSV) });
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  expect(await page.locator(".facts-box .source").innerText()).toBe("Generated world");
});
