import type { App } from "./app.js";
import { fill, h, icon } from "./dom.js";
import { short } from "./format.js";

/** Where the style sheet has one column. */
const NARROW: MediaQueryList = matchMedia("(width < 900px)");

/**
 * What is trained on, and how: beside the answers; on narrow screens above them, where it folds into one line as soon as
 * a model answers, and unfolds when that line is pressed.
 */
export function panels(app: App, ...content: readonly HTMLElement[]): HTMLElement {
  const body = h("div", { class: "panels", id: "panels" }, content);
  const summary = h("span", { class: "hint" });
  const button = h(
    "button",
    {
      type: "button",
      class: "fold",
      "aria-controls": "panels",
      onclick: () => {
        folded = !folded;
        show();
      },
    },
    h("span", { class: "name" }, "Ratings and model"),
    summary,
    icon("next"),
  );
  const title = h("h2", { class: "fold-title" }, button);
  const element = h("aside", { "aria-label": "Ratings and model" }, title, body);
  let folded = false;
  const show = (): void => {
    const { data, model } = app;
    const foldable = NARROW.matches && model !== undefined;
    const hides = foldable && folded;
    const takesFocus = hides && !body.hidden && body.contains(document.activeElement);
    title.hidden = !foldable;
    button.setAttribute("aria-expanded", String(!hides));
    body.hidden = hides;
    if (takesFocus) button.focus({ preventScroll: true });
    fill(
      summary,
      [data && `${short(data.ratings)} ratings`, model && `K ${model.factors}`]
        .filter((words) => words !== undefined)
        .join(" · "),
    );
  };
  app.on("model", () => {
    folded = true;
    show();
    // What folds was above what is looked at, which would be gone from the screen.
    if (!title.hidden && element.getBoundingClientRect().bottom < 0) element.scrollIntoView();
  });
  app.on("data", show);
  NARROW.addEventListener("change", show);
  show();
  return element;
}
