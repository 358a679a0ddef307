import { describe, expect, it } from "vitest";
import { ALS } from "../../src/als/index.js";
import { SVD } from "../../src/svd/index.js";
import { read } from "../house/sources.js";

const [ofAls = "", ofSvd = ""] = read("docs/options.md").split(/^## `SVD`$/m);
const committed = read("bench/results/svd.md");

/** The rows of a section's table: the options of each, and their default. */
function rowsOf(section: string): readonly { readonly names: string[]; readonly byDefault: string }[] {
  return [...section.matchAll(/^\| (`\w+`.*?) \| (.*?) \|/gm)].map(([, names, byDefault]) => ({
    names: [...names!.matchAll(/`(\w+)`/g)].map(([, name]) => name!),
    byDefault: byDefault!,
  }));
}

function parsed(byDefault: string): unknown {
  return JSON.parse(byDefault.replaceAll("`", ""));
}

describe("the table of ALS's options in docs/options.md", () => {
  const defaults: Readonly<Record<string, unknown>> = { ...new ALS().options };
  const implicit: Readonly<Record<string, unknown>> = { ...new ALS({ feedback: "implicit" }).options };
  const rows = rowsOf(ofAls);

  it("has each option", () => {
    const told = new Set(rows.flatMap(({ names }) => names));
    expect([...told].sort()).toEqual(Object.keys(defaults).sort());
  });

  it("has the defaults that are one number or one word", () => {
    const plain = rows.filter(({ byDefault }) => /^(?:[\d.]+|`"[^`]+"`)$/.test(byDefault));
    expect(plain.length).toBeGreaterThan(10);
    for (const { names, byDefault } of plain)
      expect(parsed(byDefault), names[0]).toBe(defaults[names[0]!] ?? implicit[names[0]!]);
  });
});

describe("the table of SVD's options in docs/options.md", () => {
  it("has each option once, with its default", () => {
    const rows = rowsOf(ofSvd);
    const told = Object.fromEntries(rows.map(({ names, byDefault }) => [names[0]!, parsed(byDefault)]));
    expect(rows.length).toBe(Object.keys(told).length);
    expect(told).toEqual({ ...new SVD().options });
  });

  it("has no figure of four decimals that a committed run did not print", () => {
    const numbers = [...ofSvd.matchAll(/\d\.\d{4}/g)].map(([number]) => number);
    expect(numbers.length).toBeGreaterThan(5);
    expect(numbers.filter((number) => !committed.includes(number))).toEqual([]);
  });
});
