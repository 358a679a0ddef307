import { h, icon } from "./dom.js";

/** Of what is seen, so much is gone on by a press. */
const STRIDE = 0.7;

/**
 * Shows where there is more to the side than is seen: that end fades, and an arrow goes there. Keys and fingers scroll the
 * element itself, so the arrows are for pointers alone.
 */
export function withArrows(element: HTMLElement): HTMLElement {
  const arrow = (end: "start" | "end", sign: 1 | -1): HTMLElement =>
    h(
      "button",
      {
        type: "button",
        class: `arrow ${end}`,
        tabindex: -1,
        "aria-hidden": "true",
        onclick: () => element.scrollBy({ left: sign * STRIDE * element.clientWidth }),
      },
      icon(end === "end" ? "next" : "back"),
    );
  const wrapper = h("div", { class: "overflow" }, element, arrow("start", -1), arrow("end", 1));
  const tell = (): void => {
    const { scrollLeft, scrollWidth, clientWidth } = element;
    wrapper.classList.toggle("more-start", scrollLeft > 1);
    wrapper.classList.toggle("more-end", scrollWidth - clientWidth - scrollLeft > 1);
  };
  element.addEventListener("scroll", tell, { passive: true });
  const observer = new ResizeObserver(tell);
  for (const one of [element, ...element.children]) observer.observe(one);
  return wrapper;
}

/** What may be wider than the screen, as a region that keys scroll too. */
export function scrollRegion(label: string, content: HTMLElement): HTMLElement {
  return withArrows(h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, content));
}
