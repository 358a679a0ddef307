import type { ModelFacts } from "../../protocol.js";
import type { App } from "../app.js";
import { fill, h } from "../dom.js";
import { empty } from "../parts.js";

/** A tab that asks a model: it is made when it is first looked at, and made anew for another model. */
export abstract class ModelView {
  readonly element: HTMLElement = h("div", { class: "view" });
  protected readonly app: App;
  #fresh = false;
  #visible = false;

  constructor(app: App) {
    this.app = app;
    app.on("model", () => {
      this.#fresh = false;
      if (this.#visible) this.look();
    });
  }

  /** What is written where there is no model: what would be seen here. */
  protected abstract readonly promise: string;
  /** Whether the model's own users are needed. */
  protected readonly needsUsers: boolean = true;

  /** Called when the tab is shown. */
  look(): void {
    this.#visible = true;
    const { model } = this.app;
    if (model === undefined) {
      this.#fresh = false;
      fill(this.element, empty("No model yet", `${this.promise} Train one first, or open a model file.`));
      return;
    }
    if (this.needsUsers && !model.hasUsers) {
      fill(
        this.element,
        empty(
          "This model knows no users",
          "It holds items alone, for folding in new people: “Rate and see” and “Items” work. Open the whole model for the rest.",
        ),
      );
      return;
    }
    if (this.#fresh) return;
    this.#fresh = true;
    this.open(model).catch((error: unknown) => {
      this.#fresh = false;
      this.app.fail(error);
    });
  }

  hide(): void {
    this.#visible = false;
  }

  protected abstract open(model: ModelFacts): Promise<void>;

  /** Runs what answers somebody's click, and says what it failed of. */
  protected act(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.app.fail(error));
  }
}
