import type { FeatureFacts, Features, ModelFacts, ScoredLabel } from "../../protocol.js";
import { fill, h } from "../dom.js";
import { counted, fixed, integer, percent, signed } from "../format.js";
import { genreNote } from "../parts.js";
import { ModelView } from "./view.js";

const AXES = 8;
const ENDS = 5;
const LEAST_RATINGS = [1, 5, 20, 50, 100, 500] as const;
const DEFAULT_LEAST = 20;

/** What the model has learnt: each axis of taste by the items at its two ends. */
export class FeaturesView extends ModelView {
  protected override readonly promise: string =
    "The tastes that the model found: each by the items at its two ends.";
  #least: number = DEFAULT_LEAST;
  readonly #body: HTMLElement = h("div", {});

  protected override async open(_: ModelFacts): Promise<void> {
    fill(
      this.element,
      h(
        "div",
        { class: "toolbar" },
        h(
          "label",
          { class: "inline" },
          h("span", {}, "Items with at least"),
          h(
            "select",
            {
              onchange: ({ target }: Event) => {
                this.#least = Number((target as HTMLSelectElement).value);
                this.act(() => this.#show());
              },
            },
            LEAST_RATINGS.map((count) =>
              h("option", { value: count, selected: count === this.#least }, counted(count, "rating")),
            ),
          ),
        ),
      ),
      this.#body,
    );
    await this.#show();
  }

  async #show(): Promise<void> {
    const features = await this.app.call("features", { axes: AXES, count: ENDS, minRatings: this.#least });
    const { factors, rank, effectiveRank, axes } = features;
    fill(
      this.#body,
      h(
        "p",
        { class: "lead" },
        `Of ${counted(factors, "factor")} ${integer(rank)} ${rank === 1 ? "is in use." : `are in use; they are as spread out as ${fixed(effectiveRank, 1)} equal ones.`} Axes are ordered by how much of what the model predicts, besides mean and biases, they explain.`,
      ),
      scree(features),
      h("div", { class: "axis-cards" }, axes.map(axisCard)),
    );
  }
}

/** The share of each axis, as bars; in words for whoever cannot see them. */
function scree({ energy }: Features): HTMLElement {
  const most = Math.max(...energy);
  return h(
    "div",
    {
      class: "scree",
      role: "img",
      "aria-label": `Shares of the axes: ${energy
        .slice(0, AXES)
        .map((share, at) => `axis ${at + 1} ${percent(share)}`)
        .join(", ")}`,
    },
    h(
      "div",
      { class: "bars" },
      energy.map((share, at) => {
        const one = h("span", {
          title: `Axis ${at + 1}: ${percent(share)}`,
          class: at < AXES ? "told" : undefined,
        });
        one.style.setProperty("block-size", `${Math.max(1, (share / most) * 100)}%`);
        return one;
      }),
    ),
    h(
      "div",
      { class: "ends-of-axis" },
      h("span", {}, "axis 1"),
      h("span", {}, "share of each axis"),
      h("span", {}, `axis ${energy.length}`),
    ),
  );
}

function axisCard({ axis, energy, highest, lowest }: FeatureFacts): HTMLElement {
  const end = (name: string, sign: string, items: readonly ScoredLabel[]): HTMLElement =>
    h(
      "div",
      { class: "end" },
      h("h4", {}, h("span", { class: "sign", "aria-hidden": "true" }, sign), name),
      h(
        "ol",
        { class: "plain" },
        items.map((label) =>
          h(
            "li",
            {},
            h(
              "span",
              { class: "what" },
              h("bdi", { class: "name", title: label.title }, label.title),
              h("span", { class: "note" }, genreNote(label)),
            ),
            h("span", { class: "number" }, signed(label.score, 2)),
          ),
        ),
      ),
    );
  return h(
    "section",
    { class: "card axis", "aria-label": `Axis ${axis}` },
    h("h3", {}, `Axis ${axis} `, h("small", {}, percent(energy))),
    h("div", { class: "ends" }, end("Top", "+", highest), end("Bottom", "−", lowest)),
  );
}
