import { describe, expect, it } from "vitest";
import { read } from "./sources.js";

interface Manifest {
  type: string;
  engines: { node: string };
  sideEffects: string[];
  files: string[];
  bin: Record<string, string>;
  exports: Record<string, string | Record<string, string>>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

interface Lock {
  packages: Record<string, { version?: string; resolved?: string; engines?: unknown }>;
}

const manifest = JSON.parse(read("package.json")) as Manifest;
const lock = JSON.parse(read("package-lock.json")) as Lock;
const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });

describe("package.json", () => {
  it("names every dependency by its exact version, which the lock file has", () => {
    for (const [name, version] of wanted) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
      expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
  });

  it("needs at run time only what the command line uses", () => {
    expect(Object.keys(manifest.dependencies).sort()).toEqual(["cli-progress", "cli-table3", "commander"]);
  });

  it("is an ES module for Node 20.16 and later, ships only what is built, and does nothing when imported but in workers", () => {
    expect(manifest).toMatchObject({
      type: "module",
      engines: { node: ">=20.16" },
      sideEffects: ["./build/lib/worker.js"],
      files: ["build/lib"],
    });
  });

  it("tells types before code in each export, and exports nothing that isn't built", () => {
    for (const [name, target] of Object.entries(manifest.exports)) {
      if (typeof target === "string") {
        expect([name, target]).toEqual(["./package.json", "./package.json"]);
        continue;
      }
      expect(Object.keys(target), name).toEqual(["types", "default"]);
      const { types, default: code } = target;
      expect(types, name).toMatch(/^\.\/build\/lib\/types\/(?:(?:[a-z]+\/)?index|worker|wasm)\.d\.ts$/);
      expect(code, name).toMatch(/^\.\/build\/lib\/(?:[a-z]+\.js|[a-z-]+\.wasm)$/);
    }
    expect(Object.keys(manifest.exports)).toEqual(
      expect.arrayContaining([".", "./io", "./node", "./translate"]),
    );
    for (const path of Object.values(manifest.bin)) expect(path).toMatch(/^build\/lib\/[a-z]+\.js$/);
  });
});

describe("package-lock.json", () => {
  it("takes every package from the public registry", () => {
    for (const [name, { resolved }] of Object.entries(lock.packages))
      if (resolved !== undefined) expect(resolved, name).toMatch(/^https:\/\/registry\.npmjs\.org\//);
  });
});
