import { describe, expect, it } from "vitest";
import { read } from "../house/sources.js";

const page = read("docs/choosing.md");
const committed = ["choosing.md", "choosing-movielens.md"].map((name) => read(`docs/figures/${name}`));

describe("docs/choosing.md", () => {
  it("has no number of four decimals that a committed run did not print", () => {
    const numbers = new Set([...page.matchAll(/\d+\.\d{4}/g)].map(([number]) => number));
    expect(numbers.size).toBeGreaterThan(15);
    expect([...numbers].filter((number) => !committed.some((text) => text.includes(number)))).toEqual([]);
  });

  it("shows the curves of both data sets, each with a table of its numbers", () => {
    const figures = [...page.matchAll(/!\[[^\]]+\]\(figures\/([a-z-]+\.svg)\)/g)].map(([, name]) => name!);
    expect(figures).toEqual(["lambda-movielens.svg", "lambda.svg", "factors-movielens.svg", "factors.svg"]);
    for (const name of figures) {
      expect(read(`docs/figures/${name}`)).toMatch(/^<svg /);
      expect(committed.join("")).toContain(`## ${name}\n`);
    }
  });
});
