// Runs the steps of plan.json in the working folder, one after the other: modules in this process, commands in their own.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const CLI = "node_modules/alternant/build/lib/cli.js";

for (const { line, module, args } of JSON.parse(readFileSync("plan.json", "utf8"))) {
  try {
    if (module !== undefined) await import(pathToFileURL(join(process.cwd(), module)));
    else await promisify(execFile)(process.execPath, [CLI, ...args]);
  } catch (error) {
    console.error(`line ${line}: ${error.stderr ?? error.stack}`);
    process.exit(1);
  }
}
