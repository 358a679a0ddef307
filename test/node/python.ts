import { execFileSync } from "node:child_process";

/** The interpreter that tests ask. */
export const python: string = process.env["ALTERNANT_PYTHON"] ?? "python3";

/** Whether it can read safetensors; says so where it cannot. */
export function hasSafetensors(): boolean {
  try {
    execFileSync(python, ["-c", "import numpy, safetensors"], { stdio: "ignore", timeout: 30_000 });
    return true;
  } catch {
    console.warn(
      `Skipped: ${python} cannot import numpy and safetensors. ALTERNANT_PYTHON names another interpreter.`,
    );
    return false;
  }
}
