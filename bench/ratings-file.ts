import { createWriteStream } from "node:fs";
import { mkdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Ratings } from "../src/ratings/index.js";
import { type SyntheticWorldOptions, syntheticWorld } from "../src/synthetic/index.js";
import { BENCH_OUTPUT } from "./paths.js";

const CHUNK_CHARACTERS = 1 << 20;

/** A CSV file of a generated world with string ids such as u100001 and m10001, written once. Resolves to its path. */
export async function ratingsFile(
  shape: Required<Pick<SyntheticWorldOptions, "users" | "items" | "ratings">>,
): Promise<string> {
  const path = join(BENCH_OUTPUT, `ratings-${shape.ratings}.csv`);
  if (await stat(path).catch(() => undefined)) return path;
  const { ratings } = await syntheticWorld({ ...shape, seed: 1 });
  await mkdir(BENCH_OUTPUT, { recursive: true });
  // Under another name until it is whole: a run that is cut off must not leave half a file for the next.
  await pipeline(lines(ratings), createWriteStream(`${path}.tmp`));
  await rename(`${path}.tmp`, path);
  return path;
}

function* lines({ byUser }: Ratings<string, string>): Generator<string, void, void> {
  const { rowCount, starts, columns, values } = byUser;
  let text = "user,item,rating\n";
  for (let row = 0; row < rowCount; row++)
    for (let p = starts[row]!; p < starts[row + 1]!; p++) {
      text += `u${100_001 + row},m${10_001 + columns[p]!},${values[p]!.toFixed(1)}\n`;
      if (text.length < CHUNK_CHARACTERS) continue;
      yield text;
      text = "";
    }
  yield text;
}
