import { fill, h, icon, uniqueId } from "./dom.js";

export interface Choice<T> {
  readonly value: T;
  readonly text: string;
  readonly note: string;
}

export interface ComboboxOptions<T> {
  readonly label: string;
  readonly placeholder: string;
  /** What matches the text; the best first. */
  find(text: string): Promise<readonly Choice<T>[]>;
  pick(value: T): void;
  /** Whether the field is emptied once something was picked. */
  readonly clears?: boolean;
}

/** Milliseconds after the last key that what matches is looked for. */
const PAUSE = 80;

/** A field that finds things as one types: WAI-ARIA's combobox with a list. */
export class Combobox<T> {
  readonly element: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #list: HTMLElement;
  readonly #options: ComboboxOptions<T>;
  #choices: readonly Choice<T>[] = [];
  #active = -1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  /** Whether what matches the text is still on its way; what the list shows is then of an older text. */
  #pending = false;
  /** What is chosen, in words: what the field says while nobody types. */
  #shown = "";
  /** Whether Enter was pressed meanwhile. */
  #entered = false;

  constructor(options: ComboboxOptions<T>) {
    this.#options = options;
    const listId = uniqueId("list");
    this.#list = h("ul", {
      id: listId,
      role: "listbox",
      "aria-label": options.label,
      hidden: true,
      // What scrolls is a stop of the Tab key unless it says that it is none; this one is gone once the field is left.
      tabindex: -1,
      // Its scrollbar is part of the field: to press it is not to leave.
      onmousedown: (event: MouseEvent) => event.preventDefault(),
    });
    this.#input = h("input", {
      type: "text",
      role: "combobox",
      "aria-label": options.label,
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": listId,
      placeholder: options.placeholder,
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.#search(PAUSE),
      onfocus: () => {
        this.#input.select();
        this.#search(0);
      },
      onblur: () => {
        this.#close();
        this.#input.value = this.#shown;
      },
      onkeydown: (event: KeyboardEvent) => this.#onKey(event),
    });
    this.element = h("div", { class: "combobox" }, icon("search"), this.#input, this.#list);
  }

  focus(): void {
    this.#input.focus();
  }

  /** Shows what is chosen; to somebody who is typing, once they have done. */
  show(text: string): void {
    this.#shown = text;
    if (document.activeElement !== this.#input) this.#input.value = text;
  }

  #search(pause: number): void {
    clearTimeout(this.#timer);
    this.#pending = true;
    this.#entered = false;
    const asked = ++this.#asked;
    this.#timer = setTimeout(() => {
      this.#options.find(this.#input.value.trim()).then(
        (choices) => {
          if (asked === this.#asked && document.activeElement === this.#input) this.#open(choices);
        },
        () => this.#close(),
      );
    }, pause);
  }

  #open(choices: readonly Choice<T>[]): void {
    this.#choices = choices;
    this.#active = -1;
    this.#pending = false;
    if (this.#entered && choices.length > 0) {
      this.#pick(0);
      return;
    }
    const options = choices.map(({ text, note }, at) =>
      h(
        "li",
        {
          id: `${this.#list.id}-${at}`,
          role: "option",
          "aria-selected": "false",
          // Before the field loses its focus, which closes the list.
          onpointerdown: (event: PointerEvent) => {
            event.preventDefault();
            this.#pick(at);
          },
        },
        h("bdi", { class: "name" }, text),
        h("span", { class: "note" }, note),
      ),
    );
    const none = h("li", { class: "none", role: "option", "aria-disabled": "true" }, "Nothing matches.");
    fill(this.#list, options.length > 0 ? options : none);
    this.#list.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
    this.#input.removeAttribute("aria-activedescendant");
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#pending = false;
    this.#asked++;
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      this.#close();
      return;
    }
    if (event.key === "Enter") {
      event.preventDefault();
      if (this.#pending) this.#entered = true;
      else if (!this.#list.hidden) this.#pick(Math.max(0, this.#active));
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    if (this.#pending) return;
    if (this.#list.hidden) this.#search(0);
    else this.#move(step);
  }

  #move(step: number): void {
    const count = this.#choices.length;
    if (count === 0) return;
    this.#active = (this.#active + step + count) % count;
    for (const [at, option] of [...this.#list.children].entries()) {
      option.setAttribute("aria-selected", String(at === this.#active));
      if (at === this.#active) option.scrollIntoView({ block: "nearest" });
    }
    this.#input.setAttribute("aria-activedescendant", `${this.#list.id}-${this.#active}`);
  }

  #pick(at: number): void {
    const choice = this.#choices[at];
    if (choice === undefined) return;
    this.#shown = this.#options.clears ? "" : choice.text;
    this.#input.value = this.#shown;
    this.#close();
    this.#options.pick(choice.value);
  }
}
