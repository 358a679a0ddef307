import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { inlined } from "../../scripts/inlined.mjs";

/**
 * Has glibc give freed buffers back to the system at once. By itself it keeps up to 100 MB of them for later, now more and
 * now less, and what is measured would be the allocator and not what we hold.
 */
const GIVE_BACK = { MALLOC_MMAP_THRESHOLD_: "131072" };

/**
 * Bundles a file of this folder, because Node runs no TypeScript, and runs it where garbage can be collected on request.
 *
 * @returns the JSON that it prints
 */
export async function runChild<T>(file: string): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "alternant-child-"));
  try {
    const outfile = join(folder, "child.mjs");
    await build({
      entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      ...inlined,
      logLevel: "warning",
    });
    const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", outfile], {
      env: { ...process.env, ...GIVE_BACK },
      maxBuffer: 2 ** 26,
    });
    return JSON.parse(stdout) as T;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
