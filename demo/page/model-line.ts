import type { App } from "./app.js";
import { fill, h } from "./dom.js";
import { integer } from "./format.js";

/** Says whose answers those below are: ratings may have come since, and a model may come from a file. */
export function modelLine(app: App): HTMLElement {
  const line = h("p", { class: "hint model-line", hidden: true });
  app.on("model", (model) => {
    line.hidden = model === undefined;
    if (model === undefined) return;
    const { name, factors, users, items, hasUsers } = model;
    const size = hasUsers ? `${integer(users)} users × ${integer(items)} items` : `${integer(items)} items`;
    fill(line, "Answers come from ", h("strong", {}, name), `: ${size}, ${factors} factors`);
  });
  return line;
}
