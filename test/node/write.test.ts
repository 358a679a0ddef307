import { spawn } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { writeFileAtomically } from "../../src/node/index.js";
import { bundleNodeEntry } from "./bundle.js";
import { temporaryFolder } from "./temporary.js";

const base = temporaryFolder();
let made = 0;
/** A folder with an old file in it. */
function withOld(): { folder: string; path: string } {
  const folder = join(base, `${made++}`);
  mkdirSync(folder);
  const path = join(folder, "file");
  writeFileSync(path, "old");
  return { folder, path };
}

describe("writeFileAtomically", () => {
  it.each<[string, Parameters<typeof writeFileAtomically>[1]]>([
    ["a string", "new ünï"],
    ["bytes", new TextEncoder().encode("new ünï")],
    ["chunks", ["new", " ", new TextEncoder().encode("ünï")]],
    [
      "chunks that come later",
      (async function* () {
        yield "new ";
        yield "ünï";
      })(),
    ],
  ])("writes %s", async (_, content) => {
    const { folder, path } = withOld();
    await writeFileAtomically(path, content);
    expect(readFileSync(path, "utf8")).toBe("new ünï");
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  it("keeps permissions, and what a link points to is replaced", async () => {
    const { folder, path } = withOld();
    chmodSync(path, 0o640);
    const link = join(folder, "link");
    symlinkSync(path, link);
    await writeFileAtomically(link, "new");
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it("writes to a device as it is", async () => {
    await writeFileAtomically("/dev/null", "away");
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it.each([
    [
      "a folder that is not there",
      (folder: string) => join(folder, "no", "file"),
      "its folder does not exist; make it first",
    ],
    [
      "a path through a file",
      (folder: string) => join(folder, "file", "file"),
      "a part of its path is a file, not a folder",
    ],
    ["a directory", (folder: string) => folder, "it is a directory; give the name of a file"],
    ["a name that is too long", (folder: string) => join(folder, "x".repeat(300)), "its name is too long"],
  ])("refuses %s", async (_, place, reason) => {
    const { folder } = withOld();
    const path = place(folder);
    await expect(writeFileAtomically(path, "new")).rejects.toMatchObject({
      code: "output-failed",
      message: `${path} cannot be written: ${reason}; nothing was changed`,
    });
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  it.skipIf(process.geteuid === undefined)("refuses a folder that may not be written to", async () => {
    const { folder, path } = withOld();
    const root = process.geteuid!() === 0;
    chmodSync(base, 0o755);
    chmodSync(folder, 0o555);
    if (root) process.seteuid!(65534);
    try {
      await expect(writeFileAtomically(path, "new")).rejects.toMatchObject({
        code: "output-failed",
        message: `${path} cannot be written: permission denied; choose a folder that this user can write to; nothing was changed`,
      });
    } finally {
      if (root) process.seteuid!(0);
      chmodSync(folder, 0o755);
    }
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  it("leaves the old file whole and nothing else when what is written fails", async () => {
    const { folder, path } = withOld();
    const content = function* () {
      yield "x".repeat(100_000);
      throw new Error("no more");
    };
    await expect(writeFileAtomically(path, content())).rejects.toMatchObject({ code: "output-failed" });
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  it("leaves the old file whole and nothing else when it is aborted", async () => {
    const { folder, path } = withOld();
    const controller = new AbortController();
    let during: string[] = [];
    const content = function* () {
      yield "x".repeat(100_000);
      during = readdirSync(folder);
      controller.abort();
      yield "y";
      expect.fail("it went on");
    };
    await expect(writeFileAtomically(path, content(), { signal: controller.signal })).rejects.toMatchObject({
      name: "AbortError",
      code: "aborted",
      message: `writing ${path} was aborted`,
    });
    expect(during).toHaveLength(2);
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["file"]);
  });
});

describe("a disk that is full", () => {
  let library = "";
  beforeAll(async () => {
    library = await bundleNodeEntry(base);
  });

  it.each([
    ["in one piece", '"x".repeat(1 << 20)'],
    ["in chunks", 'Array.from({ length: 64 }, () => "x".repeat(1 << 14))'],
  ])("is told, and the old file is whole, %s", async (_, content) => {
    const { folder, path } = withOld();
    const script = `import { writeFileAtomically } from ${JSON.stringify(library)};
      await writeFileAtomically(${JSON.stringify(path)}, ${content}).catch((error) => console.log(error.code, error.message));`;
    // Blocks of 1 KiB: no file may grow beyond 100 KiB.
    const child = spawn(
      "bash",
      ["-c", 'ulimit -f 100; exec "$0" --input-type=module -e "$1"', process.execPath, script],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(text).toBe(
      `output-failed ${path} cannot be written: it is larger than a file may be here (ulimit -f); nothing was changed\n`,
    );
    expect(code).toBe(0);
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["file"]);
  });
});
