import uPlot from "uplot";
import { fill, h } from "./dom.js";
import { colour, onTheme } from "./theme.js";

export interface Line {
  readonly label: string;
  /** A colour of the style sheet: "--line-test". */
  readonly colour: string;
  readonly dashed?: boolean;
  /** A value for each epoch from 1; shorter while training goes on. A single number is a line across. */
  readonly values: readonly number[] | number;
}

const HEIGHT = 280;
const FONT = "12px system-ui, sans-serif";

/** Curves over epochs, with a legend in words that are no part of the canvas. */
export class Curves {
  readonly element: HTMLElement;
  readonly #title: string;
  readonly #place: HTMLElement = h("div", { class: "plot" });
  readonly #legend: HTMLElement = h("ul", { class: "legend" });
  readonly #digits: (value: number) => string;
  #plot: uPlot | undefined;
  #lines: readonly Line[] = [];
  #epochs = 1;
  #shape = "";

  constructor(title: string, digits: (value: number) => string) {
    this.#title = title;
    this.#digits = digits;
    this.element = h("figure", { class: "curves" }, h("figcaption", {}, title), this.#legend, this.#place);
    new ResizeObserver(() => this.#resize()).observe(this.#place);
    onTheme(() => {
      this.#shape = "";
      this.#draw();
    });
  }

  show(lines: readonly Line[], epochs: number): void {
    this.#lines = lines.filter(({ values }) => typeof values === "number" || values.length > 0);
    this.#epochs = epochs;
    this.#draw();
  }

  #draw(): void {
    if (this.#lines.length === 0) return;
    const shape = JSON.stringify([this.#epochs, this.#lines.map(({ label }) => label)]);
    const epochs = Array.from({ length: this.#epochs }, (_, at) => at + 1);
    const data = [
      epochs,
      ...this.#lines.map(({ values }) =>
        epochs.map((_, at) => {
          const value = typeof values === "number" ? values : values[at];
          return value !== undefined && Number.isFinite(value) ? value : null;
        }),
      ),
    ] as uPlot.AlignedData;
    // Plots are made anew only where the lines are others: an epoch more is data.
    if (shape !== this.#shape || this.#plot === undefined) {
      this.#shape = shape;
      this.#plot?.destroy();
      this.#plot = new uPlot(this.#options(), data, this.#place);
    } else this.#plot.setData(data);
    fill(
      this.#legend,
      this.#lines.map(({ label, dashed, values, colour: name }) => {
        const last = typeof values === "number" ? values : values.at(-1)!;
        const swatch = h("span", { class: `swatch ${dashed ? "dashed" : ""}`, "aria-hidden": "true" });
        swatch.style.setProperty("--swatch", `var(${name})`);
        return h("li", {}, swatch, label, h("span", { class: "number" }, this.#digits(last)));
      }),
    );
    const told = this.#lines.map(
      ({ label, values }) => `${label} ${this.#digits(typeof values === "number" ? values : values.at(-1)!)}`,
    );
    this.#place.setAttribute("role", "img");
    this.#place.setAttribute("aria-label", `${this.#title} by epoch; now: ${told.join(", ")}`);
  }

  #options(): uPlot.Options {
    const muted = colour("--muted");
    const grid = colour("--grid");
    const axis = { stroke: muted, font: FONT, ticks: { stroke: grid, width: 1, size: 4 } };
    return {
      width: Math.max(200, this.#place.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { points: { size: 6 }, drag: { x: false, y: false }, y: false },
      scales: { x: { time: false, range: () => [1, Math.max(2, this.#epochs)] } },
      axes: [
        { ...axis, grid: { show: false }, size: 28, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] },
        {
          ...axis,
          grid: { stroke: grid, width: 1 },
          size: 62,
          values: (_, splits) => splits.map((value) => this.#digits(value)),
        },
      ],
      series: [
        {},
        ...this.#lines.map(({ label, colour: name, dashed, values }) => ({
          label,
          stroke: colour(name),
          width: dashed ? 1.5 : 2,
          ...(dashed && { dash: typeof values === "number" ? [6, 5] : [2, 3] }),
          points: { show: false },
          spanGaps: false,
        })),
      ],
    };
  }

  #resize(): void {
    const width = this.#place.clientWidth;
    if (width > 0 && this.#plot !== undefined && Math.abs(this.#plot.width - width) > 1)
      this.#plot.setSize({ width, height: HEIGHT });
  }
}
