import type { ItemFacts, ItemMap, ModelFacts } from "../../protocol.js";
import { Combobox } from "../combobox.js";
import { fill, h, icon } from "../dom.js";
import { keepingFocus } from "../focus.js";
import { counted, fixed, integer, percent, signed } from "../format.js";
import { PointMap } from "../map/point-map.js";
import { empty, genreNote, itemChoices, scoredList, segmented } from "../parts.js";
import { ModelView } from "./view.js";

const SIMILAR = 10;
type Measure = "cosine" | "dot";

/** All items as a map of the leading axes, and one of them with what is like it. */
export class ItemsView extends ModelView {
  protected override readonly promise: string =
    "Every item as a point on a map of taste, and what is like it.";
  protected override readonly needsUsers: boolean = false;
  #measure: Measure = "cosine";
  #axes: [number, number] = [0, 1];
  #item = -1;
  readonly #titles: Map<number, string> = new Map();
  readonly #tip: HTMLElement = h("div", { class: "map-tip", hidden: true, role: "status" });
  readonly #panel: HTMLElement = h("section", { class: "card", "aria-label": "Item", "aria-live": "polite" });
  readonly #legend: HTMLElement = h("div", { class: "map-legend", role: "group", "aria-label": "Genres" });
  readonly #axesNote: HTMLElement = h("div", { class: "inline axes" });
  readonly #field: Combobox<number> = new Combobox({
    label: "Item",
    placeholder: "Find an item",
    find: (text) => itemChoices(this.app, text),
    pick: (item) => this.act(() => this.#choose(item, true)),
  });
  readonly #map: PointMap = new PointMap(
    "Map of all items. Arrow keys move it, plus and minus zoom, 0 shows all of it, Enter picks the item that is named.",
    {
      hover: (item, x, y) => this.#hover(item, x, y),
      pick: (item) => this.act(() => this.#choose(item, false)),
      rest: (items) => this.act(() => this.#name(items)),
    },
  );
  #hovered = -1;

  protected override async open(model: ModelFacts): Promise<void> {
    this.#titles.clear();
    this.#item = -1;
    this.#axes = [0, Math.min(1, model.factors - 1)];
    const tool = (name: "plus" | "minus" | "fit", label: string, act: () => void): HTMLElement =>
      h(
        "button",
        { type: "button", class: "tool", "aria-label": label, title: label, onclick: act },
        icon(name),
      );
    fill(
      this.element,
      h("div", { class: "toolbar" }, this.#field.element, model.hasUsers && this.#axesNote),
      h(
        "div",
        { class: model.hasUsers ? "map-layout" : "" },
        model.hasUsers &&
          h(
            "div",
            { class: "map" },
            this.#map.element,
            this.#tip,
            h(
              "div",
              { class: "map-tools" },
              tool("plus", "Zoom in", () => this.#map.zoom(1.6)),
              tool("minus", "Zoom out", () => this.#map.zoom(1 / 1.6)),
              tool("fit", "Show all", () => this.#map.fit()),
            ),
            this.#legend,
          ),
        this.#panel,
      ),
    );
    fill(this.#panel, empty("An item", "Pick a point or find an item: what is most like it is shown here."));
    if (model.hasUsers) {
      fill(this.#axesNote, h("span", { class: "muted" }, "Working out the axes …"));
      await this.#draw();
    }
    const [first] = await this.app.call("popularItems", { count: 1, spread: false });
    if (first !== undefined) await this.#choose(first.item, false);
  }

  async #draw(): Promise<void> {
    const [x, y] = this.#axes;
    const map = await this.app.call("map", { x, y });
    this.#map.show(map);
    this.#map.canvas.dataset["points"] = String(map.x.length);
    const pick = (axis: 0 | 1, label: string): HTMLElement =>
      h(
        "label",
        {},
        h("span", {}, label),
        h(
          "select",
          {
            onchange: ({ target }: Event) => {
              this.#axes[axis] = Number((target as HTMLSelectElement).value);
              this.act(() => this.#draw());
            },
          },
          map.energy.map((energy, at) =>
            h(
              "option",
              { value: at, selected: at === this.#axes[axis] },
              `axis ${at + 1} (${percent(energy, 0)})`,
            ),
          ),
        ),
      );
    keepingFocus(this.#axesNote, () =>
      fill(this.#axesNote, pick(0, "Across"), pick(1, "Up"), h("span", { class: "muted" }, drawnWords(map))),
    );
    this.#showLegend(map.genres);
    if (this.#item >= 0) await this.#choose(this.#item, true);
  }

  #showLegend(genres: readonly string[]): void {
    let only = -1;
    const buttons = genres.map((genre, at) => {
      const swatch = h("span", { class: "dot", "aria-hidden": "true" });
      swatch.style.setProperty("--swatch", `var(--genre-${at})`);
      return h(
        "button",
        {
          type: "button",
          class: "chip",
          "aria-pressed": "false",
          onclick: () => {
            only = only === at ? -1 : at;
            for (const [index, button] of buttons.entries())
              button.setAttribute("aria-pressed", String(index === only));
            this.#map.setGenre(only);
          },
        },
        swatch,
        genre,
      );
    });
    fill(this.#legend, buttons);
    this.#legend.hidden = genres.length === 0;
  }

  /** Has titles for the best known items in view, which the map writes beside them. */
  async #name(items: readonly number[]): Promise<void> {
    const unknown = items.filter((item) => !this.#titles.has(item));
    if (unknown.length === 0) {
      this.#map.setLabels(this.#titles);
      return;
    }
    for (const { item, title } of await this.app.call("labels", { items: unknown }))
      this.#titles.set(item, title);
    this.#map.setLabels(this.#titles);
  }

  #hover(item: number, x: number, y: number): void {
    this.#hovered = item;
    if (item < 0) {
      this.#tip.hidden = true;
      return;
    }
    this.act(async () => {
      const [label] = await this.app.call("labels", { items: [item] });
      if (this.#hovered !== item || label === undefined) return;
      fill(
        this.#tip,
        h("bdi", { class: "name" }, label.title),
        h("span", { class: "note" }, genreNote(label)),
      );
      this.#tip.style.setProperty("--x", `${x}px`);
      this.#tip.style.setProperty("--y", `${y}px`);
      this.#tip.hidden = false;
    });
  }

  async #choose(item: number, move: boolean): Promise<void> {
    this.#item = item;
    const facts = await this.app.call("item", { item, count: SIMILAR, measure: this.#measure });
    if (this.#item !== item) return;
    this.#field.show(facts.title);
    this.#titles.set(item, facts.title);
    for (const { item: near, title } of facts.similar) this.#titles.set(near, title);
    this.#map.choose(
      item,
      facts.similar.map((one) => one.item),
      move,
    );
    keepingFocus(this.#panel, () => this.#showItem(facts, move));
  }

  #showItem({ item, title, genres, count, bias, similar }: ItemFacts, move: boolean): void {
    const about = [
      count > 0 && counted(count, "rating"),
      this.app.model?.feedback === "explicit" && bias !== 0 && `${signed(bias, 2)} beside the mean`,
    ].filter((words) => words !== false);
    fill(
      this.#panel,
      h("h3", { class: "title", title }, h("bdi", {}, title)),
      h("p", { class: "note" }, genres.join(", ")),
      h("p", { class: "muted" }, about.join(" · ")),
      h(
        "div",
        { class: "inline spread" },
        h("h4", {}, "Most like it"),
        segmented(
          "Likeness",
          "measure",
          [
            ["cosine", "Cosine"],
            ["dot", "Dot"],
          ],
          this.#measure,
          (measure) => {
            this.#measure = measure;
            this.act(() => this.#choose(item, move));
          },
        ),
      ),
      similar.length === 0
        ? h(
            "p",
            { class: "muted" },
            this.app.model?.items === 1
              ? "There is no other item to compare it with."
              : "Its factors are 0: the model found no taste in it.",
          )
        : [
            scoredList(similar, {
              digits: 3,
              pickLabel: (label) => `Go to ${label.title}`,
              onPick: (near) => this.act(() => this.#choose(near, true)),
            }),
            h(
              "p",
              { class: "hint" },
              `Likeness is the ${this.#measure === "cosine" ? "cosine of the angle between their factors" : "dot product of their factors"}, best ${fixed(similar[0]!.score, 3)}.`,
            ),
          ],
    );
  }
}

function drawnWords({ x, order }: ItemMap): string {
  if (order.length === x.length) return counted(x.length, "item");
  return `the ${integer(order.length)} best known of ${integer(x.length)} items`;
}
