import { h } from "./dom.js";
import { withArrows } from "./overflow.js";

export interface Tab {
  readonly name: string;
  readonly text: string;
  readonly element: HTMLElement;
  look?(): void;
  hide?(): void;
}

/** Tabs as WAI-ARIA has them: arrow keys go from one to the next, and the address tells which is open. */
export class Tabs {
  readonly element: HTMLElement;
  readonly #tabs: readonly Tab[];
  readonly #buttons: HTMLButtonElement[];
  readonly #panels: HTMLElement[];
  #open = -1;

  constructor(label: string, tabs: readonly Tab[]) {
    this.#tabs = tabs;
    this.#buttons = tabs.map(({ name, text }, at) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          id: `tab-${name}`,
          "aria-controls": `panel-${name}`,
          "aria-selected": "false",
          tabindex: -1,
          onclick: () => this.open(at),
          onkeydown: (event: KeyboardEvent) => this.#key(event, at),
        },
        text,
      ),
    );
    this.#panels = tabs.map(({ name, element }) =>
      h(
        "div",
        { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, hidden: true },
        element,
      ),
    );
    this.element = h(
      "div",
      { class: "tabs" },
      withArrows(h("div", { role: "tablist", "aria-label": label, class: "tablist" }, this.#buttons)),
      this.#panels,
    );
    addEventListener("hashchange", () => this.#follow());
    this.#follow();
  }

  open(at: number): void {
    if (at === this.#open) return;
    const before = this.#tabs[this.#open];
    this.#open = at;
    for (const [index, button] of this.#buttons.entries()) {
      button.setAttribute("aria-selected", String(index === at));
      button.tabIndex = index === at ? 0 : -1;
      this.#panels[index]!.hidden = index !== at;
    }
    before?.hide?.();
    const tab = this.#tabs[at]!;
    this.#buttons[at]!.scrollIntoView({ block: "nearest", inline: "nearest" });
    history.replaceState(null, "", `#${tab.name}`);
    tab.look?.();
  }

  openNamed(name: string): void {
    this.open(this.#tabs.findIndex((tab) => tab.name === name));
  }

  #follow(): void {
    const named = this.#tabs.findIndex(({ name }) => location.hash === `#${name}`);
    // Other places of the page have addresses too.
    if (named >= 0 || this.#open < 0) this.open(Math.max(0, named));
  }

  #key(event: KeyboardEvent, at: number): void {
    const last = this.#tabs.length - 1;
    const next = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.open(next);
    this.#buttons[next]!.focus();
  }
}
