import { builtinModules } from "node:module";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { code, imports, typeScriptFiles } from "./sources.js";

/** Single files that everything may stand on. */
const BOTTOM = ["class-name", "errors", "abort", "random", "options", "yield", "arithmetic", "node-builtins"];
/** What each folder of src/ may import besides itself and the bottom. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  ratings: [],
  kernel: ["ratings"],
  metrics: ["ratings", "kernel"],
  "linear-algebra": ["kernel"],
  model: ["ratings", "kernel", "linear-algebra", "metrics"],
  als: ["ratings", "kernel", "metrics", "model"],
  svd: ["ratings", "kernel", "linear-algebra", "metrics", "model"],
  live: ["ratings", "kernel", "model", "als"],
  synthetic: ["ratings"],
  translate: ["als"],
  io: ["ratings"],
  node: ["ratings", "kernel", "metrics", "model", "als", "synthetic", "io", "index"],
  cli: ["ratings", "kernel", "metrics", "model", "als", "svd", "synthetic", "io", "node", "index"],
  index: ["ratings", "kernel", "metrics", "model", "als", "svd", "live", "synthetic"],
};
/** The one way up: `model.live()` opens, on demand, what trains epochs. */
const UP = "src/model/solving-model.ts imports ../live/index.js";
/** Packages that each part may import; what "." loads comes bundled with it. */
const PACKAGES: Record<string, readonly string[]> = {
  random: ["pure-rand"],
  kernel: ["@assemblyscript/loader"],
  io: ["papaparse"],
  cli: ["cli-progress", "cli-table3", "commander", "echarts"],
};
const BUILT_IN = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);

interface Import {
  readonly file: string;
  /** The folder of src/ that the file is in, or its own name at the top. */
  readonly part: string;
  readonly specifier: string;
}

const files = typeScriptFiles("src");
const all: Import[] = files.flatMap((file) =>
  imports(file).map((specifier) => ({ file, part: partOf(file), specifier })),
);

function partOf(file: string): string {
  return (file.split("/")[1] ?? file).replace(/\.ts$/, "");
}

function isRelative({ specifier }: Import): boolean {
  return specifier.startsWith(".");
}

/** The path from the project's root that a relative import names. */
function targetOf({ file, specifier }: Import): string {
  return posix.join(posix.dirname(file), specifier);
}

/** What is imported but no source: the built kernels, in one file, and the manifest, for the version that the CLI tells. */
function isNoSource(one: Import): boolean {
  const target = targetOf(one);
  if (/^build\/wasm\/[a-z-]+\.wasm(?:\?changes)?$/.test(target))
    return ["src/kernel/binaries.ts", "src/kernel/simd-binary.ts", "src/kernel/relaxed-binary.ts"].includes(
      one.file,
    );
  if (target === "src/kernel/lanes/worker.ts?bundled")
    return one.file === "src/kernel/lanes/worker-source.ts";
  return target === "package.json" && one.part === "cli";
}

/** "@scope/name" or "name" of a package's module. */
function packageOf({ specifier }: Import): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function told(found: readonly Import[]): string[] {
  return found.map(({ file, specifier }) => `${file} imports ${specifier}`);
}

describe("imports in src/", () => {
  it("are found at all", () => {
    expect(all.length).toBeGreaterThan(150);
    expect(told(all)).toContain("src/als/als.ts imports ../kernel/index.js");
    expect(new Set(all.map(({ part }) => part))).toEqual(
      new Set([...BOTTOM.filter((part) => all.some((one) => one.part === part)), ...Object.keys(MAY_IMPORT)]),
    );
  });

  it("run one way between folders", () => {
    const wrong = all.filter((one) => {
      if (!isRelative(one) || isNoSource(one)) return false;
      const target = partOf(targetOf(one).replace(/\.js$/, ".ts"));
      if (target === one.part || BOTTOM.includes(target)) return false;
      return !(MAY_IMPORT[one.part] ?? []).includes(target);
    });
    expect(new Set(told(wrong))).toEqual(new Set([UP]));
  });

  it("make no circle among the files that everything stands on", () => {
    const edges = new Map(
      BOTTOM.map((part) => [
        part,
        imports(`src/${part}.ts`)
          .filter((specifier) => specifier.startsWith("."))
          .map((specifier) => specifier.slice(2, -3)),
      ]),
    );
    const reaches = (from: string, to: string): boolean =>
      edges.get(from)!.some((next) => next === to || reaches(next, to));
    for (const part of BOTTOM) expect(reaches(part, part), part).toBe(false);
  });

  it("name existing files by their .js names", () => {
    const wrong = all.filter((one) => {
      if (!isRelative(one) || isNoSource(one)) return false;
      const target = targetOf(one);
      return !files.includes(target.replace(/\.js$/, ".ts")) || !target.endsWith(".js");
    });
    expect(told(wrong)).toEqual([]);
  });

  it("are of Node's own modules only in node/ and cli/, and types of them in one file", () => {
    const wrong = all.filter(
      (one) => BUILT_IN.has(one.specifier) && !["node", "cli", "node-builtins"].includes(one.part),
    );
    expect(told(wrong)).toEqual([]);
  });

  it("are of the packages that a part may use", () => {
    const wrong = all.filter(
      (one) =>
        !isRelative(one) &&
        !BUILT_IN.has(one.specifier) &&
        !(PACKAGES[one.part] ?? []).includes(packageOf(one)),
    );
    expect(told(wrong)).toEqual([]);
    // One file knows how instances are made.
    expect(all.filter((one) => one.specifier.startsWith("@assemblyscript")).map(({ file }) => file)).toEqual([
      "src/kernel/kernels.ts",
    ]);
    // One file draws, and only scree.ts imports it, which is loaded on demand: what draws is larger than all the rest.
    const importers = (pattern: RegExp) =>
      new Set(all.filter((one) => pattern.test(one.specifier)).map(({ file }) => file));
    expect(importers(/^echarts/)).toEqual(new Set(["src/cli/charts/chart.ts"]));
    expect(importers(/\/chart\.js$/)).toEqual(new Set(["src/cli/charts/scree.ts"]));
  });
});

describe("imports in assembly/", () => {
  it("stay among the kernels", () => {
    const kernels = typeScriptFiles("assembly");
    expect(kernels.length).toBeGreaterThan(5);
    for (const file of kernels)
      for (const specifier of imports(file))
        expect(kernels, `${file} imports ${specifier}`).toContain(
          `${posix.join(posix.dirname(file), specifier)}.ts`,
        );
  });
});

describe("what src/ calls", () => {
  const universal = files.filter((file) => !["node", "cli"].includes(partOf(file)));

  it("is in every JavaScript engine, but for node/ and cli/", () => {
    const found = universal.filter((file) =>
      /(?<!globalThis\.)\b(?:process|Buffer|__dirname|require)\b\s*[.([]/.test(code(file)),
    );
    expect(found).toEqual([]);
  });

  it("asks for Node's modules in one file", () => {
    expect(files.filter((file) => code(file).includes("getBuiltinModule"))).toEqual(["src/node-builtins.ts"]);
  });

  it("gives the same bits in every engine: no Math function that they round differently", () => {
    const differing =
      /\bMath\.(?:exp|expm1|log|log1p|log2|log10|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|cbrt|hypot)\b/;
    expect(universal.filter((file) => differing.test(code(file)))).toEqual([]);
  });

  it("leaves nothing to chance but the seed of a hash table", () => {
    expect(files.filter((file) => code(file).includes("Math.random"))).toEqual(["src/io/id-table.ts"]);
  });
});
