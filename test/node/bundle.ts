import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { inlined } from "../../scripts/inlined.mjs";

/** Bundles the library for Node as it stands in src, because a child process of Node runs no TypeScript. */
export async function bundleNodeEntry(folder: string): Promise<string> {
  const outfile = join(folder, "node.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("../../src/node/index.ts", import.meta.url))],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    ...inlined,
    // papaparse is CommonJS, which asks for Node's built-ins.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  return outfile;
}
