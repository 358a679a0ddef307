import { spawnSync } from "node:child_process";
import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { packRatings } from "../../../src/node/index.js";
import { TemporaryPlace } from "../../../src/node/packed/temporary-place.js";
import { Ratings } from "../../../src/ratings/index.js";
import { bundleNodeEntry } from "../bundle.js";
import { temporaryFolder } from "../temporary.js";

const folder = temporaryFolder();
const out = join(folder, "packed.safetensors");

/** A temporary file of packing into `out` that no packing of this thread is at work on. */
function temporary(pid: number): string {
  const place = new TemporaryPlace(out);
  place.leave();
  const path = place.path().replace(`-${process.pid}-`, `-${pid}-`);
  writeFileSync(path, "half");
  return path;
}

it("packing removes what no process writes any more, and nothing that another thread of its own does", async () => {
  const dead = temporary(spawnSync(process.execPath, ["--version"]).pid);
  // A process that had the number of this one before.
  const older = temporary(process.pid);
  utimesSync(older, 1000, 1000);
  const kept = [temporary(process.ppid), temporary(process.pid)];
  await packRatings(Ratings.from([["ann", "Alien", 5]]), out);
  const names = readdirSync(folder);
  for (const path of [dead, older]) expect(names).not.toContain(basename(path));
  expect(names).toEqual(expect.arrayContaining(kept.map((path) => basename(path))));
});

it("threads of one process pack into one file, and the last one's holds", async () => {
  const library = await bundleNodeEntry(temporaryFolder());
  const place = temporaryFolder();
  const text = join(place, "text.csv");
  writeFileSync(
    text,
    Array.from({ length: 20_000 }, (_, p) => `u${p % 500},i${Math.floor(p / 500)},3\n`).join(""),
  );
  const code = `import(${JSON.stringify(library)})
    .then(async ({ packRatings }) => {
      for (let time = 0; time < 5; time++) await packRatings(${JSON.stringify(text)}, ${JSON.stringify(join(place, "out"))});
      return "packed";
    })
    .catch((error) => error.message)
    .then((told) => require("node:worker_threads").parentPort.postMessage(told));`;
  const told = Array.from(
    { length: 2 },
    () =>
      new Promise((resolve, reject) => {
        new Worker(code, { eval: true }).on("message", resolve).on("error", reject);
      }),
  );
  expect(await Promise.all(told)).toEqual(["packed", "packed"]);
  expect(readdirSync(place).sort()).toEqual(["out", "text.csv"]);
});
