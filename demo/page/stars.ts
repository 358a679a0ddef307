import { h } from "./dom.js";
import { fixed } from "./format.js";

/** Five steps up to the greatest value that there is; for 0.5–5 and 1–5 the whole stars. */
export function starValues([min, max]: readonly [number, number]): number[] {
  return [1, 2, 3, 4, 5].map((star) => Math.max(min, Number(((max * star) / 5).toPrecision(3))));
}

/** A rating by five stars: radio buttons, so that arrow keys work, and one more that takes it back. */
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
    { class: "stars" },
    h("legend", { class: "visually-hidden" }, `Rate ${label}`),
    values.map((one, at) =>
      h(
        "label",
        { title: fixed(one, 1) },
        h("input", {
          type: "radio",
          name,
          value: one,
          "aria-label": `${at + 1} of 5 stars`,
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
