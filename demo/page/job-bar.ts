import type { App, Job } from "./app.js";
import { fill, h } from "./dom.js";
import { FocusReturn, setBusy } from "./focus.js";
import { percent } from "./format.js";

/** What runs, how far it is, and the button that stops it. */
export class JobBar {
  readonly element: HTMLElement = h("section", {
    class: "job",
    "aria-label": "What is going on",
    hidden: true,
  });
  readonly #focus: FocusReturn = new FocusReturn(this.element);
  readonly #label: HTMLElement = h("span", { class: "job-label" });
  readonly #detail: HTMLElement = h("span", { class: "muted number" });
  readonly #bar: HTMLProgressElement = h("progress", { max: 1, "aria-label": "Progress" });
  readonly #stop: HTMLButtonElement;

  constructor(app: App) {
    this.#stop = h(
      "button",
      {
        type: "button",
        class: "button small",
        onclick: () => void app.stop(),
      },
      "Cancel",
    );
    this.element.append(h("div", { class: "job-line" }, this.#label, this.#detail, this.#stop), this.#bar);
    app.on("job", (job) => this.#show(job));
  }

  #show(job: Job | undefined): void {
    if (job === undefined) {
      this.#focus.leaving(() => {
        this.element.hidden = true;
      });
      return;
    }
    this.element.hidden = false;
    const stopping = job.controller.signal.aborted;
    setBusy(this.#stop, stopping);
    fill(this.#label, job.label);
    fill(this.#detail, stopping ? "stopping …" : detailOf(job));
    if (job.share === undefined) this.#bar.removeAttribute("value");
    else this.#bar.value = job.share;
  }
}

function detailOf({ detail, share }: Job): string {
  if (detail !== "" || share === undefined) return detail;
  return percent(share, 0);
}
