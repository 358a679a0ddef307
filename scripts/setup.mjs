// Makes a fresh clone ready: installs when node_modules is missing or older than the lock file, builds when
// anything that goes into the build has changed. Decides by content, not by time, and uses Node built-ins only,
// because it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const INSTALL_INPUTS = ["package-lock.json"];
const BUILD_INPUTS = [
  "assembly",
  "src",
  "scripts/build.mjs",
  "scripts/inlined.mjs",
  "asconfig.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "package.json",
  "package-lock.json",
];

function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

function contentHash(inputs) {
  const hash = createHash("sha256").update(process.version);
  for (const file of inputs
    .map((input) => join(root, input))
    .filter(existsSync)
    .flatMap(filesUnder)) {
    hash.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

/** Runs the step unless all that it makes is there, and the stamp says that it ran with these very inputs. */
function ensure({ name, inputs, stamp, products, command, args }) {
  const hash = contentHash(inputs);
  const stampPath = join(root, stamp);
  const complete = [stamp, ...products].every((path) => existsSync(join(root, path)));
  if (complete && readFileSync(stampPath, "utf8") === hash) return;
  // A step that is cut off must not look done.
  rmSync(stampPath, { force: true });
  const started = performance.now();
  console.error(`${name} …`);
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (result.status !== 0) {
    console.error(
      `${name} failed: ${result.error?.message ?? `${command} ${args.join(" ")} ended with ${result.status}`}`,
    );
    process.exit(1);
  }
  mkdirSync(join(stampPath, ".."), { recursive: true });
  writeFileSync(stampPath, hash);
  console.error(`${name} took ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 16)) {
  console.error(`Alternant needs Node 20.16 or newer; this is ${process.version}.`);
  process.exit(1);
}
ensure({
  name: "install",
  inputs: INSTALL_INPUTS,
  stamp: "node_modules/.alternant-install",
  products: ["node_modules"],
  command: "npm",
  args: ["ci", "--no-audit", "--no-fund"],
});
ensure({
  name: "build",
  inputs: BUILD_INPUTS,
  stamp: "build/tmp/build-stamp",
  products: [
    ...["index.js", "io.js", "node.js", "cli.js", "worker.js", "types/index.d.ts"].map(
      (file) => `build/lib/${file}`,
    ),
    ...["simd", "relaxed", "simd-shared", "relaxed-shared"].map((name) => `build/wasm/${name}.wasm`),
  ],
  command: process.execPath,
  args: ["scripts/build.mjs"],
});
ensure({
  name: "playground",
  inputs: [...BUILD_INPUTS, "demo", "scripts/build-demo.mjs"],
  stamp: "build/tmp/demo-stamp",
  products: ["index.html", "main.js", "main.css", "worker.js", "lanes.js"].map(
    (file) => `build/demo/${file}`,
  ),
  command: process.execPath,
  args: ["scripts/build-demo.mjs"],
});
