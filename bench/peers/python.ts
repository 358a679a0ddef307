import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../paths.js";

/** Where Python's things go; build/ is no part of the repository. */
const VENV = join(ROOT, "build/peers/venv");
const PYTHON = join(VENV, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

/** What of the peers can be measured here. */
export interface Peers {
  readonly python: string;
  /** Versions of what imports, by name; a peer that is missing here isn't measured, nor claimed against. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * A virtual environment with the pinned peers, made on first use. cmfrec comes as source and needs a C compiler: where it
 * can't be built, implicit is measured alone.
 *
 * @returns what there is, or a sentence that says why there is nothing
 */
export function preparePeers(): Peers | string {
  const { ALTERNANT_PYTHON: base = "python3" } = process.env;
  try {
    if (!existsSync(PYTHON)) execFileSync(base, ["-m", "venv", VENV], { stdio: "inherit" });
  } catch (error) {
    return `${base} can make no virtual environment (${messageOf(error)}); ALTERNANT_PYTHON names another Python.`;
  }
  for (const file of ["requirements.txt", "requirements-cmfrec.txt"]) {
    const requirements = join(ROOT, "bench/peers", file);
    try {
      execFileSync(PYTHON, ["-m", "pip", "install", "--quiet", "--requirement", requirements], {
        stdio: ["ignore", "ignore", "inherit"],
      });
    } catch (error) {
      console.error(`pip cannot install ${file}: ${messageOf(error)}`);
    }
  }
  const versions = Object.fromEntries(
    ["implicit", "cmfrec", "numpy", "scipy", "scikit-learn"].flatMap((name) => {
      const version = versionOf(name);
      return version === undefined ? [] : [[name, version]];
    }),
  );
  const needed = ["implicit", "numpy", "scipy", "scikit-learn"].filter(
    (name) => versions[name] === undefined,
  );
  if (needed.length > 0) return `${PYTHON} cannot import ${needed.join(", ")}.`;
  return { python: PYTHON, versions };
}

function versionOf(name: string): string | undefined {
  const module = name === "scikit-learn" ? "sklearn" : name;
  const script = `import ${module}; from importlib.metadata import version; print(version("${name}"))`;
  try {
    return execFileSync(PYTHON, ["-c", script], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.split("\n")[0]! : String(error);
}
