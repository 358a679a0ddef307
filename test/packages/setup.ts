import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Installs the examples. What cannot be installed is told here, and skipped or failed by the tests that need it. */
export default function setup(): void {
  const script = fileURLToPath(new URL("../../scripts/setup-examples.mjs", import.meta.url));
  const { error } = spawnSync(process.execPath, [script], { stdio: "inherit" });
  if (error) throw error;
}
