import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { ROOT } from "./paths.js";

/** Runs Node with these arguments; resolves to what it printed and its peak resident bytes. */
export async function measured(args: readonly string[]): Promise<{ stdout: string; peak: number }> {
  const preload = pathToFileURL(join(ROOT, "bench/peak-memory.mjs")).href;
  const child = spawn(process.execPath, ["--import", preload, ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit", "pipe"],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const [stdout, peak, code] = await Promise.all([
    text(child.stdout!),
    text(child.stdio[3] as Readable),
    ended,
  ]);
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${code}`);
  return { stdout, peak: Number(peak) };
}
