import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import { loadCheckpoint, saveCheckpoint } from "../../src/node/index.js";
import { Ratings } from "../../src/ratings/index.js";
import { bundleNodeEntry } from "./bundle.js";
import { temporaryFolder } from "./temporary.js";

const base = temporaryFolder();
let made = 0;
function place(): string {
  return join(base, `${made++}`);
}

let engine: Engine;
/** Checkpoints of five epochs of two trainings. */
let one: Uint8Array[];
let other: Uint8Array[];
beforeAll(async () => {
  engine = await Engine.create({ threads: 1 });
  const rows = Array.from({ length: 60 }, (_, i) => [`u${i % 12}`, `m${(i * 7) % 11}`, 1 + (i % 5)] as const);
  const ratings = Ratings.from(rows, { duplicates: "last" });
  const checkpoints = async (options: AlsOptions): Promise<Uint8Array[]> => {
    const found: Uint8Array[] = [];
    for await (const epoch of new ALS({ epochs: 5, ...options }).train(ratings, { engine }))
      found.push(await epoch.checkpoint());
    return found;
  };
  one = await checkpoints({ factors: 4 });
  other = await checkpoints({ factors: 5 });
});

async function saved(folder: string, checkpoints: readonly Uint8Array[]): Promise<string[]> {
  const paths: string[] = [];
  for (const checkpoint of checkpoints) paths.push(await saveCheckpoint(checkpoint, folder));
  return paths;
}

/** The epochs whose checkpoints are in a folder, and whatever else is. */
function within(folder: string): string[] {
  return readdirSync(folder)
    .map((name) => /^epoch-(\d+)-[0-9a-f]{8}\.safetensors$/.exec(name)?.[1] ?? name)
    .sort();
}

