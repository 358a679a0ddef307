import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const folder: string = fileURLToPath(new URL("../../examples", import.meta.url));
const MISSING =
  "it is not there; node scripts/setup-examples.mjs installs it or says why not, anew where the example's node_modules is deleted first";
/** Milliseconds that building or running an example may take. */
const TIMEOUT = 120_000;

/** The path of an example, or of something in it. */
export function example(name: string, ...rest: string[]): string {
  return join(folder, name, ...rest);
}

/** A Node that runs what the current one may be too old for. */
export const NODE: string = example("runtimes", "node_modules/node-24/bin/node");

/** The version of a package that an example has installed. */
export function installedVersion(name: string, dependency: string): string {
  const path = example(name, "node_modules", dependency, "package.json");
  if (!existsSync(path)) throw new Error(`examples/${name} has no ${dependency}: ${MISSING}`);
  const { version } = JSON.parse(readFileSync(path, "utf8")) as { version: string };
  // Old Nodes are published as "v20.16.0".
  return version.replace(/^v/, "");
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** What else is in the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The environment of a program: this one, without what vitest sets for its own processes, and without colours. */
export function surroundings({ env = {} }: RunOptions): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, NODE_ENV: __, FORCE_COLOR: ___, ...others } = process.env;
  return { ...others, NO_COLOR: "1", ...env };
}

/** Runs a program in an example's folder to its end. @throws Error with all that it said, where it fails */
export async function run(
  name: string,
  executable: string,
  args: readonly string[],
  asked: RunOptions = {},
): Promise<Outcome> {
  const options = {
    cwd: example(name),
    timeout: TIMEOUT,
    maxBuffer: 2 ** 26,
    env: surroundings(asked),
  };
  try {
    return await promisify(execFile)(executable, args, options);
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as Error & Partial<Outcome>;
    throw new Error(`${message}\n${stdout}${stderr}`);
  }
}

/** Why an executable that comes as an npm package for Linux on x64 is not here, or does not run; undefined where it does. */
export async function absence(executable: string): Promise<string | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64")
    return `its npm package is for Linux on x64, this is ${process.platform} on ${process.arch}`;
  if (!existsSync(executable)) return MISSING;
  try {
    await promisify(execFile)(executable, ["--version"]);
    return undefined;
  } catch (error) {
    return `it does not run here: ${(error as Error).message.split("\n")[0]}`;
  }
}

/** Runs a script of an example's package.json; resolves to what it said. */
export async function npmRun(name: string, script: string): Promise<string> {
  const { stdout, stderr } = await run(name, "npm", ["run", "--silent", script]);
  return stdout + stderr;
}
