import type { ModelFacts } from "../protocol.js";
import { h } from "./dom.js";
import { wordsOf } from "./notices.js";
import { WorkerError } from "./worker-client.js";

/** What stands in the place of reasons where there are none, and what would bring them. */
export function noReasons(error: unknown, model: ModelFacts | undefined): HTMLElement {
  const unkept = error instanceof WorkerError && error.code === "no-history";
  return h(
    "div",
    {},
    h("h3", {}, "No reasons"),
    h("p", { class: "muted" }, unkept ? withoutRatings(model) : wordsOf(error)),
  );
}

function withoutRatings(model: ModelFacts | undefined): string {
  const keeps = model?.history === "items" ? "which items were rated, not how" : "no ratings";
  return `This model keeps ${keeps}, and reasons are made of ratings. Train here, where models keep them, or train with history: "ratings" in Node.`;
}
