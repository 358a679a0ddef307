import type { TrainingChoice } from "../protocol.js";
import type { App } from "./app.js";
import { fill, h } from "./dom.js";
import { setBusy } from "./focus.js";
import { bytes } from "./format.js";
import { segmented } from "./parts.js";
import { threadsNote } from "./threads-note.js";

/** Defaults of the library, which differ by feedback. */
const DEFAULTS = {
  explicit: { lambda: 0.55, scaling: 0.7, epochs: 20 },
  implicit: { lambda: 3, scaling: 0.5, epochs: 15 },
} as const;
/** Milliseconds after the last change that memory is estimated. */
const PAUSE = 200;

interface Field {
  readonly name: "factors" | "lambda" | "scaling" | "epochs" | "alpha" | "seed";
  readonly text: string;
  /** The same at length, for whoever has no mouse to rest on it. */
  readonly meaning: string;
  readonly hint: string;
  readonly min: number;
  readonly max: number;
  readonly step: number | "any";
  readonly whole: boolean;
}

const FIELDS: readonly Field[] = [
  {
    name: "factors",
    text: "Factors",
    hint: "K, features that are looked for",
    meaning: "K: how many features are looked for. More can tell more apart, and take longer.",
    min: 1,
    max: 512,
    step: 1,
    whole: true,
  },
  {
    name: "epochs",
    text: "Epochs",
    hint: "items, then users, so many times",
    meaning: "How many times all items are solved, and then all users.",
    min: 1,
    max: 1000,
    step: 1,
    whole: true,
  },
  {
    name: "lambda",
    text: "λ",
    hint: "more of it: smoother, less sure",
    meaning:
      "Regularization: more of it keeps predictions nearer to the mean, so that few ratings are not believed too much.",
    min: 0,
    max: 1e6,
    step: "any",
    whole: false,
  },
  {
    name: "scaling",
    text: "ν",
    hint: "λ times nᵛ of a row with n ratings",
    meaning:
      "How λ grows with ratings: whoever has n of them gets λ times n to the power ν. With 0 all get the same.",
    min: 0,
    max: 2,
    step: "any",
    whole: false,
  },
];
const MORE: readonly Field[] = [
  {
    name: "alpha",
    text: "α",
    hint: "implicit: confidence of a value",
    meaning: "Of implicit feedback: how much surer each play, click or purchase makes.",
    min: 0,
    max: 1e6,
    step: "any",
    whole: false,
  },
  {
    name: "seed",
    text: "Seed",
    hint: "of the start, and of what is held out",
    meaning: "Where chance begins: the same seed gives the same start, and holds out the same ratings.",
    min: 0,
    max: 2 ** 31,
    step: 1,
    whole: true,
  },
];