describe("saveCheckpoint", () => {
  it("makes the folder, keeps the two newest of a training, and says where", async () => {
    const folder = join(place(), "deep");
    const paths = await saved(folder, one);
    expect(paths[2]).toMatch(/epoch-00003-[0-9a-f]{8}\.safetensors$/);
    expect(within(folder)).toEqual(["00004", "00005"]);
    expect(readFileSync(paths[4]!)).toEqual(Buffer.from(one[4]!));
  });

  it("leaves other trainings' checkpoints and other files as they are", async () => {
    const folder = place();
    mkdirSync(folder);
    writeFileSync(join(folder, "epoch-notes.txt"), "mine");
    await saved(folder, other);
    await saved(pathToFileURL(folder).pathname, one.slice(0, 3));
    expect(within(folder)).toEqual(["00002", "00003", "00004", "00005", "epoch-notes.txt"]);
  });

  it("keeps what is further on than a training that began anew, and what it has written", async () => {
    const folder = place();
    await saved(folder, one);
    await saveCheckpoint(one[0]!, folder);
    expect(within(folder)).toEqual(["00001", "00004", "00005"]);
    await saveCheckpoint(one[1]!, folder);
    expect(within(folder)).toEqual(["00002", "00004", "00005"]);
  });

  it("removes what killed processes of the same training have left, and of no other", async () => {
    const folder = place();
    const [path] = await saved(folder, [one[0]!]);
    const [othersPath] = await saved(folder, [other[0]!]);
    const trainingOf = (file: string): string => basename(file).slice(12, 20);
    const dead = spawnSync(process.execPath, ["--version"]).pid;
    const name = (file: string, pid: number, end: string): string =>
      `.alternant-${trainingOf(file)}-${pid}-0123456789${end}.tmp`;
    // Of a process that is no more, and of one that had the number of this one before.
    const left = [name(path!, dead, "ab"), name(path!, process.pid, "cd")];
    const kept = [
      name(othersPath!, dead, "ab"),
      // Of another process that is at work, and of another thread of this one.
      name(path!, process.ppid, "ab"),
      name(path!, process.pid, "ef"),
      ".alternant-0123456789ab.tmp",
    ];
    for (const file of [...left, ...kept]) writeFileSync(join(folder, file), "half");
    utimesSync(join(folder, left[1]!), 1000, 1000);
    await saveCheckpoint(one[1]!, folder);
    const names = readdirSync(folder);
    for (const file of left) expect(names).not.toContain(file);
    expect(names).toEqual(expect.arrayContaining(kept));
  });

  it("takes several at once", async () => {
    const folder = place();
    await Promise.all(one.map((checkpoint) => saveCheckpoint(checkpoint, folder)));
    for (const name of readdirSync(folder)) expect(name).toMatch(/^epoch-/);
    expect(within(folder)).toEqual(expect.arrayContaining(["00004", "00005"]));
  });

  it("refuses what is no checkpoint, a folder that is a file, and an abort", async () => {
    const folder = place();
    await saved(folder, one.slice(0, 2));
    await expect(saveCheckpoint(new Uint8Array(100), folder)).rejects.toMatchObject({
      code: "corrupt-checkpoint",
    });
    const file = join(folder, "file");
    writeFileSync(file, "");
    await expect(saveCheckpoint(one[2]!, file)).rejects.toMatchObject({
      code: "output-failed",
      message: `${file} cannot be written: it is a file, not a folder; name another folder; nothing was changed`,
    });
    await expect(saveCheckpoint(one[2]!, folder, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
    expect(within(folder)).toEqual(["00001", "00002", "file"]);
  });
});

describe("loadCheckpoint", () => {
  it("finds none where there is none", async () => {
    expect(await loadCheckpoint(join(base, "nowhere"))).toBeUndefined();
    const folder = place();
    mkdirSync(folder);
    writeFileSync(join(folder, "epoch-1.safetensors"), "");
    expect(await loadCheckpoint(folder)).toBeUndefined();
  });

  it("finds the latest epoch's, of the training that was written for last", async () => {
    const folder = place();
    const paths = await saved(folder, [...other, ...one.slice(0, 2)]);
    for (const [i, path] of paths.slice(-4).entries()) utimesSync(path, 1000 + i, 1000 + i);
    expect(await loadCheckpoint(pathToFileURL(folder))).toEqual(Buffer.from(one[1]!));
  });

  it("takes the one before where the newest is damaged, and says so where none is whole", async () => {
    const folder = place();
    const paths = await saved(folder, one.slice(0, 2));
    writeFileSync(paths[1]!, one[1]!.subarray(0, 500));
    expect(await loadCheckpoint(folder)).toEqual(Buffer.from(one[0]!));
    writeFileSync(paths[0]!, "");
    await expect(loadCheckpoint(folder)).rejects.toMatchObject({
      code: "corrupt-checkpoint",
      message: expect.stringContaining(`${paths[1]}: The checkpoint file is damaged`),
    });
  });

  it("passes over a folder that has the name of a checkpoint, as saveCheckpoint does", async () => {
    const folder = place();
    const [path] = await saved(folder, one.slice(0, 1));
    for (const epoch of ["00008", "00009"]) mkdirSync(path!.replace("00001", epoch));
    expect(await loadCheckpoint(folder)).toEqual(Buffer.from(one[0]!));
    await saved(folder, one.slice(1, 3));
    expect(within(folder)).toEqual(["00002", "00003", "00008", "00009"]);
  });

  it("refuses a file in place of the folder", async () => {
    const file = place();
    writeFileSync(file, "");
    await expect(loadCheckpoint(file)).rejects.toMatchObject({
      code: "invalid-file",
      message: `${JSON.stringify(file)} is a file, not a folder of checkpoints`,
    });
  });
});

it("a disk that is full is told; older checkpoints are whole, and nothing is left half-written", async () => {
  const library = await bundleNodeEntry(base);
  const folder = place();
  await saved(folder, one.slice(0, 2));
  const large = join(base, "large");
  writeFileSync(large, one[2]!);
  const script = `import { saveCheckpoint } from ${JSON.stringify(library)};
    import { readFileSync } from "node:fs";
    await saveCheckpoint(readFileSync(${JSON.stringify(large)}), ${JSON.stringify(folder)}).catch(({ code, message }) => console.log(code, message));`;
  // Blocks of 1 KiB: no file may grow beyond that.
  const child = spawn(
    "bash",
    ["-c", 'ulimit -f 1; exec "$0" --input-type=module -e "$1"', process.execPath, script],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect(text).toMatch(
    /^output-failed .*epoch-00003-[0-9a-f]{8}\.safetensors cannot be written: it is larger than a file may be here \(ulimit -f\); nothing was changed\n$/,
  );
  expect(code).toBe(0);
  expect(within(folder)).toEqual(["00001", "00002"]);
  expect(await loadCheckpoint(folder)).toEqual(Buffer.from(one[1]!));
});
