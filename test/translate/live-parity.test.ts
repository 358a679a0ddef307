import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { root } from "../house/sources.js";
import cmfrec from "./parity/cmfrec.json" with { type: "json" };
import implicit from "./parity/implicit.json" with { type: "json" };
import irspack from "./parity/irspack.json" with { type: "json" };
import { type Parity, relativeDistance } from "./parity/problem.js";

const VENV = `${root}/build/peers/venv/bin/python`;
const { ALTERNANT_PYTHON: python = existsSync(VENV) ? VENV : "python3" } = process.env;

function has(library: string): boolean {
  try {
    execFileSync(python, ["-c", `import ${library}`], { stdio: "ignore", timeout: 30_000 });
    return true;
  } catch {
    console.warn(`Skipped: ${python} cannot import ${library}. ALTERNANT_PYTHON names another interpreter.`);
    return false;
  }
}

for (const [library, fixture] of Object.entries({ implicit, cmfrec, irspack }))
  test.skipIf(!has(library))(`${library}, run here, makes what the committed fixture says`, () => {
    const script = `${root}/test/translate/parity/make-${library}.py`;
    const env = { ...process.env, OPENBLAS_NUM_THREADS: "1" };
    const made = JSON.parse(execFileSync(python, [script], { encoding: "utf8", env })) as Parity;
    const { ratings, runs } = fixture as unknown as Parity;
    expect(made.ratings).toEqual(ratings);
    expect(made.runs.map(({ params }) => params)).toEqual(runs.map(({ params }) => params));
    // Another BLAS adds in another order; irspack works in float32.
    const most = library === "irspack" ? 1e-5 : 1e-9;
    for (const [i, run] of made.runs.entries()) expect(relativeDistance(run, runs[i]!)).toBeLessThan(most);
  });
