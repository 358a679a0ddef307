import { createHash } from "node:crypto";
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

/** What stands along a side of a chart. */
export interface Axis {
  readonly label: string;
  /** "linear" (default); "log", for values above 0 alone; "category", one place for each x, side by side. */
  readonly scale?: "linear" | "log" | "category";
  /** Where it begins and ends; by default where the values do, with 0 among them on a linear axis. */
  readonly min?: number;
  readonly max?: number;
  /** What stands behind each number on it: " %". */
  readonly unit?: string;
}

/** One line or one set of bars. */
export interface Series {
  readonly name: string;
  /** A line has a marker at each point; bars want a "category" axis below them. */
  readonly kind: "line" | "bar";
  readonly points: readonly (readonly [x: number | string, y: number])[];
  /** Read its y on the right axis. */
  readonly right?: boolean;
}

export interface Chart {
  readonly title: string;
  /** A line below the title: what the data are. */
  readonly subtitle?: string;
  readonly x: Axis;
  readonly y: Axis;
  /** A second axis of y, for {@link Series.right}. */
  readonly right?: Axis;
  /** In the order of the legend, which one alone needs none of. */
  readonly series: readonly Series[];
  /** Pixels; 760 × 460. */
  readonly width?: number;
  readonly height?: number;
}

/** Told apart by people of every colour vision (Okabe and Ito 2008), and by the markers beside. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555"];
const MARKERS = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect", "emptyTriangle"];
const IDS = /\bzr\d+(?=-c\d)/g;
const INK = "#222222";
const FAINT = "#dddddd";
/** More points than this are told apart by no marker. */
const MOST_MARKERS = 80;

/**
 * A chart as an SVG document on white, the same bytes for the same chart.
 *
 * @throws RangeError for a value that has no place: one that is not finite, or not above 0 on a "log" axis
 */
export function chartSvg(chart: Chart): string {
  const { width = 760, height = 460 } = chart;
  checkPoints(chart);
  const drawing = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    drawing.setOption(optionOf(chart));
    const painter = drawing.getZr().painter as unknown as SvgPainter;
    return finished(painter.renderToString({ cssAnimation: false, cssEmphasis: false }), chart.title);
  } finally {
    drawing.dispose();
  }
}

function checkPoints({ x, y, right, series }: Chart): void {
  for (const { name, points, right: onRight } of series)
    for (const [px, py] of points) {
      checkPlace(px, x, name);
      checkPlace(py, onRight ? right : y, name);
    }
}

function checkPlace(value: number | string, axis: Axis | undefined, series: string): void {
  if (axis === undefined)
    throw new RangeError(`series "${series}" is read on the right axis, which the chart lacks`);
  if (axis.scale === "category") return;
  if (!Number.isFinite(value) || (axis.scale === "log" && !(Number(value) > 0)))
    throw new RangeError(
      `series "${series}" has ${value} on the axis "${axis.label}", which takes ${axis.scale === "log" ? "numbers above 0" : "finite numbers"}`,
    );
}

function optionOf({ title, subtitle, x, y, right, series }: Chart): EChartsCoreOption {
  const legend = series.length > 1;
  const head = 44 + (subtitle === undefined ? 0 : 20);
  return {
    animation: false,
    backgroundColor: "#ffffff",
    color: COLOURS,
    textStyle: { fontFamily: "Helvetica, Arial, sans-serif", color: INK },
    title: {
      text: title,
      ...(subtitle !== undefined && { subtext: subtitle }),
      left: 16,
      top: 12,
      textStyle: { fontSize: 17, color: INK },
      subtextStyle: { fontSize: 13, color: "#555555" },
    },
    legend: {
      show: legend,
      selectedMode: false,
      left: 16,
      top: head,
      itemGap: 18,
      textStyle: { fontSize: 13, color: INK },
    },
    grid: {
      left: 76,
      right: right === undefined ? 28 : 76,
      top: head + (legend ? 38 : 14),
      bottom: 60,
      outerBoundsMode: "none",
    },
    xAxis: axisOf(x, { nameGap: 34, splitLine: { show: x.scale === "log" } }),
    yAxis: [
      axisOf(y, { nameGap: 54, splitLine: { lineStyle: { color: FAINT } } }),
      ...(right === undefined
        ? []
        : [axisOf(right, { nameGap: 54, nameRotate: -90, splitLine: { show: false } })]),
    ],
    series: series.map(({ name, kind, points, right: onRight }, at) => ({
      name,
      type: kind,
      data: points,
      yAxisIndex: onRight ? 1 : 0,
      silent: true,
      ...(kind === "line"
        ? {
            symbol: MARKERS[at % MARKERS.length],
            symbolSize: 7,
            showSymbol: points.length <= MOST_MARKERS,
            lineStyle: { width: 2 },
          }
        : { barCategoryGap: "20%" }),
    })),
  };
}

function axisOf(
  { label, scale = "linear", min, max, unit = "" }: Axis,
  look: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return {
    type: scale === "linear" ? "value" : scale,
    name: label,
    nameLocation: "middle",
    nameTextStyle: { fontSize: 13, color: INK },
    axisLabel: {
      fontSize: 12,
      color: INK,
      ...(scale !== "category" && { formatter: (value: number) => `${shortest(value)}${unit}` }),
    },
    axisLine: { show: true, lineStyle: { color: INK } },
    axisTick: { show: true },
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...look,
  };
}

/** A tick's number: 0.001, 2,500, 40K, 3.7B; rounding leaves tails that no reader wants. */
function shortest(value: number): string {
  const rounded = Number(value.toPrecision(12));
  const size = Math.abs(rounded);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return rounded.toExponential();
  return rounded.toLocaleString("en-US", {
    maximumFractionDigits: 9,
    ...(size >= 1e4 && { notation: "compact" }),
  });
}

/** What draws, as far as echarts itself does not hand its options on. */
interface SvgPainter {
  renderToString(options: { cssAnimation: boolean; cssEmphasis: boolean }): string;
}

/** The document without what serves scripts, with a name for those who hear it. */
function finished(svg: string, title: string): string {
  const name = title.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
  const plain = svg.replace(/ ecmeta_\w+="[^"]*"/g, "");
  // Ids tell how many charts were drawn before. By what is in it instead, two charts in one page do not share any either.
  const key = createHash("sha256").update(plain.replace(IDS, "")).digest("hex").slice(0, 8);
  return `${plain.replace(IDS, `c${key}`).replace("<svg ", `<svg role="img" aria-label="${name}" `)}\n`;
}
