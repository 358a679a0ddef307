import type { ItemLabel, ModelFacts, ScoredLabel } from "../../protocol.js";
import { Combobox } from "../combobox.js";
import { type Child, fill, h, uniqueId } from "../dom.js";
import { keepingFocus } from "../focus.js";
import { fixed } from "../format.js";
import { noReasons } from "../no-reasons.js";
import { empty, genreNote, itemChoices, reasonsPanel, scoredList } from "../parts.js";
import { starValues } from "../star-values.js";
import { likeField, starField, starsHint } from "../stars.js";
import { ModelView } from "./view.js";

const OFFERED = 16;
const RECOMMENDED = 12;

/** Somebody new rates a few items, and what would be recommended to them changes at once. */
export class RateView extends ModelView {
  protected override readonly promise: string =
    "Rate a few titles as somebody new, and watch what is recommended change at once.";
  protected override readonly needsUsers: boolean = false;
  readonly #ratings: Map<number, number> = new Map();
  #offered: ItemLabel[] = [];
  #places: Map<number, number> = new Map();
  #asked = 0;
  readonly #titles: HTMLElement = h("ul", { class: "to-rate", tabindex: 0, "aria-label": "Titles to rate" });
  readonly #answer: HTMLElement = h("section", {
    class: "card",
    "aria-label": "Recommended to you",
    "aria-live": "polite",
  });
  readonly #reasons: HTMLElement = h("section", { class: "card", "aria-live": "polite", hidden: true });
  readonly #field: Combobox<number> = new Combobox({
    label: "Find something to rate",
    placeholder: "Find something to rate",
    clears: true,
    find: (text) => itemChoices(this.app, text),
    pick: (item) => this.act(() => this.#offer(item)),
  });

  protected override async open({ feedback, range }: ModelFacts): Promise<void> {
    const explicit = feedback === "explicit";
    this.#ratings.clear();
    this.#places.clear();
    fill(
      this.element,
      h(
        "div",
        { class: "toolbar" },
        this.#field.element,
        h(
          "button",
          {
            type: "button",
            class: "button",
            onclick: () => {
              this.#ratings.clear();
              this.#places.clear();
              this.#drawTitles();
              this.act(() => this.#update());
            },
          },
          "Start over",
        ),
      ),
      h(
        "div",
        { class: "columns two" },
        h(
          "section",
          { class: "card", "aria-label": "Rate" },
          h("h3", {}, "What do you think of these?"),
          explicit && h("p", { class: "hint" }, starsHint(starValues(range))),
          this.#titles,
        ),
        h("div", { class: "stack" }, this.#answer, this.#reasons),
      ),
    );
    this.#offered = [...(await this.app.call("popularItems", { count: OFFERED, spread: true }))];
    this.#drawTitles();
    await this.#update();
  }

  async #offer(item: number): Promise<void> {
    const [label] = await this.app.call("labels", { items: [item] });
    if (label === undefined) return;
    this.#offered = [label, ...this.#offered.filter((one) => one.item !== item)];
    this.#drawTitles();
    this.#titles.querySelector<HTMLElement>("input, button")?.focus();
  }

  #drawTitles(): void {
    const model = this.app.model!;
    const values = starValues(model.range);
    fill(
      this.#titles,
      this.#offered.map((label) => {
        const { item, title } = label;
        const value = this.#ratings.get(item);
        const rate = (next: number | undefined): void => {
          if (next === undefined) this.#ratings.delete(item);
          else this.#ratings.set(item, next);
          this.act(() => this.#update());
        };
        const field =
          model.feedback === "implicit"
            ? likeField(title, value !== undefined, rate)
            : starField(uniqueId("stars"), title, values, value, rate);
        return h(
          "li",
          {},
          h(
            "span",
            { class: "what" },
            h("bdi", { class: "name", title }, title),
            h("span", { class: "note" }, genreNote(label)),
          ),
          field,
        );
      }),
    );
  }

  async #update(): Promise<void> {
    const asked = ++this.#asked;
    const ratings = Array.from(this.#ratings, ([item, value]) => ({ item, value }));
    const { recommended, counts, milliseconds } = await this.app.call("visitor", {
      ratings,
      count: RECOMMENDED,
    });
    if (asked !== this.#asked) return;
    const before = this.#places;
    this.#places = new Map(recommended.map(({ item }, at) => [item, at]));
    const fresh = ratings.length === 0;
    keepingFocus(this.#answer, () =>
      fill(
        this.#answer,
        h(
          "h3",
          {},
          fresh ? "Before anything is known " : "Recommended to you ",
          counts && h("small", {}, "by the number of ratings"),
          !fresh &&
            h(
              "small",
              {},
              `from ${ratings.length} rating${ratings.length === 1 ? "" : "s"}, in ${fixed(milliseconds, 1)} ms on this device`,
            ),
        ),
        recommended.length === 0
          ? empty("Nothing left", "You rated everything that the model knows.")
          : scoredList(recommended, {
              digits: counts ? 0 : this.app.model?.feedback === "implicit" ? 3 : 2,
              from: counts ? 0 : this.app.model?.mean,
              note: ({ item }, at) => (before.size === 0 || fresh ? null : moved(before.get(item), at)),
              ...(!fresh && {
                pickLabel: ({ title }: ItemLabel) => `Why ${title}?`,
                onPick: (item: number) => this.act(() => this.#explain(item)),
              }),
            }),
      ),
    );
    if (fresh) this.#reasons.hidden = true;
    else await this.#explainFirst(recommended);
  }

  async #explainFirst(recommended: readonly ScoredLabel[]): Promise<void> {
    const first = recommended[0];
    this.#reasons.hidden = first === undefined;
    if (first !== undefined) await this.#explain(first.item);
  }

  async #explain(item: number): Promise<void> {
    const asked = this.#asked;
    try {
      const reasons = await this.app.call("explainVisitor", { item });
      if (asked === this.#asked) fill(this.#reasons, reasonsPanel(reasons));
    } catch (error) {
      fill(this.#reasons, noReasons(error, this.app.model));
    }
  }
}

/** How a place in the list has changed. */
function moved(before: number | undefined, now: number): Child {
  if (before === undefined) return h("span", { class: "moved new" }, "new");
  if (before === now) return null;
  const up = before > now;
  return h(
    "span",
    { class: `moved ${up ? "up" : "down"}`, "aria-label": `${up ? "up" : "down"} ${Math.abs(before - now)}` },
    `${up ? "↑" : "↓"}${Math.abs(before - now)}`,
  );
}
