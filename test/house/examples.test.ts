import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { read, root } from "./sources.js";

interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

interface Lock {
  packages: Record<
    string,
    { version: string; resolved?: string; integrity?: string; dependencies?: Record<string, string> }
  >;
}

const TARBALL = "file:../../build/alternant.tgz";
const library = JSON.parse(read("package.json")) as Manifest;
const projects = readdirSync(join(root, "examples"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
  .map(({ name }) => name);

describe("examples", () => {
  it("are there", () => {
    expect(projects.length).toBeGreaterThan(10);
  });

  it("stand in the table of docs/packaging.md", () => {
    const page = read("docs/packaging.md");
    for (const name of projects) expect(page, name).toContain(`\`examples/${name}\``);
  });
});

describe.each(projects)("examples/%s", (name) => {
  const manifest = JSON.parse(read(`examples/${name}/package.json`)) as Manifest;
  const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });

  it("is a private project with a lock file, whose dependencies are exact", () => {
    expect(manifest.private).toBe(true);
    expect(existsSync(join(root, "examples", name, "package-lock.json"))).toBe(true);
    for (const [dependency, version] of wanted)
      if (version !== TARBALL) expect(version, dependency).toMatch(/^(?:npm:[\w-]+@)?\d+\.\d+\.\d+$/);
  });

  const lock = JSON.parse(read(`examples/${name}/package-lock.json`)) as Lock;
  const own = lock.packages["node_modules/alternant"];

  it("takes all else from the public registry, by checksum", () => {
    for (const [path, { resolved, integrity }] of Object.entries(lock.packages)) {
      if (path === "" || path === "node_modules/alternant") continue;
      // npm may be told to leave the registry's address out, and then means whichever is set.
      if (resolved !== undefined) expect(resolved, path).toMatch(/^https:\/\/registry\.npmjs\.org\//);
      expect(integrity, path).toMatch(/^sha512-/);
    }
  });

  // The tarball is made anew by every build, so its checksum cannot be locked; what it needs can.
  it.skipIf(own === undefined)("has the packed library, with the dependencies that it has now", () => {
    expect(own!.resolved).toBe(TARBALL);
    expect(own!.integrity).toBeUndefined();
    expect(own!.version).toBe(library.version);
    expect(own!.dependencies).toEqual(library.dependencies);
  });

  it("is without a configuration file of a bundler", () => {
    const files = readdirSync(join(root, "examples", name));
    expect(files.filter((file) => /\.config\.[cm]?[jt]s$/.test(file))).toEqual([]);
  });
});
