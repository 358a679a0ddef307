import type { ItemLabel, Reasons, ScoredLabel } from "../protocol.js";
import type { App } from "./app.js";
import type { Choice } from "./combobox.js";
import { type Child, h } from "./dom.js";
import { counted, fixed, integer, plain, signed } from "./format.js";

/** How many matches a field shows. */
const MATCHES = 12;

/** Genres in one line, small. */
export function genreNote({ genres }: ItemLabel): string {
  return genres.slice(0, 3).join(", ");
}

/** What fields that look for items find. */
export async function itemChoices(app: App, text: string): Promise<Choice<number>[]> {
  const found = await app.call("findItems", { text, limit: MATCHES });
  return found.map((label) => ({ value: label.item, text: label.title, note: genreNote(label) }));
}

export async function userChoices(app: App, text: string): Promise<Choice<number>[]> {
  const found = await app.call("findUsers", { text, limit: MATCHES });
  return found.map(({ user, name, count }) => ({
    value: user,
    text: name,
    note: counted(count, "rating"),
  }));
}

/** A bar whose length is a share of its room. */
export function bar(share: number, kind: string = ""): HTMLElement {
  const inner = h("span", {});
  inner.style.setProperty("inline-size", `${Math.max(0, Math.min(1, share)) * 100}%`);
  return h("span", { class: `bar ${kind}`, "aria-hidden": "true" }, inner);
}

export interface RowOptions {
  /** What the row does when it is chosen, and how that is called. */
  readonly onPick?: (item: number) => void;
  readonly pickLabel?: (label: ItemLabel) => string;
  readonly chosen?: number | undefined;
  readonly digits?: number;
  /** Where bars begin: 0 unless given. Of ratings all would be as long, so theirs begin at the mean. */
  readonly from?: number | undefined;
  readonly note?: (label: ScoredLabel, at: number) => Child;
}

/** Items with scores as a list of rows, with bars up to the greatest. */
export function scoredList(scored: readonly ScoredLabel[], options: RowOptions = {}): HTMLElement {
  const { onPick, pickLabel, chosen, digits = 2, from = 0, note } = options;
  const scores = scored.map(({ score }) => score);
  const low = Math.min(...scores, from);
  const high = Math.max(...scores, low + 1e-9);
  return h(
    "ol",
    { class: "rows" },
    scored.map((label, at) => {
      const inside = [
        h(
          "span",
          { class: "what" },
          h("bdi", { class: "name", title: label.title }, label.title),
          h("span", { class: "note" }, genreNote(label)),
        ),
        note?.(label, at),
        bar((label.score - low) / (high - low)),
        h("span", { class: "number" }, fixed(label.score, digits)),
      ];
      if (onPick === undefined) return h("li", {}, h("div", { class: "row" }, inside));
      return h(
        "li",
        {},
        h(
          "button",
          {
            type: "button",
            class: "row",
            "aria-pressed": chosen === undefined ? undefined : String(label.item === chosen),
            title: pickLabel?.(label),
            onclick: () => onPick(label.item),
          },
          inside,
        ),
      );
    }),
  );
}

/** What a prediction is made of: a base, and what each rating adds to it. */
export function reasonsPanel({ item, score, base, reasons, rest, restCount }: Reasons): HTMLElement {
  // What the rest comes to together would make single ones look like nothing; its bar is cut.
  const most = Math.max(...reasons.map(({ contribution }) => Math.abs(contribution)), 1e-9);
  const line = (what: string, note: string, value: number): HTMLElement =>
    h(
      "li",
      { class: "reason" },
      h(
        "span",
        { class: "what" },
        h("bdi", { class: "name", title: what }, what),
        h("span", { class: "note" }, note),
      ),
      divergingBar(value / most),
      h("span", { class: "number" }, signed(value, 3)),
    );
  return h(
    "div",
    { class: "reasons" },
    h("h3", { class: "title", title: item.title }, "Why ", h("bdi", {}, item.title), "?"),
    h(
      "p",
      { class: "muted" },
      `The prediction ${fixed(score, 2)} is ${fixed(base, 2)} (what everybody makes of it) and what each rating adds:`,
    ),
    h(
      "ul",
      { class: "rows" },
      reasons.map((reason) =>
        line(
          reason.title,
          `${plain(reason.value)} · without: ${fixed(reason.without, 2)}`,
          reason.contribution,
        ),
      ),
      restCount > 0 && line(`${integer(restCount)} more`, "together", rest),
    ),
  );
}

function divergingBar(share: number): HTMLElement {
  const inner = h("span", { class: share < 0 ? "less" : "more" });
  inner.style.setProperty("inline-size", `${Math.min(1, Math.abs(share)) * 50}%`);
  return h("span", { class: "bar diverging", "aria-hidden": "true" }, inner);
}

/** What stands where there is nothing yet. */
export function empty(title: string, text: string, ...more: Child[]): HTMLElement {
  return h("div", { class: "empty" }, h("h3", {}, title), h("p", {}, text), more);
}

/** A choice between a few, as radio buttons side by side. */
export function segmented<T extends string>(
  legend: string,
  name: string,
  options: readonly (readonly [value: T, text: string])[],
  chosen: T,
  onChange: (value: T) => void,
): HTMLFieldSetElement {
  return h(
    "fieldset",
    { class: "segmented" },
    h("legend", { class: "visually-hidden" }, legend),
    options.map(([value, text]) =>
      h(
        "label",
        {},
        h("input", {
          type: "radio",
          name,
          value,
          checked: value === chosen,
          onchange: () => onChange(value),
        }),
        h("span", {}, text),
      ),
    ),
  );
}

/** Saves a blob as a file of the browser's downloads. */
export function download(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser has begun by then; the address would hold the bytes in memory.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
