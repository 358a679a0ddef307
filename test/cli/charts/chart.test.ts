import { describe, expect, it } from "vitest";
import { type Chart, chartSvg } from "../../../src/cli/charts/chart.js";
import { screeSvg } from "../../../src/cli/charts/scree.js";

const LINES: Chart = {
  title: 'Errors & <hidden> "entries"',
  subtitle: "a made-up world",
  x: { label: "share known", scale: "log" },
  y: { label: "RMSE" },
  series: [
    {
      name: "with zeros",
      kind: "line",
      points: [
        [0.01, 3],
        [0.1, 2],
        [1, 1],
      ],
    },
    {
      name: "ALS",
      kind: "line",
      points: [
        [0.01, 2],
        [0.1, 1],
        [1, 0.5],
      ],
    },
  ],
};

const SCREE = {
  factors: 4,
  rank: 3,
  effectiveRank: 2.6,
  values: [8, 4, 2, 0],
  energy: [64 / 84, 16 / 84, 4 / 84, 0],
  axes: [],
};

/** What is written in an SVG document, in its order. */
const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) =>
    text!
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&#34;", '"')
      .replaceAll("&amp;", "&"),
  );

/** Heights of the bars of a colour, which are paths such as "M100.5 300l20 0l0 -150l-20 0Z". */
function barHeights(svg: string, colour: string): number[] {
  const paths = [...svg.matchAll(/<path d="M\S+ \S+l\S+ 0l0 (\S+)l\S+ 0Z"[^>]* fill="([^"]*)"/g)];
  return paths.filter(([, , fill]) => fill === colour).map(([, height]) => Math.abs(Number(height)));
}

describe("chartSvg", () => {
  it("is one SVG document on white that says all that is in it", () => {
    const svg = chartSvg(LINES);
    expect(svg).toMatch(/^<svg role="img" aria-label="Errors &#38; &#60;hidden&#62; &#34;entries&#34;" /);
    expect(svg).toMatch(/<\/svg>\n$/);
    expect(svg).toContain('<rect width="760" height="460" x="0" y="0" fill="#ffffff">');
    expect(svg).not.toMatch(/NaN|undefined|<script|<style/);
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        LINES.title,
        "a made-up world",
        "share known",
        "RMSE",
        "with zeros",
        "ALS",
        "0.01",
        "0.1",
        "1",
      ]),
    );
  });

  it("is the same bytes again, whatever was drawn between, and shares no id with another chart", () => {
    const first = chartSvg(LINES);
    const other = chartSvg({ ...LINES, title: "Another" });
    expect(chartSvg(LINES)).toBe(first);
    const ids = (svg: string) => [...svg.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id!);
    expect(ids(first).length).toBeGreaterThan(0);
    expect(ids(first).filter((id) => ids(other).includes(id))).toEqual([]);
    // What refers to an id finds it.
    for (const [, id] of first.matchAll(/url\(#([^)]*)\)/g)) expect(ids(first)).toContain(id);
  });

  it("draws bars as high as their values", () => {
    const bars: Chart = {
      title: "Numbers",
      x: { label: "data", scale: "category" },
      y: { label: "count", min: 0, max: 4 },
      series: [
        {
          name: "all",
          kind: "bar",
          points: [
            ["a", 1],
            ["b", 4],
            ["c", 2],
          ],
        },
      ],
    };
    const [a, b, c] = barHeights(chartSvg(bars), "#0072b2");
    expect(b! / a!).toBeCloseTo(4, 1);
    expect(b! / c!).toBeCloseTo(2, 1);
    // One series alone needs no legend.
    expect(texts(chartSvg(bars))).not.toContain("all");
  });

  it("keeps its size, and counts large numbers shortly", () => {
    const svg = chartSvg({
      ...LINES,
      width: 500,
      height: 600,
      y: { label: "pairs", scale: "log", unit: " h" },
      series: [
        {
          name: "one",
          kind: "line",
          points: [
            [1, 100],
            [100, 1e9],
          ],
        },
      ],
    });
    expect(svg).toContain('width="500" height="600"');
    expect(texts(svg)).toEqual(expect.arrayContaining(["100 h", "1B h"]));
  });

  it.each<[number, Partial<Chart>, string]>([
    [Number.NaN, {}, 'series "bad" has NaN on the axis "RMSE", which takes finite numbers'],
    [Number.POSITIVE_INFINITY, {}, "has Infinity on"],
    [0, { y: { label: "loss", scale: "log" } }, 'has 0 on the axis "loss", which takes numbers above 0'],
    [-1, { y: { label: "loss", scale: "log" } }, "has -1 on"],
  ])("refuses %d where it has no place", (value, change, message) => {
    const chart = {
      ...LINES,
      ...change,
      series: [{ name: "bad", kind: "line", points: [[1, value]] } as const],
    };
    expect(() => chartSvg(chart)).toThrow(RangeError);
    expect(() => chartSvg(chart)).toThrow(message);
  });

  it("refuses a series on a right axis that is not there", () => {
    const series = [{ name: "share", kind: "line", right: true, points: [[1, 1]] } as const];
    expect(() => chartSvg({ ...LINES, series })).toThrow('series "share" is read on the right axis');
  });
});

describe("screeSvg", () => {
  it("has a bar for each singular value, and says how many count", () => {
    const svg = screeSvg(SCREE, "movies.safetensors");
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        "Singular values of movies.safetensors",
        "4 factors, rank 3, effective rank 2.6",
        "singular value",
        "100 %",
        "4",
      ]),
    );
    const [one, two, three] = barHeights(svg, "#0072b2");
    expect(one! / two!).toBeCloseTo(2, 1);
    expect(one! / three!).toBeCloseTo(4, 1);
  });

  it.each([1e-300, 1e-150, 1e-9, 1e15, 1e150, 1e300])("can be drawn of values about %d", (scale) => {
    const values = SCREE.values.map((value) => value * scale);
    const svg = screeSvg({ ...SCREE, values }, "extreme");
    const [one, two] = barHeights(svg, "#0072b2");
    expect(one! / two!).toBeCloseTo(2, 1);
    expect(texts(svg)).toContain(`singular value, in ${scale.toExponential()}`);
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it("can be drawn of a model without axes", () => {
    const none = { factors: 2, rank: 0, effectiveRank: 0, values: [0, 0], energy: [0, 0], axes: [] };
    expect(screeSvg(none, "none")).not.toContain("NaN");
  });
});
