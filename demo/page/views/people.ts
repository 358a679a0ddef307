import type { ModelFacts, PersonFacts, RatedLabel } from "../../protocol.js";
import { Combobox } from "../combobox.js";
import { fill, h, icon } from "../dom.js";
import { counted, fixed, plain, signed } from "../format.js";
import { noReasons } from "../no-reasons.js";
import { bar, empty, genreNote, reasonsPanel, scoredList, userChoices } from "../parts.js";
import { ModelView } from "./view.js";

const RECOMMENDED = 12;
const SUGGESTED = 6;

/** One person: what they rated, what is recommended, and why. */
export class PeopleView extends ModelView {
  protected override readonly promise: string = "A person's ratings, what is recommended to them, and why.";
  #user = -1;
  readonly #field: Combobox<number> = new Combobox({
    label: "Person",
    placeholder: "Find a person",
    find: (text) => userChoices(this.app, text),
    pick: (user) => this.act(() => this.#show(user)),
  });
  readonly #body: HTMLElement = h("div", {});
  readonly #reasons: HTMLElement = h("section", { class: "card", "aria-live": "polite" });

  protected override async open(model: ModelFacts): Promise<void> {
    const typical = await this.app.call("typicalUsers", { count: SUGGESTED });
    const another = (): void => this.act(() => this.#show(Math.floor(Math.random() * model.users)));
    fill(
      this.element,
      h(
        "div",
        { class: "toolbar" },
        this.#field.element,
        h("button", { type: "button", class: "button", onclick: another }, icon("dice"), "Anybody"),
        h(
          "div",
          { class: "chips" },
          typical.map(({ user, name }) =>
            h(
              "button",
              { type: "button", class: "chip", title: name, onclick: () => this.act(() => this.#show(user)) },
              h("bdi", {}, name),
            ),
          ),
        ),
      ),
      this.#body,
    );
    const first = typical[0];
    if (first !== undefined) await this.#show(first.user);
  }

  async #show(user: number): Promise<void> {
    this.#user = user;
    const person = await this.app.call("person", { user, count: RECOMMENDED });
    if (this.#user !== user) return;
    this.#field.show(person.name);
    const best = person.recommended[0];
    this.#draw(person, best?.item);
    if (best !== undefined) await this.#explain(person, best.item);
    else fill(this.#reasons, empty("Nothing to recommend", "They rated everything that the model knows."));
  }

  #draw(person: PersonFacts, chosen: number | undefined): void {
    const { name, count, bias, rated, recommended, milliseconds } = person;
    const range = this.app.model?.range ?? [0, 5];
    const explicit = this.app.model?.feedback !== "implicit";
    const about = count === 0 ? "ratings unknown to this model" : counted(count, "rating");
    const habit = explicit && bias !== 0 ? ` · rates ${signed(bias, 2)} beside the mean` : "";
    fill(
      this.#body,
      h("p", { class: "lead" }, h("bdi", { class: "who", title: name }, name), ` · ${about}${habit}`),
      h(
        "div",
        { class: "columns three" },
        h(
          "section",
          { class: "card", "aria-label": "Recommended" },
          h("h3", {}, "Recommended ", h("small", {}, `in ${fixed(milliseconds, 1)} ms`)),
          scoredList(recommended, {
            chosen,
            digits: explicit ? 2 : 3,
            from: explicit ? this.app.model?.mean : 0,
            pickLabel: ({ title }) => `Why ${title}?`,
            onPick: (item) =>
              this.act(async () => {
                this.#mark(recommended.findIndex((one) => one.item === item));
                await this.#explain(person, item);
              }),
          }),
        ),
        this.#reasons,
        h(
          "section",
          { class: "card", "aria-label": "Rated" },
          h("h3", {}, "Rated ", h("small", {}, ratedNote(rated, count))),
          rated.length === 0
            ? h("p", { class: "muted" }, "This model keeps no ratings.")
            : h(
                "ol",
                { class: "rows capped", tabindex: 0, "aria-label": "Rated items" },
                rated.map((one) => ratedRow(one, range)),
              ),
        ),
      ),
    );
  }

  #mark(at: number): void {
    for (const [index, button] of this.#body.querySelectorAll("[aria-label=Recommended] button").entries())
      button.setAttribute("aria-pressed", String(index === at));
  }

  async #explain({ user }: PersonFacts, item: number): Promise<void> {
    try {
      const reasons = await this.app.call("explain", { user, item });
      if (this.#user === user) fill(this.#reasons, reasonsPanel(reasons));
    } catch (error) {
      fill(this.#reasons, noReasons(error, this.app.model));
    }
  }
}

/** How what was rated is listed; a model that keeps no values can't say what was rated the highest. */
function ratedNote(rated: readonly RatedLabel[], count: number): string {
  const part = rated.length < count;
  if (rated.some(({ value }) => value === undefined))
    return part ? `${rated.length} of them; values are not kept` : "values are not kept";
  return part ? `the highest ${rated.length}` : rated.length === 0 ? "" : "highest first";
}

function ratedRow(label: RatedLabel, [min, max]: readonly [number, number]): HTMLElement {
  const { title, value, prediction } = label;
  return h(
    "li",
    {},
    h(
      "div",
      { class: "row" },
      h(
        "span",
        { class: "what" },
        h("bdi", { class: "name", title }, title),
        h("span", { class: "note" }, genreNote(label)),
      ),
      value !== undefined && bar((value - min) / (max - min || 1)),
      h(
        "span",
        { class: "number", title: `The model says ${fixed(prediction, 2)}` },
        value === undefined ? "" : plain(value),
      ),
    ),
  );
}
