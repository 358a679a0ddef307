import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ALS } from "../../src/als/index.js";
import { ratingsToCsv } from "../../src/io/index.js";
import { saveModel } from "../../src/node/index.js";
import { type RatingRow, Ratings } from "../../src/ratings/index.js";
import { syntheticWorld } from "../../src/synthetic/index.js";

/** Ids that pages speak of. */
const USERS = ["ann", "bob", "42"];
const ITEMS = ["Alien", "Brazil", "318", "296", "50"];

/** Writes the files that pages read: ratings, plays, some held out, people to fold in, titles, and a model of these ratings. */
export async function writeData(folder: string): Promise<void> {
  const { ratings } = await syntheticWorld({ users: 240, items: 90, ratings: 6_000, seed: 1 });
  const users = Array.from(ratings.users, (_, index) => USERS[index] ?? `${100 + index}`);
  const items = Array.from(ratings.items, (_, index) => ITEMS[index] ?? `${1000 + index}`);
  const user = (id: string): string => users[ratings.users.index(id)!]!;
  const item = (id: string): string => items[ratings.items.index(id)!]!;
  const rows: RatingRow[] = [];
  const plays: RatingRow[] = [];
  for (const one of ratings) {
    rows.push({ ...one, user: user(one.user), item: item(one.item) });
    if (one.value >= 3) plays.push([user(one.user), item(one.item), Math.ceil(2 * one.value - 5)]);
  }
  const [most, held] = Ratings.from(rows).split({ test: 0.1, seed: 1 });
  const people = ITEMS.slice(0, 4).flatMap((id, i): RatingRow[] => [
    ["eve", id, 5 - i],
    ["dan", id, 1 + i],
  ]);
  mkdirSync(folder, { recursive: true });
  const write = (name: string, what: Ratings): void =>
    writeFileSync(join(folder, name), [...ratingsToCsv(what)].join(""));
  write("ratings.csv", most);
  write("held-out.csv", held);
  write("plays.csv", Ratings.from(plays));
  write("people.csv", Ratings.from(people));
  const model = await new ALS({ factors: 8, history: "ratings" }).fit(most);
  await saveModel(model, join(folder, "model.safetensors"));
  const titles = Array.from(most.items, (id, i) => `${id},Film ${i},${i % 2 ? "Drama" : "Comedy|Crime"}`);
  writeFileSync(join(folder, "movies.csv"), `movieId,title,genres\n${titles.join("\n")}\n`);
}
