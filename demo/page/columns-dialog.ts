import type { ColumnChoice, FilePreview, ReadPlan } from "../protocol.js";
import type { App } from "./app.js";
import { fill, h, uniqueId } from "./dom.js";
import { bytes } from "./format.js";
import { wordsOf } from "./notices.js";
import { scrollRegion } from "./overflow.js";

const DELIMITERS: readonly (readonly [text: string, value: string])[] = [
  ["Comma", ","],
  ["Tab", "\t"],
  ["::", "::"],
  ["Semicolon", ";"],
  ["Pipe", "|"],
  ["Space", " "],
];
const ROLES = [
  ["user", "User", "who rated"],
  ["item", "Item", "what was rated"],
  ["value", "Rating", "how much it was liked"],
  ["timestamp", "Time", "when"],
] as const;
type Role = keyof ColumnChoice;

/** Shows how a file is about to be read, and lets somebody put right what was guessed wrong. */
export class ColumnsDialog {
  readonly element: HTMLDialogElement;
  readonly #app: App;
  readonly #body: HTMLElement = h("div", { class: "dialog-body" });
  #files: readonly File[] = [];
  #preview: FilePreview | undefined;
  #done: ((plan: ReadPlan | undefined) => void) | undefined;

  constructor(app: App) {
    this.#app = app;
    const title = uniqueId("title");
    this.element = h(
      "dialog",
      {
        "aria-labelledby": title, // The event comes late: for a dialog that was closed and opened again for another file it means nothing.
        onclose: () => {
          if (!this.element.open) this.#finish(undefined);
        },
      },
      h("h2", { id: title }, "Is this how to read it?"),
      this.#body,
    );
  }

  /** Asks; undefined where somebody thought better of it. */
  ask(files: readonly File[], preview: FilePreview): Promise<ReadPlan | undefined> {
    this.#finish(undefined);
    this.#files = files;
    this.#show(preview, undefined);
    this.element.showModal();
    return new Promise((resolve) => {
      this.#done = resolve;
    });
  }

  #finish(plan: ReadPlan | undefined): void {
    const done = this.#done;
    this.#done = undefined;
    if (this.element.open) this.element.close();
    done?.(plan);
  }

  async #again(plan: Partial<ReadPlan>): Promise<void> {
    try {
      const preview = await this.#app.call("preview", { files: this.#files, plan });
      if (preview.kind === "ratings") this.#show(preview, undefined);
    } catch (error) {
      if (this.#preview !== undefined) this.#show(this.#preview, wordsOf(error));
    }
  }

  #show(preview: FilePreview, failure: string | undefined): void {
    this.#preview = preview;
    const { name, bytes: size, header, delimiter, quotes, names, columns, titles } = preview;
    const problem = failure ?? problemOf(columns);
    const focused = document.activeElement?.getAttribute("data-key");
    const select = (role: Role, text: string, hint: string): HTMLElement => {
      const optional = role === "value" || role === "timestamp";
      const chosen = columns[role];
      return h(
        "label",
        { class: "field" },
        h("span", {}, text, h("small", {}, hint)),
        h(
          "select",
          {
            "data-key": role,
            onchange: ({ target }: Event) => {
              const { value } = target as HTMLSelectElement;
              const next = { ...columns, [role]: value === "" ? null : Number(value) };
              this.#show({ ...preview, columns: next }, undefined);
            },
          },
          optional &&
            h(
              "option",
              { value: "", selected: chosen === null },
              role === "value" ? "None: each counts 1" : "None",
            ),
          names.map((column, at) => h("option", { value: at, selected: at === chosen }, column)),
        ),
      );
    };
    fill(
      this.#body,
      h(
        "p",
        { class: "muted" },
        `${name}, ${bytes(size)}. Nothing has been read but its beginning. `,
        titles === undefined ? "" : `Titles come from ${titles}.`,
      ),
      h(
        "div",
        { class: "fields" },
        ROLES.map(([role, text, hint]) => select(role, text, hint)),
      ),
      h(
        "div",
        { class: "fields" },
        h(
          "label",
          { class: "field" },
          h("span", {}, "Between columns"),
          h(
            "select",
            {
              "data-key": "delimiter",
              onchange: ({ target }: Event) =>
                void this.#again({ quotes, delimiter: (target as HTMLSelectElement).value }),
            },
            (DELIMITERS.some(([, value]) => value === delimiter)
              ? DELIMITERS
              : [...DELIMITERS, [delimiter, delimiter] as const]
            ).map(([text, value]) => h("option", { value, selected: value === delimiter }, text)),
          ),
        ),
        h(
          "label",
          { class: "check" },
          h("input", {
            type: "checkbox",
            checked: header,
            "data-key": "header",
            onchange: ({ target }: Event) =>
              void this.#again({ delimiter, quotes, header: (target as HTMLInputElement).checked }),
          }),
          "The first line names the columns",
        ),
        h(
          "label",
          { class: "check" },
          h("input", {
            type: "checkbox",
            checked: quotes,
            "data-key": "quotes",
            onchange: ({ target }: Event) =>
              void this.#again({ delimiter, header, quotes: (target as HTMLInputElement).checked }),
          }),
          "Quotation marks hold a field together",
        ),
      ),
      scrollRegion("First rows", tableOf(preview)),
      problem !== undefined && h("p", { class: "problem", role: "alert" }, problem),
      h(
        "div",
        { class: "buttons" },
        h("button", { type: "button", class: "button", onclick: () => this.#finish(undefined) }, "Cancel"),
        h(
          "button",
          {
            type: "button",
            class: "button primary",
            "data-key": "read",
            disabled: problem !== undefined,
            onclick: () => this.#finish({ header, delimiter, quotes, columns }),
          },
          "Read it",
        ),
      ),
    );
    if (this.element.open && focused)
      this.#body.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus();
  }
}

function problemOf(columns: ColumnChoice): string | undefined {
  const seen = new Map<number, string>();
  for (const [role, text] of ROLES) {
    const column = columns[role];
    if (column === null) continue;
    const other = seen.get(column);
    if (other !== undefined) return `${other} and ${text} cannot be the same column.`;
    seen.set(column, text);
  }
  return undefined;
}

function tableOf({ names, rows, columns }: FilePreview): HTMLElement {
  const roleOf = (column: number): string | undefined =>
    ROLES.find(([role]) => columns[role] === column)?.[1];
  return h(
    "table",
    { class: "preview" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        names.map((name, at) =>
          h(
            "th",
            { scope: "col", class: roleOf(at) && "used" },
            h("span", { class: "role" }, roleOf(at) ?? "not read"),
            name,
          ),
        ),
      ),
    ),
    h(
      "tbody",
      {},
      rows.map((row) =>
        h(
          "tr",
          {},
          names.map((_, at) => h("td", { class: roleOf(at) && "used" }, row[at] ?? "")),
        ),
      ),
    ),
  );
}
