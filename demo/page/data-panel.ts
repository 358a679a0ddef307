import type { DataFacts, WorldSize } from "../protocol.js";
import type { App } from "./app.js";
import { fill, h } from "./dom.js";
import type { FileIntake } from "./files.js";
import { setBusy } from "./focus.js";
import { duration, fixed, integer, percent, short } from "./format.js";

/** Generated worlds to choose from; the last has as many items as MovieLens-20M. */
export const WORLDS: Readonly<Record<string, WorldSize & { readonly text: string }>> = {
  small: { users: 1500, items: 1200, ratings: 120_000, seed: 1, text: "120,000 ratings" },
  million: { users: 6040, items: 3706, ratings: 1_000_000, seed: 1, text: "1 million ratings" },
  catalogue: { users: 20_000, items: 26_744, ratings: 2_000_000, seed: 1, text: "2 million ratings" },
};
const DEFAULT_WORLD = "small";

/** What is trained on: a generated world, or somebody's file. */
export class DataPanel {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #facts: HTMLElement = h("div", { class: "facts-box" });
  readonly #generate: HTMLButtonElement;
  #size: string = DEFAULT_WORLD;

  constructor(app: App, files: FileIntake) {
    this.#app = app;
    this.#generate = h(
      "button",
      { type: "button", class: "button", onclick: () => void this.generate() },
      "Generate",
    );
    this.element = h(
      "section",
      { class: "card", "aria-labelledby": "data-title" },
      h("h2", { id: "data-title" }, "Ratings"),
      this.#facts,
      h(
        "div",
        { class: "stack" },
        files.button("Open a file…", "wide"),
        h("p", { class: "hint" }, "or drop it anywhere: CSV, TSV, ::, .gz, MovieLens .zip"),
      ),
      h(
        "div",
        { class: "inline" },
        h(
          "label",
          { class: "grow" },
          h("span", { class: "visually-hidden" }, "Size of the generated world"),
          h(
            "select",
            {
              onchange: ({ target }: Event) => {
                this.#size = (target as HTMLSelectElement).value;
              },
            },
            Object.entries(WORLDS).map(([name, { text }]) => h("option", { value: name }, text)),
          ),
        ),
        this.#generate,
      ),
    );
    app.on("data", (data) => this.#show(data));
    app.on("job", (job) => setBusy(this.#generate, job !== undefined));
    this.#show(undefined);
  }

  async generate(): Promise<void> {
    const { text: _, ...size } = WORLDS[this.#size]!;
    const data = await this.#app.run("world", `Generating ${short(size.ratings)} ratings`, (job) =>
      this.#app.call("world", size, {
        signal: job.controller.signal,
        onNews: ({ share }) => this.#app.progress(job, share, ""),
      }),
    );
    if (data !== undefined) this.#app.setData(data);
  }

  #show(data: DataFacts | undefined): void {
    if (data === undefined) {
      fill(this.#facts, h("p", { class: "muted" }, "None yet."));
      return;
    }
    const { name, users, items, ratings, density, mean, min, max, repeated, titled, seconds } = data;
    const fact = (term: string, value: string): HTMLElement =>
      h("div", {}, h("dt", {}, term), h("dd", {}, value));
    fill(
      this.#facts,
      h("p", { class: "source", title: name }, name),
      h(
        "dl",
        { class: "facts" },
        fact("Ratings", integer(ratings)),
        fact("Users", integer(users)),
        fact("Items", integer(items)),
        fact("Known", percent(density, density < 0.001 ? 3 : 2)),
        fact("Mean", fixed(mean, 2)),
        fact("Range", `${fixed(min, 1)} – ${fixed(max, 1)}`),
      ),
      histogram(data),
      h(
        "p",
        { class: "hint" },
        repeated > 0 && `${integer(repeated)} rows rate a pair once more: the last one holds. `,
        titled === 0
          ? "No titles are known: items go by their ids. "
          : titled < items
            ? `${integer(titled)} items have titles. `
            : "",
        `Ready in ${duration(seconds)}.`,
      ),
    );
  }
}

/** How often each value was given, as bars; in words for whoever cannot see them. */
function histogram({ histogram: bars, ratings }: DataFacts): HTMLElement {
  const most = Math.max(...bars.map(({ count }) => count));
  const words = bars.map(({ label, count }) => `${label}: ${percent(count / ratings, 0)}`).join(", ");
  return h(
    "div",
    { class: "histogram", role: "img", "aria-label": `How often each value was given: ${words}` },
    h(
      "div",
      { class: "bars" },
      bars.map(({ label, count }) => {
        const one = h("span", { title: `${label}: ${integer(count)}` });
        one.style.setProperty("block-size", `${Math.max(2, (count / most) * 100)}%`);
        return one;
      }),
    ),
    h(
      "div",
      { class: "ends-of-axis" },
      h("span", {}, bars[0]?.label),
      h("span", {}, "values"),
      h("span", {}, bars.at(-1)?.label),
    ),
  );
}
