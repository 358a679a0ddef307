import { h } from "./dom.js";

const KEY = "alternant-theme";
const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const listeners: Set<() => void> = new Set();

/** Calls back when colours change: what is drawn on a canvas has to be drawn anew. */
export function onTheme(listener: () => void): void {
  listeners.add(listener);
}

let probe: HTMLElement | undefined;

/** A colour of the style sheet as the canvas understands it. */
export function colour(name: string): string {
  probe ??= h("span", { hidden: true });
  if (!probe.isConnected) document.body.append(probe);
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

function stored(): Theme {
  try {
    const theme = localStorage.getItem(KEY);
    return THEMES.find((one) => one === theme) ?? "auto";
  } catch {
    // Storage may be forbidden: then the system decides each time.
    return "auto";
  }
}

function apply(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  for (const listener of listeners) listener();
}

export function themePicker(): HTMLElement {
  const current = stored();
  apply(current);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => apply(stored()));
  return h(
    "label",
    { class: "theme" },
    h("span", { class: "visually-hidden" }, "Colours"),
    h(
      "select",
      {
        onchange: ({ target }: Event) => {
          const theme = (target as HTMLSelectElement).value as Theme;
          try {
            localStorage.setItem(KEY, theme);
          } catch {
            // Kept for this visit only.
          }
          apply(theme);
        },
      },
      THEMES.map((theme) =>
        h(
          "option",
          { value: theme, selected: theme === current },
          { auto: "Auto", light: "Light", dark: "Dark" }[theme],
        ),
      ),
    ),
  );
}
