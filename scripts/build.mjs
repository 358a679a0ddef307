// assembly → four binaries (asc) → library with the binaries inlined, deflated and as base64 (esbuild) → declarations (tsc).
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import binaryen from "binaryen";
import { build } from "esbuild";
import { bundleScript, inlined } from "./inlined.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const TARGETS = Object.keys(JSON.parse(readFileSync(join(root, "asconfig.json"), "utf8")).targets);
/**
 * What is bundled, by the packages' folders: into the library, so that a page can import it as a static file, and into what
 * draws the command line's charts. Licences ship with it, from these files (the loader's is AssemblyScript's own).
 */
const BUNDLED = {
  "@assemblyscript/loader": ["assemblyscript/LICENSE"],
  "pure-rand": ["pure-rand/LICENSE"],
  papaparse: ["papaparse/LICENSE"],
  echarts: ["echarts/NOTICE", "echarts/LICENSE", "echarts/licenses/LICENSE-d3"],
  zrender: ["zrender/LICENSE"],
  "echarts/node_modules/tslib": ["echarts/node_modules/tslib/LICENSE.txt"],
};

/**
 * What draws charts is a bundle of its own beside the command line, which loads it on demand: in one with the library, what
 * it takes to run CommonJS would be in a chunk that every page loads.
 */
const charts = {
  name: "charts",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/charts\/scree\.js$/ }, () => ({ path: "./scree.js", external: true }));
  },
};

/**
 * papaparse is CommonJS, which neither a page nor every bundler takes as it is: here it becomes a module of its own. What
 * runs CommonJS stays inside of it, and out of the chunks that `import "alternant"` loads.
 */
const papaparse = {
  name: "papaparse",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^papaparse$/ }, ({ path }) => ({
      path,
      namespace: "as-module",
      sideEffects: false,
    }));
    onLoad({ filter: /.*/, namespace: "as-module" }, async ({ path }) => {
      const result = await build({
        stdin: { contents: `export { default } from ${JSON.stringify(path)};`, resolveDir: root },
        write: false,
        bundle: true,
        format: "esm",
        platform: "neutral",
        // Its file for browsers, which asks for none of Node's streams.
        mainFields: ["browser", "main"],
        target: "es2022",
        minify: true,
        legalComments: "none",
        logLevel: "warning",
      });
      return { contents: result.outputFiles[0].text };
    });
  },
};

/** asc says this of every build: its optimizer stopped a step before a smaller result. */
const NOISE = /^Last converge was suboptimal\.\s*/gm;

function run(script, ...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, "node_modules", script), ...args], { cwd: root });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
    child.on("error", reject);
    child.on("close", (code) => {
      process.stderr.write(said.replace(NOISE, ""));
      if (code === 0) resolve();
      else reject(new Error(`${script} ${args.join(" ")} ended with ${code}`));
    });
  });
}

async function buildKernels() {
  mkdirSync(join(root, "build/wasm"), { recursive: true });
  await Promise.all(TARGETS.map((target) => run("assemblyscript/bin/asc.js", "--target", target)));
  for (const target of TARGETS) if (target.startsWith("simd")) cutCore(target);
}

async function buildLibrary() {
  const lib = join(root, "build/lib");
  rmSync(lib, { recursive: true, force: true });
  const shared = {
    absWorkingDir: root,
    outdir: "build/lib",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    ...inlined,
    chunkNames: "chunks/[name]-[hash]",
    sourcemap: false,
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    // Neutral, because one build serves Node and browsers: a Node built-in that slips in fails here.
    platform: "neutral",
    mainFields: ["module", "main"],
    // Packages check more when they are developed with.
    define: { "process.env.NODE_ENV": '"production"' },
    external: ["node:*", "commander", "cli-progress", "cli-table3"],
  };
  await build({ ...shared, splitting: false, entryPoints: { scree: "src/cli/charts/scree.ts" } });
  await build({
    ...shared,
    plugins: [charts, papaparse, ...shared.plugins],
    entryPoints: {
      index: "src/index.ts",
      io: "src/io/index.ts",
      node: "src/node/index.ts",
      translate: "src/translate/index.ts",
      cli: "src/cli/main.ts",
    },
  });
  // For pages that may not start workers from a blob; the library itself carries the same script as text.
  writeFileSync(join(lib, "worker.js"), await bundleScript(join(root, "src/kernel/lanes/worker.ts")));
  for (const target of TARGETS) cpSync(join(root, `build/wasm/${target}.wasm`), join(lib, `${target}.wasm`));
  const installed = (path) => readFileSync(join(root, "node_modules", path), "utf8").trim();
  const licences = Object.entries(BUNDLED).map(([folder, files]) => {
    const { name, version, license } = JSON.parse(installed(`${folder}/package.json`));
    return `${name} ${version} (${license})\n\n${files.map(installed).join("\n\n")}\n`;
  });
  writeFileSync(join(lib, "THIRD-PARTY-LICENSES.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));
}

/** What of the exports of assembly/index.ts trains exactly; the rest is left out of a core, with all that it alone uses. */
const CORE =
  /^(build|jobBytes|tileRows|paddedFactors|workspaceBytes|solveRows\w+|sumResiduals\d+|sumGramian\d+)$/;

/** A smaller binary of the same functions, as far as they are of the core. */
function cutCore(target) {
  const [name, kind] = target.split("-");
  const module = binaryen.readBinary(readFileSync(join(root, `build/wasm/${target}.wasm`)));
  module.setFeatures(binaryen.Features.SIMD128 | (kind ? binaryen.Features.Atomics : 0));
  const names = Array.from(
    { length: module.getNumExports() },
    (_, i) => binaryen.getExportInfo(module.getExportByIndex(i)).name,
  );
  for (const exported of names) if (!CORE.test(exported)) module.removeExport(exported);
  module.runPasses(["remove-unused-module-elements"]);
  const core = [name, "core", ...(kind ? [kind] : [])].join("-");
  writeFileSync(join(root, `build/wasm/${core}.wasm`), module.emitBinary());
  module.dispose();
}

/** What an import of a binary is where hosts compile it when they bundle (Cloudflare Workers), or as a source-phase import. */
const COMPILED = "declare const module: WebAssembly.Module;\nexport default module;\n";
/** The worker's script is no module that one would import: bundlers take it as an entry of its own. */
const SCRIPT = "export {};\n";

async function buildDeclarations() {
  await run("typescript/bin/tsc", "-p", "tsconfig.build.json");
  writeFileSync(join(root, "build/lib/types/wasm.d.ts"), COMPILED);
  writeFileSync(join(root, "build/lib/types/worker.d.ts"), SCRIPT);
}

// What scripts/setup.mjs knows of the last build is no longer true, nor will be if this one is cut off.
rmSync(join(root, "build/tmp/build-stamp"), { force: true });
await buildKernels();
await buildLibrary();
await buildDeclarations();
