import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";
import { inlined } from "../../scripts/inlined.mjs";

const LIMIT_MB = 100;
/**
 * Has glibc give freed buffers back to the system at once. By itself it keeps up to 100 MB of them for later, now more and
 * now less, and what is measured would be the allocator and not what we hold.
 */
const GIVE_BACK = { MALLOC_MMAP_THRESHOLD_: "131072" };
const folder = mkdtempSync(join(tmpdir(), "alternant-memory-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Bundles the child, because Node runs no TypeScript, and runs it where garbage can be collected on request. */
async function runChild(): Promise<{
  collected: boolean;
  one: number;
  series: number;
  atOnce: number;
  hashes: string[];
}> {
  const outfile = join(folder, "child.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("memory-child.ts", import.meta.url))],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    ...inlined,
    logLevel: "warning",
  });
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", outfile], {
    env: { ...process.env, ...GIVE_BACK },
  });
  return JSON.parse(stdout);
}

describe("memory", () => {
  it("is given back: 100 fits in a row and 20 at once end near one fit's, with equal bits", async () => {
    const { collected, one, series, atOnce, hashes } = await runChild();
    const told = [one, series, atOnce].map((megabytes) => megabytes.toFixed(0)).join(", ");
    console.log(`RSS in MB after 1 fit, 100 more in a row, 20 more at once: ${told}`);
    expect(collected).toBe(true);
    expect(hashes).toHaveLength(1);
    expect(series).toBeLessThan(one + LIMIT_MB);
    expect(atOnce).toBeLessThan(one + LIMIT_MB);
  });
});
