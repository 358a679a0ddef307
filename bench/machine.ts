import { execFileSync } from "node:child_process";
import { cpus, release, totalmem, type } from "node:os";
import { ROOT } from "./paths.js";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** GiB. */
  readonly memory: number;
  readonly node: string;
  readonly v8: string;
  readonly os: string;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memory: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    v8: process.versions.v8,
    os: `${type()} ${release()} ${process.arch}`,
  };
}

/** The commit that is checked out, "+" behind it where files differ from it; undefined outside a repository. */
export function describeCommit(): string | undefined {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    return `${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain") === "" ? "" : "+"}`;
  } catch {
    return undefined;
  }
}

/** Says on standard output where a bench runs, and returns it for its results. */
export function tellWhere(): { readonly machine: Machine; readonly commit: string | null } {
  const machine = describeMachine();
  const commit = describeCommit() ?? null;
  console.log(
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.os}, commit ${commit ?? "unknown"}`,
  );
  return { machine, commit };
}
