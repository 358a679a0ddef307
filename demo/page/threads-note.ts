import type { EngineFacts } from "../protocol.js";
import type { App } from "./app.js";
import { fill, h, icon } from "./dom.js";

/** Says, where only one thread can work, why that is and what would help; nothing where all cores do. */
export function threadsNote(app: App): HTMLElement {
  const note = h("div", { class: "threads-note", role: "note", hidden: true });
  app.on("engine", (facts) => {
    const cores = navigator.hardwareConcurrency;
    note.hidden = facts === undefined || facts.threads > 1 || cores === 1;
    if (facts === undefined || note.hidden) return;
    fill(
      note,
      icon("chip"),
      h(
        "p",
        {},
        h("strong", {}, `Trains on 1 thread of ${cores} possible. `),
        "All of it works, more slowly. ",
        ...reasonAndRemedy(facts),
      ),
    );
  });
  return note;
}

function reasonAndRemedy({ threadsWhy }: EngineFacts): (string | HTMLElement)[] {
  if (crossOriginIsolated) return [`Why: ${threadsWhy}. Another browser may use all cores.`];
  return [
    "Browsers let threads share memory only in a page that is served with two headers, and this one was not: ",
    h("code", {}, "Cross-Origin-Opener-Policy: same-origin"),
    " and ",
    h("code", {}, "Cross-Origin-Embedder-Policy: require-corp"),
    ". Serve it with both, as ",
    h("code", {}, "npm run demo"),
    " does.",
  ];
}
