import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./sources.js";

/** The beginning of an absolute path that only one machine has. */
const MACHINE_PATH = /(?<![\w.\-/])\/(?:home|root|Users|work|tmp)\/[\w.-]|\b[A-Z]:\\\\?Users\\/;

/** Files that git tracks, and those that it would. */
function ownFiles(): string[] {
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  return execFileSync("git", list, { cwd: root, encoding: "utf8" })
    .split("\0")
    .filter((path) => path !== "" && existsSync(join(root, path)));
}

describe.skipIf(!existsSync(join(root, ".git")))("files of the project", () => {
  it("name no path of somebody's machine", () => {
    const files = ownFiles();
    expect(files).toContain("package.json");
    expect(files.filter((path) => MACHINE_PATH.test(readFileSync(join(root, path), "latin1")))).toEqual([]);
  });
});
