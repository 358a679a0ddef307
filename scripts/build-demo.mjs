// demo/ → build/demo: a page, its worker and the library's files that they load, for any host of static files.
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const demo = join(root, "demo");
const out = join(root, "build/demo");
/** What is bundled besides the library, whose own notices come along. */
const BUNDLED = ["uplot", "fflate", "papaparse"];

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await build({
  absWorkingDir: root,
  outdir: out,
  entryPoints: {
    main: join(demo, "page/main.ts"),
    worker: join(demo, "worker/main.ts"),
  },
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  platform: "browser",
  chunkNames: "chunks/[name]-[hash]",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  // package.json says of the library that its files do nothing by themselves; those of the page do.
  ignoreAnnotations: true,
});
await build({
  absWorkingDir: root,
  outfile: join(out, "main.css"),
  entryPoints: [join(demo, "styles/main.css")],
  bundle: true,
  minify: true,
  logLevel: "warning",
});
for (const file of ["index.html", "icon.svg"]) copyFileSync(join(demo, file), join(out, file));
cpSync(join(root, "build/lib/worker.js"), join(out, "lanes.js"));
const licences = BUNDLED.map((name) => {
  const { version, license } = JSON.parse(
    readFileSync(join(root, "node_modules", name, "package.json"), "utf8"),
  );
  const text = readFileSync(join(root, "node_modules", name, "LICENSE"), "utf8").trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
});
const library = readFileSync(join(root, "build/lib/THIRD-PARTY-LICENSES.txt"), "utf8");
writeFileSync(join(out, "THIRD-PARTY-LICENSES.txt"), [library, ...licences].join(`\n${"-".repeat(80)}\n\n`));
