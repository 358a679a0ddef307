import type { EngineFacts } from "../protocol.js";
import type { App } from "./app.js";
import { fill, h, icon } from "./dom.js";
import { themePicker } from "./theme.js";

/** The name, the promise that data stays, and what works here. */
export function header(app: App): HTMLElement {
  const engine = h(
    "button",
    { type: "button", class: "badge", onclick: () => app.notices.say(aboutEngine(app.engine)) },
    icon("chip"),
    h("span", {}, "starting"),
  );
  app.on("engine", (facts) => {
    const threads = facts?.threads ?? 1;
    fill(engine, icon("chip"), h("span", {}, threads === 1 ? "1 thread" : `${threads} threads`));
  });
  return h(
    "header",
    {},
    h("a", { class: "skip", href: "#main" }, "Skip to the results"),
    h("h1", {}, logo(), "Alternant", h("span", {}, "playground")),
    h(
      "p",
      {
        class: "badge stays",
        title:
          "Files are read, models trained and questions answered on this device. Nothing in this page sends anything, and its Content-Security-Policy has the browser refuse it.",
      },
      icon("lock"),
      h("span", {}, "Your data stays on this device"),
    ),
    engine,
    themePicker(),
  );
}

function aboutEngine(facts: EngineFacts | undefined): string {
  if (facts === undefined) return "The kernels are being compiled.";
  return `Kernels: ${facts.build}. Threads: ${facts.threads} (${facts.threadsWhy}).`;
}

function logo(): HTMLElement {
  return h("img", { src: "./icon.svg", alt: "", width: 26, height: 26 });
}
