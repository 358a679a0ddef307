// How everything that bundles src/ inlines what is no module of it: kernels as base64, and the lanes' worker, a script of
// its own, as text. esbuild options for scripts and benchmarks, a plugin for the tests.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const WORKER = /\.ts\?bundled$/;

/** The module of a path, which may end in "?bundled", with all that it imports, as one classic script. */
export async function bundleScript(path) {
  const result = await build({
    entryPoints: [path.replace(/\?bundled$/, "")],
    write: false,
    bundle: true,
    format: "iife",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2022",
    minify: true,
    // Errors that cross the threads are told by their names.
    keepNames: true,
    legalComments: "none",
    logLevel: "warning",
  });
  return result.outputFiles[0].text;
}

const bundled = {
  name: "bundled",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: WORKER }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path),
      namespace: "bundled",
    }));
    onLoad({ filter: /.*/, namespace: "bundled" }, async ({ path }) => ({
      contents: await bundleScript(path),
      loader: "text",
    }));
  },
};

/** Options of esbuild's `build`. */
export const inlined = { loader: { ".wasm": "base64" }, plugins: [bundled] };

/** The same as a plugin of Vite's. */
export function inlinedPlugin() {
  return {
    name: "inlined",
    enforce: "pre",
    async load(id) {
      if (id.endsWith(".wasm"))
        return `export default ${JSON.stringify(readFileSync(id).toString("base64"))};`;
      if (WORKER.test(id)) return `export default ${JSON.stringify(await bundleScript(id))};`;
      return null;
    },
  };
}
