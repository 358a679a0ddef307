import type { BlockFacts } from "../protocol.js";
import { type Child, h, icon } from "./dom.js";
import { fixed, plain, short } from "./format.js";
import { scrollRegion } from "./overflow.js";

/** Steps of colour from the least to the greatest value. */
const STEPS = 10;

/** Ratings that a cell has room for in full. */
const LARGEST = 10_000;

type Range = readonly [min: number, max: number];

/** What its crosses take out. */
export interface Drop {
  user(user: number): void;
  item(item: number): void;
}

/** What was rated of a block: values in the colours of their scale, and a mark where only that it was rated is kept. */
export function knownTable(block: BlockFacts, range: Range, drop: Drop): HTMLElement {
  const { rated, known } = block;
  const cells = rated.reduce((count, one) => count + one, 0);
  return table(
    "Known",
    `${cells} of ${rated.length} cells${rated.some((one, at) => one === 1 && Number.isNaN(known[at]!)) ? "; their values are not kept" : ""}`,
    block,
    (at, where) => {
      const value = known[at]!;
      if (rated[at] === 0) return h("td", { class: "unknown", title: `${where}: not rated` });
      if (Number.isNaN(value)) return withoutValue(where);
      return h(
        "td",
        { class: `heat-${stepOf(value, range)}`, title: `${where}: ${plain(value)}` },
        Math.abs(value) < LARGEST ? plain(value) : short(value),
      );
    },
    drop,
  );
}

/** What the model makes of every cell of a block. */
export function predictedTable(block: BlockFacts, range: Range): HTMLElement {
  const { rated, known, predicted } = block;
  const digits = digitsOf(range);
  return table("Predicted", "every cell; what was rated has a frame", block, (at, where) => {
    const value = predicted[at]!;
    const also =
      rated[at] === 0
        ? ""
        : Number.isNaN(known[at]!)
          ? " (rated, value not kept)"
          : ` (rated ${plain(known[at]!)})`;
    return h(
      "td",
      {
        class: `heat-${stepOf(value, range)} ${also === "" ? "" : "rated"}`,
        title: `${where}: ${fixed(value, digits + 1)}${also}`,
      },
      fixed(value, digits),
    );
  });
}

function withoutValue(where: string): HTMLElement {
  return h(
    "td",
    { class: "unvalued", title: `${where}: rated, value not kept` },
    h("span", { "aria-hidden": "true" }, "•"),
    h("span", { class: "visually-hidden" }, "rated"),
  );
}

function table(
  name: string,
  note: string,
  { users, items }: BlockFacts,
  cell: (at: number, where: string) => Child,
  drop?: Drop,
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
            items.map(({ title }, column) => cell(row * items.length + column, `${person}, ${title}`)),
          ),
        ),
      ),
    ),
  );
}

function stepOf(value: number, [min, max]: Range): number {
  return Math.round(Math.max(0, Math.min(1, (value - min) / (max - min || 1))) * STEPS);
}

/** Digits after the point by which values of a range can be told apart. */
function digitsOf([min, max]: Range): number {
  if (max <= min) return 2;
  return Math.max(0, Math.min(3, Math.round(2 - Math.log10(max - min))));
}

/** Which colour stands for what; with a name where tables have scales of their own. */
export function heatScale([min, max]: Range, name: string = ""): HTMLElement {
  const digits = digitsOf([min, max]);
  const end = (value: number): string => (Number.isInteger(value) ? plain(value) : fixed(value, digits));
  return h(
    "div",
    { class: "heat-scale", "aria-hidden": "true" },
    name !== "" && h("span", {}, name),
    h("span", {}, end(min)),
    Array.from({ length: STEPS + 1 }, (_, step) => h("i", { class: `heat-${step}` })),
    h("span", {}, end(max)),
  );
}
