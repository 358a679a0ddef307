import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { inlined } from "../../scripts/inlined.mjs";

/** Bundles an entry of the library for Node as it stands in src, because a child process of Node runs no TypeScript. */
export async function bundleNodeEntry(folder: string, entry: string = "src/node/index.ts"): Promise<string> {
  const outfile = join(folder, "library.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL(`../../${entry}`, import.meta.url))],
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
