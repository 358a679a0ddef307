import { createWriteStream } from "node:fs";
import { mkdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { worldColumns } from "../src/synthetic/build-world.js";
import type { SyntheticWorldOptions } from "../src/synthetic/index.js";
import { BENCH_OUTPUT } from "./paths.js";

const CHUNK_CHARACTERS = 1 << 20;

/**
 * A CSV file of a generated world in the order of time, as a log has it: users and items as they come, which is the most work to
 * sort. Written once. Resolves to its path.
 */
export async function logFile(
  shape: Required<Pick<SyntheticWorldOptions, "users" | "items" | "ratings">>,
): Promise<string> {
  const path = join(BENCH_OUTPUT, `log-${shape.ratings}.csv`);
  if (await stat(path).catch(() => undefined)) return path;
  const world = await worldColumns({ ...shape, seed: 1 });
  await mkdir(BENCH_OUTPUT, { recursive: true });
  // Under another name until it is whole: a run that is cut off must not leave half a file for the next.
  await pipeline(lines(world), createWriteStream(`${path}.tmp`));
  await rename(`${path}.tmp`, path);
  return path;
}

function* lines({
  starts,
  items,
  values,
  days,
}: Awaited<ReturnType<typeof worldColumns>>): Generator<string, void, void> {
  const { order, users } = byDay(starts, days);
  let text = "user,item,rating\n";
  for (const p of order) {
    text += `u${100_001 + users[p]!},m${10_001 + items[p]!},${values[p]!.toFixed(1)}\n`;
    if (text.length < CHUNK_CHARACTERS) continue;
    yield text;
    text = "";
  }
  yield text;
}

/** Ratings in the order of their days, and the user of each. */
function byDay(starts: Float64Array, days: Uint16Array): { order: Int32Array; users: Int32Array } {
  const order = new Int32Array(days.length);
  const users = new Int32Array(days.length);
  const cursors = new Int32Array(65_537);
  for (const day of days) cursors[day + 1]!++;
  for (let day = 0; day < 65_536; day++) cursors[day + 1]! += cursors[day]!;
  for (let user = 0; user + 1 < starts.length; user++)
    for (let p = starts[user]!; p < starts[user + 1]!; p++) {
      users[p] = user;
      order[cursors[days[p]!]!++] = p;
    }
  return { order, users };
}
