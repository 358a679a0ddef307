import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { readRatings, readTitles } from "../../src/node/index.js";
import { bundleNodeEntry } from "./bundle.js";
import { temporaryFolder } from "./temporary.js";

const folder = temporaryFolder();
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const TEXT = "userId,movieId,rating\nann,Alien,5\nbob,Alien,4\n";
const ROWS = [
  { user: "ann", item: "Alien", value: 5 },
  { user: "bob", item: "Alien", value: 4 },
];

describe("readRatings", () => {
  it("reads a path, a URL and gzip, whatever the name ends in", async () => {
    const path = file("a ratings#1.csv", TEXT);
    expect([...(await readRatings(path))]).toEqual(ROWS);
    expect([...(await readRatings(pathToFileURL(path)))]).toEqual(ROWS);
    expect([...(await readRatings(file("packed.csv", gzipSync(TEXT))))]).toEqual(ROWS);
  });

  it("reports the bytes of the file", async () => {
    const seen: unknown[] = [];
    const path = file("progress.csv", TEXT);
    await readRatings(path, { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ bytes: TEXT.length, totalBytes: TEXT.length, rows: 2 });
  });

  it("refuses a file that is not there, naming where it looked", async () => {
    const path = join(folder, "nowhere.csv");
    await expect(readRatings(path)).rejects.toMatchObject({
      code: "invalid-file",
      message: `${path} cannot be read: there is no such file; check the name and the folder`,
    });
    await expect(readRatings("nowhere.csv")).rejects.toThrow(
      `nowhere.csv cannot be read: there is no such file (looked for ${join(process.cwd(), "nowhere.csv")})`,
    );
    await expect(readRatings(join(file("plain.csv", TEXT), "x.csv"))).rejects.toThrow(
      /there is no such file; a part of its path is a file, not a folder/,
    );
  });

  it("refuses a directory", async () => {
    mkdirSync(join(folder, "directory"));
    await expect(readRatings(join(folder, "directory"))).rejects.toMatchObject({
      code: "invalid-file",
      message: `${join(folder, "directory")} cannot be read: it is a directory; give a file inside it`,
    });
  });

  it.each([
    ["an empty path", "", RangeError],
    ["a path with NUL", "a\0b", RangeError],
    ["a number", 7, TypeError],
    ["another kind of URL", new URL("https://example.org/r.csv"), RangeError],
  ])("refuses %s", async (_, name, kind) => {
    await expect(readRatings(name as string)).rejects.toBeInstanceOf(kind);
  });

  it("names the file and the line in messages", async () => {
    const path = file("ragged.csv", "ann,Alien,5\nbob,4\n");
    await expect(readRatings(path)).rejects.toThrow(
      `${path}, line 2: expected 3 fields as in line 1, but got 2`,
    );
    await expect(readRatings(path, { name: "mine" })).rejects.toThrow("mine, line 2: expected");
  });

  it("refuses unknown options", async () => {
    await expect(readRatings("x.csv", { headers: true } as never)).rejects.toThrow(
      /^readRatings: unknown option "headers"; did you mean "header"\?/,
    );
  });

  it("closes the file after the last row, an error and an abort", async () => {
    const open = (path: string): number =>
      readdirSync("/proc/self/fd").filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`) === path;
        } catch {
          return false;
        }
      }).length;
    const many = `ann,x,1\n${Array.from({ length: 200_000 }, (_, i) => `u${i},x,1\n`).join("")}`;
    const good = file("good.csv", many);
    const bad = file("bad.csv", `ann,x\n${many}`);
    await readRatings(good);
    expect(open(good)).toBe(0);
    await expect(readRatings(bad)).rejects.toMatchObject({ code: "invalid-file" });
    expect(open(bad)).toBe(0);
    const controller = new AbortController();
    let seen = 0;
    const aborted = readRatings(good, {
      signal: controller.signal,
      onProgress: () => {
        seen = open(good);
        controller.abort();
      },
    });
    await expect(aborted).rejects.toMatchObject({ name: "AbortError", code: "aborted" });
    expect(seen).toBe(1);
    await expect.poll(() => open(good)).toBe(0);
  });
});

const notRoot = process.geteuid?.() !== 0;
/** Root reads everything; the file system asks for the effective user. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  if (notRoot) return work();
  process.seteuid!(65534);
  try {
    await work();
  } finally {
    process.seteuid!(0);
  }
}

describe("permissions", () => {
  it.skipIf(process.geteuid === undefined)("that are missing are told", async () => {
    const path = file("secret.csv", TEXT);
    execFileSync("chmod", ["755", folder]);
    execFileSync("chmod", ["000", path]);
    await asNobody(async () => {
      await expect(readRatings(path)).rejects.toMatchObject({
        code: "invalid-file",
        message: `${path} cannot be read: permission denied; let this user read it (chmod +r)`,
      });
    });
  });
});

describe("standard input", () => {
  let library = "";
  beforeAll(async () => {
    library = await bundleNodeEntry(folder);
  });

  const child = (script: string) =>
    spawn(
      process.execPath,
      ["--input-type=module", "-e", `import { readRatings } from ${JSON.stringify(library)}; ${script}`],
      {
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
  const output = async (running: ReturnType<typeof child>): Promise<{ code: number; text: string }> => {
    let text = "";
    running.stdout.on("data", (chunk) => {
      text += chunk;
    });
    const code = await new Promise<number>((resolve) => running.on("close", resolve));
    return { code, text };
  };

  it("is read as -, plain and gzip", async () => {
    for (const content of [TEXT, gzipSync(TEXT)]) {
      const running = child('console.log(JSON.stringify([...await readRatings("-")]));');
      running.stdin.end(content);
      expect(JSON.parse((await output(running)).text)).toEqual(ROWS);
    }
  });

  it("is named in messages", async () => {
    const running = child('await readRatings("-").catch((error) => console.log(error.message));');
    running.stdin.end("a,x,1\nb\n");
    expect((await output(running)).text).toMatch(/^standard input, line 2: expected 3 fields/);
  });

  it("that says nothing can be aborted, and does not keep the process alive", async () => {
    const running = child(
      'await readRatings("-", { signal: AbortSignal.timeout(50) }).catch((error) => console.log(error.name));',
    );
    expect(await output(running)).toEqual({ code: 0, text: "AbortError\n" });
    running.stdin.destroy();
  });
});

const { ALTERNANT_DATA: data } = process.env;
if (data === undefined)
  console.log(
    "ALTERNANT_DATA is not set: reading MovieLens is not tested. Point it to a folder with ml-latest-small.",
  );

describe.skipIf(data === undefined)("MovieLens ml-latest-small", () => {
  it("is read whole", async () => {
    const ratings = await readRatings(join(data!, "ml-latest-small/ratings.csv"));
    expect([ratings.count, ratings.userCount, ratings.itemCount]).toEqual([100_836, 610, 9_724]);
    expect([ratings.min, ratings.max]).toEqual([0.5, 5]);
    expect(ratings.mean).toBeCloseTo(3.501557, 6);
    expect(ratings.get("1", "1")).toBe(4);
    expect(ratings.timestamps).toHaveLength(100_836);
    const titles = await readTitles(join(data!, "ml-latest-small/movies.csv"));
    expect(titles.size).toBe(9742);
    expect(titles.get("11")).toEqual({
      title: "American President, The (1995)",
      genres: ["Comedy", "Drama", "Romance"],
    });
  });
});
