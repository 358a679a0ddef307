import { existsSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, posix } from "node:path";
import { describe, expect, it } from "vitest";
import { AREAS, NODE_ONLY } from "../browser/suite.js";
import { imports, root, typeScriptFiles } from "./sources.js";

const files = AREAS.flatMap((area) => typeScriptFiles(area)).filter((file) => file.endsWith(".test.ts"));

/** Whether a test, or a helper that it imports, names a built-in of Node or asks for what only its process knows. */
function needsNode(file: string, seen: Set<string> = new Set()): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  if (imports(file).some((name) => name.startsWith("node:") || builtinModules.includes(name))) return true;
  return imports(file)
    .filter((name) => name.startsWith(".") && name.endsWith(".js"))
    .map((name) => posix.join(dirname(file), name.replace(/\.js$/, ".ts")))
    .filter((helper) => helper.startsWith("test/") && existsSync(join(root, helper)))
    .some((helper) => needsNode(helper, seen));
}

describe("the suite that runs in Chromium", () => {
  it("leaves out what is listed, and lists only tests that are there, with a reason", () => {
    for (const [file, reason] of Object.entries(NODE_ONLY)) {
      expect(files).toContain(file);
      expect(reason.length).toBeGreaterThan(10);
    }
  });

  it("lists every test that needs Node's own modules", () => {
    const needing = files.filter((file) => needsNode(file));
    expect(needing.filter((file) => !(file in NODE_ONLY))).toEqual([]);
    expect(needing.length).toBeGreaterThan(0);
  });

  it("has tests in every area besides these", () => {
    for (const area of AREAS) {
      const left = files.filter((file) => file.startsWith(`${area}/`) && !(file in NODE_ONLY));
      expect(left.length, area).toBeGreaterThan(0);
    }
  });
});
