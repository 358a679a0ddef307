import { h } from "./dom.js";
import { plain } from "./format.js";

/** More than this need a line of their own on narrow screens. */
const FEW = 5;

/** Says what the stars stand for. */
export function starsHint(values: readonly number[]): string {
  const [least, most] = [plain(values[0]!), plain(values.at(-1)!)];
  if (values.length === 1) return `All ratings are ${least}: one star is that.`;
  return `One star is ${least}, ${values.length} stars are ${most}.`;
}

/** A rating by stars, each of which is a value: radio buttons, so that arrow keys work, and one more that takes it back. */
export function starField(
  name: string,
  label: string,
  values: readonly number[],
  value: number | undefined,
  onRate: (value: number | undefined) => void,
): HTMLElement {
  const clear = h(
    "button",
    {
      type: "button",
      class: "bare small",
      "aria-label": `clear the rating of ${label}`,
      hidden: value === undefined,
      onclick: () => {
        for (const input of field.querySelectorAll("input")) input.checked = false;
        clear.hidden = true;
        field.querySelector("input")?.focus();
        onRate(undefined);
      },
    },
    "clear",
  );
  const field = h(
    "fieldset",
    { class: values.length > FEW ? "stars many" : "stars" },
    h("legend", { class: "visually-hidden" }, `Rate ${label}`),
    values.map((one, at) =>
      h(
        "label",
        { title: plain(one) },
        h("input", {
          type: "radio",
          name,
          value: one,
          "aria-label": `${at + 1} of ${values.length} ${values.length === 1 ? "star" : "stars"}: ${plain(one)}`,
          checked: one === value,
          onchange: () => {
            clear.hidden = false;
            onRate(one);
          },
        }),
        h("span", { "aria-hidden": "true" }, "★"),
      ),
    ),
    clear,
  );
  return field;
}

/** For implicit feedback: liked, or not. */
export function likeField(
  label: string,
  liked: boolean,
  onLike: (value: number | undefined) => void,
): HTMLElement {
  const button = h(
    "button",
    {
      type: "button",
      class: "chip",
      "aria-pressed": String(liked),
      "aria-label": `like ${label}`,
      onclick: () => {
        const now = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", String(now));
        onLike(now ? 1 : undefined);
      },
    },
    h("span", { "aria-hidden": "true" }, "♥"),
    "like",
  );
  return button;
}
