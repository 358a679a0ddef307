import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { root } from "../house/sources.js";

function read(path: string): string {
  return readFileSync(`${root}/${path}`, "utf8");
}

const page = read("docs/why-it-works.md");
const committed = read("docs/figures/README.md") + read("bench/results/svd.md");

describe("docs/why-it-works.md", () => {
  it("has no number of three or more decimals that a committed run did not print", () => {
    const numbers = new Set([...page.matchAll(/\d+\.\d{3,}/g)].map(([number]) => number));
    expect(numbers.size).toBeGreaterThan(30);
    expect([...numbers].filter((number) => !committed.includes(number))).toEqual([]);
  });

  it("shows figures that are there, each with a table of its numbers", () => {
    const figures = [...page.matchAll(/!\[[^\]]+\]\(figures\/([a-z]+\.svg)\)/g)].map(([, name]) => name!);
    expect(figures).toEqual(["rank.svg", "hidden.svg", "values.svg", "genres.svg"]);
    for (const name of figures) {
      expect(existsSync(`${root}/docs/figures/${name}`), name).toBe(true);
      expect(committed).toContain(`## ${name}\n`);
    }
  });
});
