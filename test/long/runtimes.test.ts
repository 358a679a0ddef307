import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import golden from "../golden/factors.json";

const folder = fileURLToPath(new URL("../../examples/runtimes", import.meta.url));
const { dependencies } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8")) as {
  dependencies: Record<string, string>;
};
/** Node 20 has relaxed SIMD only with this flag. */
const RELAXED = "--experimental-wasm-relaxed-simd";
/** Each Node that the example pins: the name of its folder, its version, its executable. */
const runtimes = Object.entries(dependencies).map(([name, pinned]) => ({
  name,
  version: pinned.slice(pinned.lastIndexOf("@") + 1),
  executable: `${folder}/node_modules/${name}/bin/node`,
}));

describe.each(runtimes)("the built library on $name, $version", ({ version, executable }) => {
  const installed = existsSync(executable);
  if (!installed)
    console.log(`Skipped: ${version} is not installed. node scripts/setup-examples.mjs runtimes does it.`);

  it.skipIf(!installed)("trains to the golden factors on any threads, and has relaxed SIMD", async () => {
    // Killed after two minutes: a thread that keeps the process alive would hang it.
    const args = [...(version.startsWith("20.") ? [RELAXED] : []), `${folder}/golden.mjs`];
    const { stdout, stderr } = await promisify(execFile)(executable, args, {
      timeout: 120_000,
    });
    const told = JSON.parse(stdout);
    expect(stderr).toBe("");
    expect(told.node).toBe(`v${version}`);
    const both = { fresh: golden, reused: golden };
    expect(told.threads).toEqual({ 1: both, 2: both, 3: both, 7: both });
    expect(told.together).toEqual({ float64: golden.float64[32], float32: golden.float32[32] });
    expect(told.relaxed).toMatchObject({ build: "relaxed-shared", arithmetic: "relaxed" });
    expect(told.relaxed.hash).toMatch(/^[0-9a-f]{64}$/);
  });
});
