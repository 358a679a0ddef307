import type { ModelFacts } from "../protocol.js";
import type { App } from "./app.js";
import { fill, h } from "./dom.js";
import { counted } from "./format.js";

/** Says whose answers those below are: ratings may have come since, and a model may come from a file. */
export function modelLine(app: App): HTMLElement {
  const line = h("p", { class: "hint model-line", hidden: true });
  app.on("model", (model) => {
    line.hidden = model === undefined;
    if (model === undefined) return;
    const { name, factors } = model;
    fill(
      line,
      "Answers come from ",
      h("strong", {}, name),
      `: ${sizeOf(model)}, ${counted(factors, "factor")}`,
    );
  });
  return line;
}

/** "1,500 users × 1,200 items"; a model for folding in knows no users, and has items alone. */
export function sizeOf({ users, items, hasUsers }: ModelFacts): string {
  const those = counted(items, "item");
  return hasUsers ? `${counted(users, "user")} × ${those}` : those;
}
