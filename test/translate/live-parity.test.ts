import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { root } from "../house/sources.js";
import implicit from "./parity/implicit.json" with { type: "json" };
import { type Parity, relativeDistance } from "./parity/problem.js";

const VENV = `${root}/build/peers/venv/bin/python`;
const { ALTERNANT_PYTHON: python = existsSync(VENV) ? VENV : "python3" } = process.env;

function hasImplicit(): boolean {
  try {
    execFileSync(python, ["-c", "import implicit"], { stdio: "ignore", timeout: 30_000 });
    return true;
  } catch {
    console.warn(
      `Skipped: ${python} cannot import implicit. ALTERNANT_PYTHON names another interpreter; npm run bench:peers installs it.`,
    );
    return false;
  }
}

test.skipIf(!hasImplicit())("implicit, run here, makes what the committed fixture says", () => {
  const script = `${root}/test/translate/parity/make.py`;
  const made = JSON.parse(
    execFileSync(python, [script], { encoding: "utf8", env: { ...process.env, OPENBLAS_NUM_THREADS: "1" } }),
  ) as Parity;
  const fixture = implicit as unknown as Parity;
  expect(made.ratings).toEqual(fixture.ratings);
  expect(made.initial).toEqual(fixture.initial);
  // Another BLAS adds in another order.
  for (const [i, run] of made.runs.entries())
    expect(relativeDistance(run, fixture.runs[i]!)).toBeLessThan(1e-9);
});
