import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

/** The command line as it is built and shipped. */
export const CLI: string = fileURLToPath(new URL("../../build/lib/cli.js", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** A folder that goes when the tests of the file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "alternant-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a program in `folder` and collects what it says; with `input: null` its standard input stays open. */
export function start(
  folder: string,
  command: string,
  args: readonly string[],
  options: { input?: string | null; uid?: number } = {},
): Running {
  const { input, uid } = options;
  const child = spawn(command, args, {
    cwd: folder,
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
    ...(uid !== undefined && { uid }),
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.on("error", () => {});
  if (input !== null) child.stdin.end(input ?? "");
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

/** Runs `alternant` with these arguments in `folder`. */
export function alternant(folder: string, args: readonly string[], input?: string): Promise<Ended> {
  return start(folder, process.execPath, [CLI, ...args], input === undefined ? {} : { input }).ended;
}

/** Runs it, and throws unless it succeeds without a word on standard error. */
export async function succeed(folder: string, args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await alternant(folder, args, input);
  if (code !== 0 || stderr !== "")
    throw new Error(`alternant ${args.join(" ")} ended with ${code}: ${stderr}`);
  return stdout;
}
