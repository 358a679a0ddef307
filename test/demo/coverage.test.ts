import { describe, expect, it } from "vitest";
import { imports, read, typeScriptFiles } from "../house/sources.js";

describe("the list of tests of the playground", () => {
  const rows = read("test/demo/README.md")
    .split("\n")
    .filter((line) => line.startsWith("| ") && line.includes("test/"))
    .map((line) => line.split("|").map((cell) => cell.trim()));

  it("names tests that there are", () => {
    expect(rows.length).toBeGreaterThan(30);
    for (const [, sentence, file, name] of rows) expect(read(file!), sentence).toContain(`"${name}"`);
  });
});

describe("imports in demo/", () => {
  const all = typeScriptFiles("demo").flatMap((file) =>
    imports(file).map((specifier) => ({ file, specifier })),
  );

  it("are of the package's public names, and of what the page is bundled with", () => {
    const packages = all.map(({ specifier }) => specifier).filter((specifier) => !specifier.startsWith("."));
    expect(new Set(packages)).toEqual(new Set(["alternant", "alternant/io", "fflate", "uplot"]));
  });

  it("keep page and worker apart: what both know is the protocol", () => {
    const crossing = all.filter(
      ({ file, specifier }) =>
        (file.startsWith("demo/page/") &&
          (specifier.includes("worker/") || specifier.startsWith("alternant"))) ||
        (file.startsWith("demo/worker/") && specifier.includes("page/")),
    );
    expect(crossing).toEqual([]);
  });
});
