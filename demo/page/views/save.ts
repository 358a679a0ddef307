import type { ModelFacts, StoredModel } from "../../protocol.js";
import type { App } from "../app.js";
import { type Child, fill, h, icon } from "../dom.js";
import type { FileIntake } from "../files.js";
import { keepingFocus, setBusy } from "../focus.js";
import { bytes, counted, percent, short } from "../format.js";
import { sizeOf } from "../model-line.js";
import { withArrows } from "../overflow.js";
import { download } from "../parts.js";

const IN_NODE = `import { loadModel } from "alternant/node";

const model = await loadModel("model.safetensors");
const [user] = model.users;
console.log(model.recommend(user, { count: 10 }));`;

const IN_PYTHON = `from safetensors import safe_open

with safe_open("model.safetensors", framework="numpy") as file:
    users = file.get_tensor("user_factors")   # users × factors
    items = file.get_tensor("item_factors")   # items × factors
    mean = float(file.metadata()["mean"])`;

const LENGTHS = [5, 10, 20, 50] as const;

/** What can be taken along, and what can be brought back. */
export class SaveView {
  readonly element: HTMLElement = h("div", { class: "view" });
  readonly #app: App;
  readonly #files: FileIntake;
  readonly #kept: HTMLElement = h("div", { class: "stack" });
  #length: number = 10;

