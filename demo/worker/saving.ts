import { ratingsToCsv } from "alternant/io";
import type { Calls, ReadNews, SavedFile } from "../protocol.js";
import type { Context } from "./handler.js";
import { theData, theEngine, theModel } from "./session.js";
import { turn } from "./turn.js";

/** Text is handed to the browser in pieces of about this many characters, which it may keep on the disk. */
const PIECE = 1 << 20;

export async function saveModel(
  { foldIn }: Calls["saveModel"]["params"],
  { signal }: Context<never>,
): Promise<SavedFile> {
  const { model } = theModel();
  if (!foldIn) return file("model.safetensors", model.toBytes(), signal);
  const small = await model.forFoldIn();
  try {
    return await file("model-for-fold-in.safetensors", small.toBytes(), signal);
  } finally {
    small.dispose();
  }
}

async function file(name: string, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<SavedFile> {
  await turn(signal);
  return { name, blob: new Blob([bytes], { type: "application/octet-stream" }) };
}

/** Everybody's list, as rows user, rank, item, score and, where titles are known, title. */
export async function saveLists(
  { count }: Calls["saveLists"]["params"],
  { signal, tell }: Context<ReadNews>,
): Promise<SavedFile> {
  const { model, catalogue } = theModel();
  const { users, items } = model;
  const titled = catalogue.size > 0;
  const ids = Array.from(items, (id) => quoted(String(id)));
  const titles = titled ? Array.from(items, (id) => quoted(catalogue.title(id))) : [];
  const pieces = new Pieces();
  pieces.add(titled ? "user,rank,item,score,title\n" : "user,rank,item,score\n");
  const blocks = model.recommendAll({
    count,
    exclude: model.history === "none" ? "none" : "rated",
    engine: await theEngine(),
    signal,
  });
  for await (const block of blocks) {
    for (let user = block.from; user < block.to; user++) {
      const name = quoted(String(users.id(user)));
      const start = (user - block.from) * block.count;
      for (let rank = 0; rank < block.count; rank++) {
        const item = block.items[start + rank]!;
        if (item < 0) break;
        const score = block.scores[start + rank]!.toFixed(4);
        const title = titled ? `,${titles[item]}` : "";
        pieces.add(`${name},${rank + 1},${ids[item]},${score}${title}\n`);
      }
    }
    tell({ share: block.to / users.size, rows: block.to });
    await turn(signal);
  }
  return { name: "recommendations.csv", blob: pieces.end() };
}

export async function saveRatings(
  _: Calls["saveRatings"]["params"],
  { signal, tell }: Context<ReadNews>,
): Promise<SavedFile> {
  const { ratings } = theData();
  const pieces = new Pieces();
  let rows = 0;
  for (const text of ratingsToCsv(ratings)) {
    pieces.add(text);
    rows += text.split("\n").length - 1;
    tell({ share: Math.min(1, rows / ratings.count), rows });
    await turn(signal);
  }
  return { name: "ratings.csv", blob: pieces.end() };
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** Text that grows without being one long string. */
class Pieces {
  readonly #blobs: Blob[] = [];
  #text = "";

  add(text: string): void {
    this.#text += text;
    if (this.#text.length < PIECE) return;
    this.#blobs.push(new Blob([this.#text]));
    this.#text = "";
  }

  end(): Blob {
    return new Blob([...this.#blobs, this.#text], { type: "text/csv" });
  }
}
