// How everything that bundles src/ inlines what is no module of it: kernels deflated, as base64, those for shared memory as what
// makes them differ, and the lanes' worker, a script of its own, as text. esbuild options for scripts and benchmarks, a
// plugin for the tests.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { build } from "esbuild";

const WORKER = /\.ts\?bundled$/;
const SHARED = /-shared\.wasm\?changes$/;
/** More would mean that the two are no twins any more, and that the difference is not worth its while. */
const MOST_CHANGES = 16;

/** `[position, byte]` of every byte in which a binary for shared memory differs from its twin. */
function changesOf(path) {
  const shared = readFileSync(path.replace(/\?changes$/, ""));
  const own = readFileSync(path.replace(SHARED, ".wasm"));
  const changes = [...shared.entries()].filter(([at, byte]) => own[at] !== byte);
  if (shared.length !== own.length || changes.length > MOST_CHANGES)
    throw new Error(`${path}: ${changes.length} bytes differ from the build for its own memory`);
  return changes;
}

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
    legalComments: "none",
    logLevel: "warning",
  });
  return result.outputFiles[0].text;
}

/** A binary as src/kernel/inlined-binary.ts takes it. */
function deflated(path) {
  return deflateSync(readFileSync(path), { level: 9 });
}

const inlining = {
  name: "inlined",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: WORKER }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path),
      namespace: "bundled",
    }));
    onResolve({ filter: SHARED }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path),
      namespace: "changes",
    }));
    onLoad({ filter: /\.wasm$/ }, ({ path }) => ({ contents: deflated(path), loader: "base64" }));
    onLoad({ filter: /.*/, namespace: "changes" }, ({ path }) => ({
      contents: JSON.stringify(changesOf(path)),
      loader: "json",
    }));
    onLoad({ filter: /.*/, namespace: "bundled" }, async ({ path }) => ({
      contents: await bundleScript(path),
      loader: "text",
    }));
  },
};

/** Options of esbuild's `build`. */
export const inlined = { plugins: [inlining] };

/** The same as a plugin of Vite's. */
export function inlinedPlugin() {
  return {
    name: "inlined",
    enforce: "pre",
    async load(id) {
      if (id.endsWith(".wasm")) return `export default ${JSON.stringify(deflated(id).toString("base64"))};`;
      if (SHARED.test(id)) return `export default ${JSON.stringify(changesOf(id))};`;
      if (WORKER.test(id)) return `export default ${JSON.stringify(await bundleScript(id))};`;
      return null;
    },
  };
}
