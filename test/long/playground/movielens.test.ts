import { strToU8, zipSync } from "fflate";
import { expect, test } from "vitest";
import type { Playground } from "../../demo/playground.js";
import { playgrounds } from "./support.js";

const open = playgrounds();

interface Film {
  readonly id: number;
  readonly title: string;
  readonly genres: readonly string[];
}

/** With all that titles of MovieLens have: accents, commas, quotation marks at the beginning and inside, no genre. */
const FILMS: readonly Film[] = [
  { id: 1, title: "Toy Story (1995)", genres: ["Animation", "Children's", "Comedy"] },
  { id: 5, title: "Misérables, Les (1995)", genres: ["Drama", "Musical"] },
  { id: 17, title: '"Great Performances" Cats (1998)', genres: ["Musical"] },
  {
    id: 29,
    title: "City of Lost Children, The (Cité des enfants perdus, La) (1995)",
    genres: ["Adventure", "Sci-Fi"],
  },
  { id: 267, title: "unknown", genres: [] },
  { id: 300, title: 'Girls\' Night, a "true" story (1997)', genres: ["Action", "War", "Western"] },
];
/** As `u.genre` of MovieLens 100K names them. */
const GENRES = [
  ...["unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama"],
  ...[
    "Fantasy",
    "Film-Noir",
    "Horror",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
  ],
];

function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}

/** Ratings of forty people, with times. */
function ratings(delimiter: string, header: string = ""): string {
  const lines = Array.from({ length: 40 }, (_, user) =>
    FILMS.filter((_, at) => (user + at) % 3 > 0).map(({ id }, at) =>
      [user + 1, id, ((user * (at + 2)) % 5) + 1, 881_250_949 + user].join(delimiter),
    ),
  ).flat();
  return `${header}${lines.join("\n")}\n`;
}

const ITEM_LINES = FILMS.map(({ id, title, genres }) => {
  const flags = GENRES.map((genre, at) =>
    genres.includes(genre) || (at === 0 && genres.length === 0) ? 1 : 0,
  );
  const [date, address] =
    title === "unknown" ? ["", ""] : ["01-Jan-1995", "http://us.imdb.com/M/title-exact?a,b"];
  return [id, title, date, "", address, ...flags].join("|");
}).join("\n");
const GENRE_LINES = GENRES.map((genre, at) => `${genre}|${at}`).join("\n");
const quoted = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const LAYOUTS: Readonly<
  Record<string, { files: Record<string, Uint8Array>; ratings: string; titles: string }>
> = {
  "ml-100k": {
    files: {
      "ml-100k/README": latin1("SUMMARY\n"),
      "ml-100k/u.data": latin1(ratings("\t")),
      "ml-100k/u.genre": latin1(`${GENRE_LINES}\n\n`),
      "ml-100k/u.info": latin1("943 users\n1682 items\n100000 ratings\n"),
      "ml-100k/u.item": latin1(`${ITEM_LINES}\n\n`),
      "ml-100k/u.occupation": latin1("administrator\nartist\n"),
      "ml-100k/u.user": latin1("1|24|M|technician|85711\n"),
      "ml-100k/u1.base": latin1(ratings("\t").slice(0, 400)),
      "ml-100k/ua.test": latin1(ratings("\t").slice(0, 400)),
    },
    ratings: "u.data",
    titles: "u.item",
  },
  "ml-1m": {
    files: {
      "ml-1m/movies.dat": latin1(
        `${FILMS.map(({ id, title, genres }) => [id, title, genres.join("|")].join("::")).join("\n")}\n`,
      ),
      "ml-1m/ratings.dat": latin1(ratings("::")),
      "ml-1m/users.dat": latin1("1::F::1::10::48067\n2::M::56::16::70072\n"),
      "ml-1m/README": latin1("SUMMARY\n"),
    },
    ratings: "ratings.dat",
    titles: "movies.dat",
  },
  "ml-latest-small": {
    files: {
      "ml-latest-small/links.csv": strToU8("movieId,imdbId,tmdbId\n1,0114709,862\n"),
      "ml-latest-small/tags.csv": strToU8("userId,movieId,tag,timestamp\n2,29,funny,1445714994\n"),
      "ml-latest-small/genome-tags.csv": strToU8("tagId,tag\n1,007\n"),
      "ml-latest-small/genome-scores.csv": strToU8("movieId,tagId,relevance\n1,1,0.025\n"),
      "ml-latest-small/ratings.csv": strToU8(ratings(",", "userId,movieId,rating,timestamp\n")),
      "ml-latest-small/README.txt": strToU8("Summary\n"),
      "ml-latest-small/movies.csv": strToU8(
        `movieId,title,genres\n${FILMS.map(({ id, title, genres }) => [id, quoted(title), genres.join("|") || "(no genres listed)"].join(",")).join("\n")}\n`,
      ),
    },
    ratings: "ratings.csv",
    titles: "movies.csv",
  },
};

/** Reads what was dropped as it was guessed, trains, and compares every film that the page shows. */
async function shows(playground: Playground, name: string, titles: string): Promise<void> {
  const { page } = playground;
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  expect(await dialog.innerText()).toContain(`Titles come from ${titles}`);
  await dialog.getByRole("button", { name: "Read it" }).click();
  await expect.poll(() => page.locator(".facts-box .source").innerText()).toBe(name);
  expect(await page.locator(".facts").innerText()).toMatch(/Users\s+40\s+Items\s+6\s/);
  expect(await page.locator(".facts-box").innerText()).not.toMatch(/titles/i);
  await playground.trained({ factors: 2, epochs: 2 });
  await playground.tab("Items").click();
  const item = page.getByRole("region", { name: "Item" });
  for (const { title, genres } of FILMS) {
    await page.getByRole("combobox", { name: "Item" }).fill(title);
    await page.getByRole("option", { name: title }).first().click();
    await expect.poll(() => item.locator("h3").innerText()).toBe(title);
    expect(await item.locator("h3 + .note").innerText()).toBe(genres.join(", "));
  }
}

test.each(Object.keys(LAYOUTS))("the zip of %s: titles and genres are right", async (layout) => {
  const playground = await open();
  await playground.ready();
  const { files, ratings: name, titles } = LAYOUTS[layout]!;
  await playground.drop([{ name: `${layout}.zip`, bytes: zipSync(files) }]);
  await shows(playground, `${layout}.zip › ${name}`, titles);
});

test("u.data, u.item and u.genre without their archive", async () => {
  const playground = await open();
  await playground.ready();
  const { files } = LAYOUTS["ml-100k"]!;
  await playground.drop(
    ["u.item", "u.data", "u.genre"].map((name) => ({ name, bytes: files[`ml-100k/${name}`]! })),
  );
  await shows(playground, "u.data", "u.item");
});

test("u.item that is none: the line is named, and the data that was there stays", async () => {
  const playground = await open();
  await playground.ready();
  await playground.drop([
    { name: "u.data", bytes: ratings("\t") },
    { name: "u.item", bytes: "1|Toy Story (1995)|||\nnothing\n" },
  ]);
  await playground.page.getByRole("button", { name: "Read it" }).click();
  await playground.page.getByRole("alert").locator(".notice").waitFor();
  expect(await playground.notice.innerText()).toMatch(/^u\.item, line 2: expected an id, a title/);
  expect(await playground.page.locator(".facts-box .source").innerText()).toBe("Generated world");
});
