import { fill, h, icon } from "./dom.js";
import { FocusReturn } from "./focus.js";

export interface Action {
  readonly label: string;
  act(): void;
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** One line below the header: what happened, what failed of what, and what can be done about it. */
export class Notices {
  readonly element: HTMLElement = h("div", { class: "notices" });
  readonly #focus: FocusReturn = new FocusReturn(this.element);
  readonly #status: HTMLElement = h("div", { role: "status" });
  readonly #alert: HTMLElement = h("div", { role: "alert" });

  constructor() {
    this.element.append(this.#status, this.#alert);
  }

  say(text: string, ...actions: Action[]): void {
    this.clear();
    fill(this.#status, this.#box("notice", text, actions));
  }

  fail(error: unknown, ...actions: Action[]): void {
    this.clear();
    fill(this.#alert, this.#box("notice notice-error", wordsOf(error), actions));
  }

  clear(): void {
    this.#focus.leaving(() => {
      this.#status.replaceChildren();
      this.#alert.replaceChildren();
    });
  }

  #box(kind: string, text: string, actions: readonly Action[]): HTMLElement {
    return h(
      "div",
      { class: kind },
      h("p", {}, text),
      actions.map(({ label, act }) =>
        h("button", { type: "button", class: "button small", onclick: () => act() }, label),
      ),
      h(
        "button",
        { type: "button", class: "bare", "aria-label": "Dismiss", onclick: () => this.clear() },
        icon("close"),
      ),
    );
  }
}
