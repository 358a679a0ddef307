import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { read, root } from "../house/sources.js";

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

const FOLDER = "docs/reference";
/** Exports that are files to be served or bundled, and no modules of names. */
const FILES = /\.wasm$|^\.\/worker$/;
const manifest = JSON.parse(read("package.json")) as Manifest;
const own = JSON.parse(read(`${FOLDER}/package.json`)) as Manifest;
const lock = JSON.parse(read(`${FOLDER}/package-lock.json`)) as {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
};
const { entryPoints, treatWarningsAsErrors } = JSON.parse(read(`${FOLDER}/typedoc.json`)) as {
  readonly entryPoints: readonly string[];
  readonly treatWarningsAsErrors: boolean;
};

describe("the reference", () => {
  it("is of every module that the package exports, under the names of the exports", () => {
    const exported = Object.entries(manifest.exports).flatMap(([name, target]) =>
      typeof target === "string" || FILES.test(name) ? [] : [{ name, source: sourceOf(target.types) }],
    );
    expect(exported.map(({ source }) => source).sort()).toEqual(
      entryPoints.map((path) => path.replace("../../", "")).sort(),
    );
    for (const { name, source } of exported) {
      expect(existsSync(join(root, source)), source).toBe(true);
      expect(read(source)).toContain(` * @module ${name.replace(/^\./, "alternant")}\n`);
    }
  });

  it("fails by a warning", () => {
    expect(treatWarningsAsErrors).toBe(true);
  });

  it("is written by exact versions, with the TypeScript that the package is built with", () => {
    expect(own.dependencies["typescript"]).toBe(manifest.devDependencies["typescript"]);
    for (const [name, version] of Object.entries(own.dependencies))
      expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
  });
});

/** The source of a file of declarations. */
function sourceOf(types: string): string {
  return types.replace("./build/lib/types/", "src/").replace(/\.d\.ts$/, ".ts");
}
