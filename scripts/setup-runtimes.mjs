// Installs the newer Nodes of examples/runtimes, which the long tests run the built library on. They are 580 MB, so no
// other step does it; where their packages do not run (they are for Linux on x64) it says so and leaves the tests to skip.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../examples/runtimes", import.meta.url));
if (process.platform === "linux" && process.arch === "x64") {
  const args = ["ci", "--no-audit", "--no-fund", "--prefer-offline"];
  const { status, error } = spawnSync("npm", args, { cwd: folder, stdio: "inherit" });
  if (error) console.error(`npm could not be started: ${error.message}`);
  process.exitCode = status ?? 1;
} else {
  console.log(`No newer Nodes for ${process.platform} on ${process.arch}: tests that need them skip.`);
}
