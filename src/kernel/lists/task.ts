import type { ListLayout } from "./layout.js";

/** A batch of users, laid out in the memory, to take through all items. */
export interface ListTask {
  readonly kind: "lists";
  readonly layout: ListLayout;
  /** A target with so many better items is not followed any further. */
  readonly limit: number;
}
