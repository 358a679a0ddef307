// Packs the built library as build/alternant.tgz and installs the examples, which take it from there, each by its own lock
// file. With names of examples only these. With --lock it writes their lock files anew instead.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const examples = join(root, "examples");
const tarball = join(root, "build/alternant.tgz");
/** Says what an example was installed of: npm ci takes seconds for each, and minutes for all that must be downloaded. */
const STAMP = "node_modules/.alternant-install";

const names = process.argv.slice(2).filter((argument) => argument !== "--lock");
const relock = process.argv.includes("--lock");

function npm(cwd, ...args) {
  const options = { cwd, encoding: "utf8", shell: process.platform === "win32" };
  const { status, error, stdout, stderr } = spawnSync("npm", [...args, "--loglevel=error"], options);
  if (error || status !== 0)
    throw new Error(`npm ${args[0]}: ${error?.message ?? `${stdout}${stderr}`.trim()}`);
}

function pack() {
  mkdirSync(join(root, "build/tmp"), { recursive: true });
  const folder = mkdtempSync(join(root, "build/tmp/pack-"));
  try {
    npm(root, "pack", "--ignore-scripts", "--pack-destination", folder);
    renameSync(join(folder, readdirSync(folder)[0]), tarball);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Why an example's packages are not for this machine; undefined where they are. */
function obstacle({ os = [process.platform], cpu = [process.arch] }) {
  if (os.includes(process.platform) && cpu.includes(process.arch)) return undefined;
  return `its packages are for ${os} on ${cpu}, not for ${process.platform} on ${process.arch}`;
}

function install(folder) {
  const inputs = [join(folder, "package-lock.json"), tarball].map((path) => readFileSync(path));
  const hash = inputs.reduce((sum, bytes) => sum.update(bytes), createHash("sha256")).digest("hex");
  const stamp = join(folder, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return "as it was";
  npm(folder, "ci", "--no-audit", "--no-fund", "--prefer-offline");
  writeFileSync(stamp, hash);
  return "installed";
}

/** The library's own checksum is left out: its tarball is made anew by every build. */
function lock(folder) {
  npm(folder, "install", "--package-lock-only", "--no-audit", "--no-fund", "--prefer-offline");
  const path = join(folder, "package-lock.json");
  const content = JSON.parse(readFileSync(path, "utf8"));
  delete content.packages["node_modules/alternant"]?.integrity;
  writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
  return "locked";
}

const known = readdirSync(examples).filter((name) => existsSync(join(examples, name, "package.json")));
for (const name of names)
  if (!known.includes(name))
    throw new Error(`examples/${name} is no example. There are ${known.join(", ")}.`);
// What would be packed otherwise is no library, or an older one.
const built = spawnSync(process.execPath, [join(root, "scripts/setup.mjs")], { stdio: "inherit" });
if (built.status !== 0) throw new Error("the library is not built: node scripts/setup.mjs says why");
pack();
for (const name of known.sort()) {
  const folder = join(examples, name);
  if (names.length > 0 && !names.includes(name)) continue;
  const began = performance.now();
  try {
    const told =
      obstacle(JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))) ??
      (relock ? lock(folder) : install(folder));
    console.log(`examples/${name}: ${told}, ${((performance.now() - began) / 1000).toFixed(1)} s`);
  } catch (error) {
    console.error(`examples/${name}: not installed. ${error.message}`);
    process.exitCode = 1;
  }
}
