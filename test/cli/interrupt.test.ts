import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { CLI, type Ended, start, succeed, temporaryFolder } from "./run.js";

const folder = temporaryFolder();
let large: Buffer;

beforeAll(async () => {
  await succeed(folder, "synthesize --users 2000 --items 800 --ratings 200000 --out large.csv".split(" "));
  large = readFileSync(join(folder, "large.csv"));
  await succeed(folder, "synthesize --users 100 --items 50 --ratings 1000 --out small.csv".split(" "));
});

/** A folder of its own, empty or with a model in it. */
let made = 0;
async function place(withModel: boolean): Promise<string> {
  const path = join(folder, `place-${made++}`);
  mkdirSync(path);
  if (withModel) await succeed(path, ["train", "../small.csv", "--factors", "2", "--epochs", "1"]);
  return path;
}

/**
 * Gives a command the large file on standard input, waits until it has read it to the end (or, with `open`, to where
 * more could come), and some milliseconds more, and sends a signal.
 */
async function interrupted(
  path: string,
  args: string[],
  { signal = "SIGINT", after, open = false }: { signal?: NodeJS.Signals; after: number; open?: boolean },
): Promise<Ended> {
  const { child, ended } = start(path, process.execPath, [CLI, ...args], { input: null });
  const input = child.stdin!;
  await new Promise<void>((resolve, reject) => {
    input.write(large, (error) => (error ? reject(error) : resolve()));
  });
  if (!open) input.end();
  await sleep(after);
  expect(child.exitCode).toBeNull();
  child.kill(signal);
  return ended;
}

// Hours of work, were it let.
const LONG = ["train", "-", "--factors", "128", "--epochs", "10000"];

describe("Ctrl-C", () => {
  it.each([
    ["while it trains, where no model is", false, LONG, { after: 700 }],
    ["while it trains, where an old model is", true, LONG, { after: 700 }],
    ["while it reads", true, LONG, { after: 0, open: true }],
    ["while it waits for more to read", true, LONG, { after: 300, open: true }],
    ["on a tour", true, ["tour", "-"], { after: 200 }],
  ])("%s: ends with 130, and nothing is half-written", async (_, withModel, args, when) => {
    const path = await place(withModel);
    const before = readdirSync(path);
    const old = withModel ? readFileSync(join(path, "model.safetensors")) : undefined;
    const { code, stdout, stderr } = await interrupted(path, args, when);
    expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: "", stderr: "alternant: interrupted\n" });
    expect(readdirSync(path)).toEqual(before);
    if (old) expect(readFileSync(join(path, "model.safetensors"))).toEqual(old);
  });

  it("ends synthesize amid its writing", async () => {
    const args = "synthesize --users 2000 --items 800 --ratings 200000".split(" ");
    const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    const exit = once(child, "exit");
    let bytes = 0;
    for await (const chunk of child.stdout) {
      if (bytes === 0) child.kill("SIGINT");
      bytes += chunk.length;
      await sleep(10);
    }
    expect([(await exit)[0], stderr]).toEqual([130, "alternant: interrupted\n"]);
    expect(bytes).toBeLessThan(large.length / 2);
  });

  it("that comes when all was done is told as such, and nothing is taken back", async () => {
    const path = await place(false);
    const late = `const { write } = process.stdout;
      process.stdout.write = function (...args) { process.emit("SIGINT"); return write.apply(this, args); };`;
    const args = [
      "--import",
      `data:text/javascript,${encodeURIComponent(late)}`,
      CLI,
      "pack",
      "../small.csv",
    ];
    const { code, stdout, stderr } = await start(path, process.execPath, args).ended;
    expect(stdout).toMatch(/^Wrote 1,000 ratings /);
    expect([code, stderr]).toEqual([130, "alternant: interrupted when all was done\n"]);
    expect(readdirSync(path)).toEqual(["ratings.safetensors"]);
  });

  it("SIGTERM ends with 143 and as clean", async () => {
    const path = await place(true);
    const { code } = await interrupted(path, LONG, { signal: "SIGTERM", after: 500 });
    expect(code).toBe(143);
    expect(readdirSync(path)).toEqual(["model.safetensors"]);
  });
});

describe("a reader that has seen enough", () => {
  const piped = async (path: string, args: string): Promise<Ended> =>
    start(path, "bash", ["-c", `set -o pipefail; "$0" "$1" ${args} | head -1`, process.execPath, CLI]).ended;

  it("of ratings is no failure", async () => {
    const told = await piped(folder, "synthesize --users 2000 --items 800 --ratings 200000");
    expect(told).toMatchObject({ code: 0, stdout: "user,item,value,timestamp\n", stderr: "" });
  });

  it("of tables is none either, and the model is written", async () => {
    for (const command of ["train", "tour"]) {
      const path = await place(false);
      const told = await piped(path, `${command} ../small.csv`);
      expect(told).toMatchObject({ code: 0, stderr: "" });
      expect(readdirSync(path)).toEqual(["model.safetensors"]);
    }
  });

  it("that never was is none", async () => {
    const path = await place(false);
    const script = `"$0" "$1" train ../small.csv | true; exit "\${PIPESTATUS[0]}"`;
    const { code, stderr } = await start(path, "bash", ["-c", script, process.execPath, CLI]).ended;
    expect([code, stderr]).toEqual([0, ""]);
    expect(readdirSync(path)).toEqual(["model.safetensors"]);
  });
});

describe("a full disk", () => {
  it("leaves the old model whole, and is told", async () => {
    const path = await place(true);
    const old = readFileSync(join(path, "model.safetensors"));
    const script = 'ulimit -f 8; exec "$0" "$1" train ../large.csv --factors 8 --epochs 1';
    const { code, stdout, stderr } = await start(path, "bash", ["-c", script, process.execPath, CLI]).ended;
    expect(stderr).toBe(
      "alternant: model.safetensors cannot be written: it is larger than a file may be here (ulimit -f); nothing was changed\n",
    );
    expect([code, stdout]).toEqual([1, ""]);
    expect(readFileSync(join(path, "model.safetensors"))).toEqual(old);
    expect(readdirSync(path)).toEqual(["model.safetensors"]);
  });
});
