import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { describe, expect, it } from "vitest";
import { CLI, temporaryFolder } from "../cli/run.js";

const MB = 1e6;
const USERS = 55_000;
const ITEMS = 10_000;
const EACH = 145;
const COUNT = USERS * EACH;
/** What is promised, with less than MovieLens-20M's ratings. */
const LIMIT_MB = (40 * COUNT) / MB + 250;
const PRELOAD = new URL("../../bench/peak-memory.mjs", import.meta.url).href;

const folder = temporaryFolder();

/** A CSV file of 8 million ratings with string ids, by user. */
function* lines(): Generator<string, void, void> {
  yield "user,item,rating\n";
  for (let user = 0; user < USERS; user++) {
    let some = "";
    for (let k = 0; k < EACH; k++)
      some += `u${100_000 + user},m${10_000 + ((69 * k + 7 * user) % ITEMS)},${(1 + ((user + k) % 10)) / 2}\n`;
    yield some;
  }
}

/** Peak resident megabytes of `alternant train` and the number of ratings that it says it read. */
async function train(file: string): Promise<{ peak: number; ratings: number }> {
  const flags = "--factors 32 --epochs 1 --test 0.1 --out model.safetensors --json".split(" ");
  const child = spawn(process.execPath, ["--import", PRELOAD, CLI, "train", file, ...flags], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit", "pipe"],
  });
  const [report, peak] = await Promise.all([text(child.stdout!), text(child.stdio[3] as Readable)]);
  return { peak: Number(peak) / MB, ratings: JSON.parse(report).ratings };
}

describe("the peak resident memory of train", () => {
  it(`is at most 40 bytes × ${COUNT} ratings + 250 MB`, async () => {
    const file = join(folder, "ratings.csv");
    await pipeline(Readable.from(lines()), createWriteStream(file));
    const { peak, ratings } = await train(file);
    console.log(`peak ${peak.toFixed(0)} MB, limit ${LIMIT_MB.toFixed(0)} MB`);
    expect(ratings).toBe(COUNT);
    expect(peak).toBeGreaterThan((16 * COUNT) / MB);
    expect(peak).toBeLessThan(LIMIT_MB);
  });
});
