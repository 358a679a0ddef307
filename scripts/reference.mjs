// docstrings → build/reference, by TypeDoc, which docs/reference holds with a lock file of its own: with the TypeScript that it
// takes it is 41 MB that no other step needs. A warning (a broken link, a type that is used but not exported) is a failure.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../docs/reference", import.meta.url));

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: folder,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (error) console.error(`${command} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function versionIn(path) {
  const file = join(folder, path);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : undefined;
}

const wanted = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).dependencies.typedoc;
if (versionIn("node_modules/typedoc/package.json") !== wanted)
  run("npm", ["ci", "--no-audit", "--no-fund", "--prefer-offline"]);
run("node", ["node_modules/typedoc/bin/typedoc", "--options", "typedoc.json"]);