  constructor(app: App, files: FileIntake) {
    this.#app = app;
    this.#files = files;
    const draw = (): void => keepingFocus(this.element, () => this.#draw());
    app.on("model", draw);
    app.on("data", draw);
    app.on("job", () => this.#enable());
    this.#draw();
  }

  look(): void {
    this.#draw();
    void this.#showKept();
  }

  #draw(): void {
    const { model, data } = this.#app;
    fill(
      this.element,
      h(
        "div",
        { class: "columns cards" },
        this.#card(
          "Model",
          model === undefined ? "Train a model, or open one." : factsOf(model),
          this.#button("Download the model", model !== undefined, () =>
            this.#save("saveModel", { foldIn: false }, "Writing the model"),
          ),
          this.#files.button("Open a model…", ""),
        ),
        this.#card(
          "Model for a page",
          "Items alone, without users and what they rated: enough to fold in visitors where they are.",
          this.#button("Download for fold-in", model !== undefined, () =>
            this.#save("saveModel", { foldIn: true }, "Writing the model"),
          ),
        ),
        this.#card(
          "Everybody's recommendations",
          model?.hasUsers
            ? `A list for each of ${counted(model.users, "user")}, as CSV: user, rank, item, score.`
            : "A list for each user, as CSV: user, rank, item, score.",
          h(
            "label",
            { class: "inline" },
            h("span", {}, "Length of lists"),
            h(
              "select",
              {
                onchange: ({ target }: Event) => {
                  this.#length = Number((target as HTMLSelectElement).value);
                },
              },
              LENGTHS.map((length) =>
                h("option", { value: length, selected: length === this.#length }, length),
              ),
            ),
          ),
          this.#button("Download lists as CSV", model?.hasUsers === true, () =>
            this.#save("saveLists", { count: this.#length }, "Making all lists"),
          ),
        ),
        this.#card(
          "Ratings",
          data === undefined
            ? "Generate or open ratings first."
            : `${short(data.ratings)} ratings as CSV, to train on elsewhere.`,
          this.#button("Download ratings as CSV", data !== undefined, () =>
            this.#save("saveRatings", null, "Writing the ratings"),
          ),
        ),
        this.#card(
          "In this browser",
          "Keeps the model in this browser's storage, for the next visit. No other site sees it.",
          this.#kept,
        ),
        h(
          "section",
          { class: "card wide-card" },
          h("h3", {}, "Elsewhere"),
          h("h4", {}, "Node"),
          code(IN_NODE),
          h("h4", {}, "Python"),
          code(IN_PYTHON),
        ),
      ),
    );
    this.#enable();
  }

  #card(title: string, text: Child, ...more: Child[]): HTMLElement {
    return h(
      "section",
      { class: "card" },
      h("h3", {}, title),
      h("p", { class: "muted" }, text),
      h("div", { class: "stack" }, more),
    );
  }

  #button(text: string, possible: boolean, act: () => Promise<void>): HTMLElement {
    return h(
      "button",
      {
        type: "button",
        class: "button",
        disabled: !possible,
        "data-possible": String(possible),
        onclick: () => void act(),
      },
      icon("download"),
      text,
    );
  }

  /** One job at a time. */
  #enable(): void {
    for (const button of this.element.querySelectorAll<HTMLButtonElement>("button[data-possible=true]"))
      setBusy(button, this.#app.job !== undefined);
  }

  async #save(call: "saveModel", params: { foldIn: boolean }, label: string): Promise<void>;
  async #save(call: "saveLists", params: { count: number }, label: string): Promise<void>;
  async #save(call: "saveRatings", params: null, label: string): Promise<void>;
  async #save(call: "saveModel" | "saveLists" | "saveRatings", params: never, label: string): Promise<void> {
    const file = await this.#app.run("save", label, async (job) => {
      const { signal } = job.controller;
      const saved = await this.#app.call(call, params, {
        signal,
        onNews: ({ share, rows }) =>
          this.#app.progress(job, share, `${percent(share, 0)}, ${short(rows ?? 0)} rows`),
      });
      // The answer may have been on its way already.
      signal.throwIfAborted();
      return saved;
    });
    if (file === undefined) return;
    download(file.name, file.blob);
    this.#app.notices.say(`${file.name} (${bytes(file.blob.size)}) is in your downloads.`);
  }

  async #showKept(): Promise<void> {
    const stored = await this.#app.call("kept", null).catch(() => undefined);
    const { model } = this.#app;
    keepingFocus(this.#kept, () => this.#drawKept(stored, model));
  }

  #drawKept(stored: StoredModel | undefined, model: ModelFacts | undefined): void {
    fill(
      this.#kept,
      h(
        "p",
        { class: "hint" },
        stored === undefined ? "Nothing is kept." : `Kept: ${stored.name}, ${bytes(stored.bytes)}.`,
      ),
      h(
        "button",
        { type: "button", class: "button", disabled: model === undefined, onclick: () => void this.#keep() },
        "Keep this model",
      ),
      stored !== undefined && [
        h(
          "button",
          { type: "button", class: "button", onclick: () => void this.#restore(stored) },
          "Open it",
        ),
        h("button", { type: "button", class: "button", onclick: () => void this.#forget() }, "Forget it"),
      ],
    );
  }

  async #keep(): Promise<void> {
    const stored = await this.#app.run("save", "Keeping the model", (job) =>
      this.#app.call("keep", null, {
        signal: job.controller.signal,
        onNews: ({ share }) => this.#app.progress(job, share, ""),
      }),
    );
    if (stored !== undefined)
      this.#app.notices.say(`The model is kept in this browser: ${bytes(stored.bytes)}.`);
    await this.#showKept();
  }

  async #restore({ name }: StoredModel): Promise<void> {
    const model = await this.#app.run("open", `Opening ${name}`, ({ controller }) =>
      this.#app.call("restore", null, { signal: controller.signal }),
    );
    if (model === undefined) return;
    this.#app.setModel(model);
    this.#app.notices.say(`${name} is open: it answers now.`);
    await this.#showKept();
  }

  async #forget(): Promise<void> {
    await this.#app.run("save", "Forgetting the model", () => this.#app.call("forget", null));
    await this.#showKept();
  }
}

function factsOf(model: ModelFacts): string {
  const { name, factors, bytes: size, parameters, full, hasUsers } = model;
  const instead = hasUsers
    ? ` ${short(parameters)} numbers stand for ${short(full)} (${percent(parameters / full)}).`
    : "";
  return `${name}: ${sizeOf(model)} by ${counted(factors, "factor")}, ${bytes(size)}.${instead}`;
}

function code(text: string): HTMLElement {
  return withArrows(h("pre", { tabindex: 0 }, h("code", {}, text)));
}