/** What is trained, and the button that does it. */
export class ModelPanel {
  readonly element: HTMLFormElement;
  readonly #app: App;
  readonly #train: (choice: TrainingChoice) => Promise<void>;
  readonly #inputs: Map<Field["name"], HTMLInputElement> = new Map();
  readonly #memory: HTMLElement = h("p", { class: "hint", "aria-live": "polite" });
  readonly #button: HTMLButtonElement = h(
    "button",
    { type: "submit", class: "button primary wide" },
    "Train",
  );
  readonly #test: HTMLSelectElement;
  readonly #precision: HTMLSelectElement;
  #feedback: TrainingChoice["feedback"] = "explicit";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(app: App, train: (choice: TrainingChoice) => Promise<void>) {
    this.#app = app;
    this.#train = train;
    this.#test = h(
      "select",
      {},
      [
        ["0.1", "10 %"],
        ["0.2", "20 %"],
        ["0.05", "5 %"],
        ["0", "nothing"],
      ].map(([value, text]) => h("option", { value }, text)),
    );
    this.#precision = h(
      "select",
      {},
      h("option", { value: "float64" }, "double"),
      h("option", { value: "float32" }, "single: half the memory"),
    );
    const field = ({ name, text, hint, min, max, step }: Field): HTMLElement => {
      const initial = { factors: 32, alpha: 1, seed: 1, ...DEFAULTS.explicit }[name];
      const input = h("input", {
        type: "number",
        name,
        min,
        max,
        step,
        value: initial,
        required: true,
        inputmode: "decimal",
      });
      this.#inputs.set(name, input);
      return h("label", { class: "field", title: hint }, h("span", {}, text), input);
    };
    this.element = h(
      "form",
      {
        class: "card",
        "aria-labelledby": "model-title",
        onsubmit: (event: Event) => {
          event.preventDefault();
          void this.#train(this.choice());
        },
        oninput: () => this.#estimate(),
      },
      h("h2", { id: "model-title" }, "Model"),
      segmented(
        "What values say",
        "feedback",
        [
          ["explicit", "Explicit"],
          ["implicit", "Implicit"],
        ],
        "explicit",
        (feedback) => this.#setFeedback(feedback),
      ),
      h("p", { class: "hint", id: "feedback-hint" }, HINTS.explicit),
      h("div", { class: "fields two" }, FIELDS.map(field)),
      h(
        "details",
        { class: "meanings" },
        h("summary", {}, "What these mean"),
        h(
          "dl",
          {},
          [...FIELDS, ...MORE].map(({ text, meaning }) => [h("dt", {}, text), h("dd", {}, meaning)]),
        ),
      ),
      h(
        "details",
        {},
        h("summary", {}, "More"),
        h(
          "div",
          { class: "fields two" },
          MORE.map(field),
          h("label", { class: "field" }, h("span", {}, "Held out to test"), this.#test),
          h("label", { class: "field" }, h("span", {}, "Precision"), this.#precision),
        ),
      ),
      this.#button,
      this.#memory,
      threadsNote(app),
    );
    app.on("data", () => this.#refresh());
    app.on("job", () => this.#refresh());
    this.#refresh();
  }

  choice(): TrainingChoice {
    const number = (name: Field["name"]): number => Number(this.#inputs.get(name)!.value);
    return {
      feedback: this.#feedback,
      factors: number("factors"),
      lambda: number("lambda"),
      scaling: number("scaling"),
      alpha: number("alpha"),
      epochs: number("epochs"),
      seed: number("seed"),
      test: Number(this.#test.value),
      precision: this.#precision.value === "float32" ? "float32" : "float64",
    };
  }

  #setFeedback(feedback: TrainingChoice["feedback"]): void {
    this.#feedback = feedback;
    for (const [name, value] of Object.entries(DEFAULTS[feedback]))
      this.#inputs.get(name as Field["name"])!.value = String(value);
    const hint = this.element.querySelector("#feedback-hint");
    if (hint !== null) fill(hint, HINTS[feedback]);
    this.#estimate();
  }

  #refresh(): void {
    this.#button.disabled = this.#app.data === undefined;
    setBusy(this.#button, this.#app.job !== undefined);
    if (this.#app.job === undefined) this.#estimate();
  }

  /** Says what training will take, or why it will not fit, before anything is begun. */
  #estimate(): void {
    clearTimeout(this.#timer);
    if (this.#app.data === undefined) {
      fill(this.#memory, "Open or generate ratings first.");
      return;
    }
    this.#memory.replaceChildren();
    this.#timer = setTimeout(() => {
      const asked = ++this.#asked;
      if (!this.element.checkValidity()) return;
      this.#app.call("memory", this.choice()).then(
        (count) => {
          if (asked === this.#asked)
            fill(this.#memory, `Takes about ${bytes(count)} of memory beside the ratings.`);
        },
        (error: Error) => {
          if (asked === this.#asked) fill(this.#memory, error.message);
        },
      );
    }, PAUSE);
  }
}

const HINTS = {
  explicit: "Values are ratings: how much somebody liked something.",
  implicit: "Values are plays, clicks, purchases: how surely somebody likes something.",
} as const;
