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
}

const { epochs } = JSON.parse(read("bench/results/wasm.json")) as { epochs: Epoch[] };
const packed = JSON.parse(read("bench/results/pack.json")) as { rows: { what: string; seconds: number }[] };
const SHAPES: Readonly<Record<string, string>> = { "1,000,000": "1m", "18,000,000": "20m" };

const cells = (line: string): string[] =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
const section = /## How long\n[\s\S]*?(\| users [\s\S]*?)\n\n/.exec(read("docs/big-data.md"))?.[1] ?? "";
const [headings, , ...rows] = section.split("\n").map(cells);

/** What was measured of a shape, if anything was. */
function measured(ratings: string, factors: number, precision: string): number | undefined {
  const epoch = epochs.find(
    (one) =>
      one.shape === SHAPES[ratings] &&
      one.factors === factors &&
      one.precision === precision &&
      one.arithmetic === "default" &&
      one.threads === 2 &&
      one.biases === "none",
  );
  if (epoch !== undefined || ratings !== "100,480,507") return epoch?.secondsPerEpoch;
  const what = `epoch, K = ${factors}, ${precision}, 2 threads, from file`;
  return packed.rows.find((row) => row.what === what)?.seconds;
}

describe("the table of epochs in docs/big-data.md", () => {
  it.each(headings!.slice(3))("has what was measured in bold, and the rest by ratings: %s", (heading) => {
    const [, factors, precision] = /^K = (\d+), (float32|float64)$/.exec(heading)!;
    let perRating = Number.NaN;
    const expected = rows.map(([, , ratings]) => {
      const count = Number(ratings!.replaceAll(",", ""));
      const seconds = measured(ratings!, Number(factors), precision!);
      if (seconds !== undefined) perRating = seconds / count;
      const told = Number((seconds ?? perRating * count).toPrecision(2));
      return { told, bold: seconds !== undefined };
    });
    const column = headings!.indexOf(heading);
    expect(
      rows.map((row) => ({
        told: Number(row[column]!.replaceAll(/[*,]/g, "")),
        bold: row[column]!.startsWith("**"),
      })),
    ).toEqual(expected);
    expect(expected.some(({ bold }) => bold)).toBe(true);
  });
});
