import type { BlockFacts, ModelFacts } from "../../protocol.js";
import { Combobox } from "../combobox.js";
import { fill, h, icon } from "../dom.js";
import { keepingFocus } from "../focus.js";
import { fixed } from "../format.js";
import { scrollRegion } from "../overflow.js";
import { itemChoices, userChoices } from "../parts.js";
import { ModelView } from "./view.js";

const USERS = 12;
const ITEMS = 14;
/** Steps of colour from the least to the greatest value. */
const STEPS = 10;

/** A block of R̂ for chosen people and items, beside what they rated. */
export class BlockView extends ModelView {
  protected override readonly promise: string =
    "A block of the completed matrix for people and items of your choice, beside what is known of it.";
  #users: number[] = [];
  #items: number[] = [];
  readonly #body: HTMLElement = h("div", { class: "blocks" });
  readonly #userField: Combobox<number> = new Combobox({
    label: "Add a person",
    placeholder: "Add a person",
    clears: true,
    find: (text) => userChoices(this.app, text),
    pick: (user) => this.#change([user, ...this.#users.filter((one) => one !== user)], this.#items),
  });
  readonly #itemField: Combobox<number> = new Combobox({
    label: "Add an item",
    placeholder: "Add an item",
    clears: true,
    find: (text) => itemChoices(this.app, text),
    pick: (item) => this.#change(this.#users, [item, ...this.#items.filter((one) => one !== item)]),
  });

  protected override async open(model: ModelFacts): Promise<void> {
    const anybody = (): void =>
      this.#change(
        Array.from({ length: Math.min(USERS, model.users) }, () =>
          Math.floor(Math.random() * model.users),
        ).filter((user, at, all) => all.indexOf(user) === at),
        this.#items,
      );
    fill(
      this.element,
      h(
        "div",
        { class: "toolbar" },
        this.#userField.element,
        this.#itemField.element,
        h("button", { type: "button", class: "button", onclick: anybody }, icon("dice"), "Other people"),
      ),
      this.#body,
    );
    const [users, items] = await Promise.all([
      this.app.call("typicalUsers", { count: USERS }),
      this.app.call("popularItems", { count: ITEMS, spread: false }),
    ]);
    this.#users = users.map(({ user }) => user);
    this.#items = items.map(({ item }) => item);
    await this.#show();
  }

  #change(users: number[], items: number[]): void {
    this.#users = users.slice(0, 24);
    this.#items = items.slice(0, 24);
    this.act(() => this.#show());
  }

  async #show(): Promise<void> {
    const block = await this.app.call("block", { users: this.#users, items: this.#items });
    const drop = {
      user: (user: number) =>
        this.#change(
          this.#users.filter((one) => one !== user),
          this.#items,
        ),
      item: (item: number) =>
        this.#change(
          this.#users,
          this.#items.filter((one) => one !== item),
        ),
    };
    const range = this.app.model!.feedback === "implicit" ? rangeOf(block.predicted) : this.app.model!.range;
    const known = block.known.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
    const cells = block.known.length;
    const draw = (): void =>
      fill(
        this.#body,
        table("Known", `${known} of ${cells} cells`, block, block.known, this.app.model!.range, 1, drop),
        table(
          "Predicted",
          "every cell; what was rated has a frame",
          block,
          block.predicted,
          range,
          1,
          undefined,
        ),
        scale(range),
      );
    keepingFocus(this.#body, draw);
  }
}

interface Drop {
  user(user: number): void;
  item(item: number): void;
}

function table(
  name: string,
  note: string,
  { users, items, known }: BlockFacts,
  values: Float64Array,
  range: readonly [number, number],
  digits: number,
  drop: Drop | undefined,
): HTMLElement {
  const remove = (label: string, act: () => void): HTMLElement =>
    h(
      "button",
      { type: "button", class: "bare remove", "aria-label": `Remove ${label}`, onclick: act },
      icon("close"),
    );
  return scrollRegion(
    name,
    h(
      "table",
      { class: "heat" },
      h("caption", {}, name, h("small", {}, note)),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td", {}),
          items.map(({ item, title }) =>
            h(
              "th",
              { scope: "col", title },
              h("div", {}, drop && remove(title, () => drop.item(item)), h("bdi", {}, title)),
            ),
          ),
        ),
      ),
      h(
        "tbody",
        {},
        users.map(({ user, name: person }, row) =>
          h(
            "tr",
            {},
            h(
              "th",
              { scope: "row", title: person },
              drop && remove(person, () => drop.user(user)),
              h("bdi", {}, person),
            ),
            items.map(({ title }, column) => {
              const at = row * items.length + column;
              const value = values[at]!;
              if (Number.isNaN(value))
                return h("td", { class: "unknown", title: `${person}, ${title}: not rated` });
              const rated = known[at]!;
              const also = Number.isNaN(rated) || drop !== undefined ? "" : ` (rated ${fixed(rated, 1)})`;
              return h(
                "td",
                {
                  class: `heat-${stepOf(value, range)} ${also === "" ? "" : "rated"}`,
                  title: `${person}, ${title}: ${fixed(value, 2)}${also}`,
                },
                fixed(value, digits),
              );
            }),
          ),
        ),
      ),
    ),
  );
}

function stepOf(value: number, [min, max]: readonly [number, number]): number {
  return Math.round(Math.max(0, Math.min(1, (value - min) / (max - min || 1))) * STEPS);
}

function rangeOf(values: Float64Array): [number, number] {
  return [
    values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  ];
}

function scale([min, max]: readonly [number, number]): HTMLElement {
  return h(
    "div",
    { class: "heat-scale", "aria-hidden": "true" },
    h("span", {}, fixed(min, 1)),
    Array.from({ length: STEPS + 1 }, (_, step) => h("i", { class: `heat-${step}` })),
    h("span", {}, fixed(max, 1)),
  );
}
