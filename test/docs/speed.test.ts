import { describe, expect, it } from "vitest";
import { read } from "../house/sources.js";

interface Epoch {
  readonly shape: string;
  readonly factors: number;
  readonly precision: string;
  readonly arithmetic: string;
  readonly threads: number;
  readonly biases: string;
  readonly secondsPerEpoch: number;
  readonly plainRatio: number | null;
}

const { epochs } = JSON.parse(read("bench/results/wasm.json")) as { readonly epochs: readonly Epoch[] };
const section = /^## How fast, how good$[\s\S]*?(?=^## )/m.exec(read("README.md"))![0];
const rows = [...section.matchAll(/^\|.*\|$/gm)].map(([row]) =>
  row
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim()),
);

function measured(asked: Partial<Epoch>): Epoch {
  const found = epochs.filter((epoch) =>
    Object.entries(asked).every(([name, value]) => epoch[name as keyof Epoch] === value),
  );
  expect(found, JSON.stringify(asked)).toHaveLength(1);
  return found[0]!;
}

describe("README.md says of speed what bench/results/wasm.json holds", () => {
  const [headings, , ...lines] = rows;
  const cells = lines.flatMap(([factors, ...times]) =>
    times.map((time, column) => ({ factors: Number(factors), what: headings![column + 1]!, time })),
  );

  it.each(cells.map((cell) => [`K = ${cell.factors}, ${cell.what}`, cell] as const))(
    "%s",
    (_, { factors, what, time }) => {
      const [precision = "", arithmetic = "default"] = what.split(", ");
      const { secondsPerEpoch } = measured({
        shape: "20m",
        threads: 2,
        biases: "none",
        factors,
        precision,
        arithmetic,
      });
      expect(time).toBe(`${secondsPerEpoch.toFixed(2)} s`);
    },
  );

  it("has a table of eight", () => {
    expect(cells).toHaveLength(8);
  });

  it("beside plain TypeScript", () => {
    const [, wide, single] = /that is (\d+) \(float64\) and (\d+) \(float32\) times/.exec(
      section.replace(/\s+/g, " "),
    )!;
    const ratio = (precision: string): number =>
      measured({ shape: "1m", threads: 1, biases: "none", factors: 64, precision, arithmetic: "default" })
        .plainRatio!;
    expect([Number(wide), Number(single)]).toEqual([ratio("float64"), ratio("float32")].map(Math.round));
  });
});
