const FOCUSABLE = "a[href], button, input, select, summary, textarea, [tabindex]";

/** What it is called, so that what is drawn anew in its place is known again. */
function nameOf(element: Element): string | null {
  const label = (element as Partial<HTMLInputElement>).labels?.[0];
  return element.getAttribute("aria-label") ?? (label ?? element).textContent;
}

/**
 * Draws anew what is inside an element. The focus, where it was inside, goes to what is called the same afterwards, or else to
 * what stands in that place: without a mouse one would have to begin at the top of the page again.
 */
export function keepingFocus(within: Element, draw: () => void): void {
  const places = (): HTMLElement[] =>
    [...within.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((place) => place.tabIndex >= 0);
  const focused = document.activeElement as HTMLElement;
  const at = places().indexOf(focused);
  const name = nameOf(focused);
  draw();
  if (at < 0) return;
  const now = places();
  (now.find((place) => nameOf(place) === name) ?? now[Math.min(at, now.length - 1)])?.focus();
}

/** Has what comes and goes by itself give the focus back: to where it came from, or where that is gone, to the results. */
export class FocusReturn {
  readonly #within: HTMLElement;
  #from: HTMLElement | null = null;

  constructor(within: HTMLElement) {
    this.#within = within;
    within.addEventListener("focusin", ({ relatedTarget }) => {
      if (relatedTarget instanceof HTMLElement && !within.contains(relatedTarget)) this.#from = relatedTarget;
    });
  }

  /** Takes away what is in it, or all of it, by a function that does. */
  leaving(leave: () => void): void {
    const had = this.#within.contains(document.activeElement);
    leave();
    if (!had) return;
    const there = this.#from?.checkVisibility() && !this.#from.matches(":disabled");
    (there ? this.#from : document.querySelector<HTMLElement>("main"))?.focus();
  }
}

/** Says that a button does nothing for now. A disabled one would lose the focus, and whoever pressed it their place. */
export function setBusy(button: HTMLButtonElement, busy: boolean): void {
  if (busy) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
}
