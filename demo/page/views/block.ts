import type { ModelFacts } from "../../protocol.js";
import { Combobox } from "../combobox.js";
import { fill, h, icon } from "../dom.js";
import { keepingFocus } from "../focus.js";
import { heatScale, knownTable, predictedTable } from "../heat-table.js";
import { empty, itemChoices, userChoices } from "../parts.js";
import { ModelView } from "./view.js";

const USERS = 12;
const ITEMS = 14;

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
    if (this.#users.length === 0 || this.#items.length === 0) {
      const noUsers = this.#users.length === 0;
      const [what, field] = noUsers ? ["people", "a person"] : ["items", "an item"];
      const hadFocus = this.#body.contains(document.activeElement);
      fill(this.#body, empty(`No ${what} chosen`, `Add ${field} above: rows are people, and columns items.`));
      if (hadFocus) (noUsers ? this.#userField : this.#itemField).focus();
      return;
    }
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
    const { feedback, range } = this.app.model!;
    // What implicit feedback predicts is a preference, mostly from 0 to 1, and what is known counts.
    const own = feedback === "implicit";
    const knownRange = own ? rangeOf(block.known) : range;
    const predictedRange = own ? rangeOf(block.predicted) : range;
    keepingFocus(this.#body, () =>
      fill(
        this.#body,
        knownTable(block, knownRange, drop),
        predictedTable(block, predictedRange),
        own
          ? [
              knownRange[0] <= knownRange[1] && heatScale(knownRange, "Known"),
              heatScale(predictedRange, "Predicted"),
            ]
          : heatScale(range),
      ),
    );
  }
}

/** From the least to the greatest that there is; the least is above the greatest where there is nothing. */
function rangeOf(values: Float64Array): [number, number] {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
}
