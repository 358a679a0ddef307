import { describe, expect, it } from "vitest";
import { read } from "../house/sources.js";

interface ToMark {
  readonly ratio: number | null;
}

interface Setting {
  readonly shape: string;
  readonly feedback: string;
  readonly rows: readonly {
    readonly variant: string;
    readonly precision: string;
    readonly loss: ToMark;
    readonly quality: ToMark;
  }[];
}

const settings = JSON.parse(read("bench/results/time-to-quality.json")) as readonly Setting[];
const printed = read("bench/results/time-to-quality.md");
const section = /^## Time to quality$[\s\S]*?(?=^## )/m.exec(read("docs/performance.md"))![0];
const tableLines = [...section.matchAll(/^\|.*\|$/gm)].map(([line]) => line);

/** When the default comes to a mark on a shape, by plain ALS's time. */
function ratioOf(shape: string, feedback: string, precision: string, mark: "loss" | "quality"): number {
  const setting = settings.find((one) => one.shape === shape && one.feedback === feedback)!;
  return setting.rows.find((row) => row.variant === "samples (the default)" && row.precision === precision)![
    mark
  ].ratio!;
}

describe("docs/performance.md says of time to quality what bench/results holds", () => {
  it("has rows of tables as they were printed", () => {
    const rows = tableLines.filter((line) => /^\| [^|]* \| float(32|64) \|/.test(line));
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) expect(printed).toContain(row);
  });

  it("says how much of plain ALS's time the default takes on 20 million ratings", () => {
    const [, wide, single] = /in (\d\.\d\d) \(float64\) and (\d\.\d\d) \(float32\) of plain ALS's time/.exec(
      section.replace(/\s+/g, " "),
    )!;
    expect([wide, single]).toEqual(
      ["float64", "float32"].map((precision) => ratioOf("20m", "explicit", precision, "quality").toFixed(2)),
    );
  });

  it("has every shape and kind of feedback in the results", () => {
    const all = settings.map(({ shape, feedback }) => `${shape} ${feedback}`);
    const shapes = ["1m", "20m", "ml-latest-small"];
    expect(all.sort()).toEqual(shapes.flatMap((shape) => [`${shape} explicit`, `${shape} implicit`]));
  });
});
