import type { TestContext } from "vitest";
import type { Told } from "../../examples/train.js";

/** A line of the table, which begins with the test's name: where the packed library ran, and what came of it. */
export interface Row extends Told {
  /** Of the runtime or bundler. */
  readonly version: string;
}

declare module "vitest" {
  interface TaskMeta {
    row?: Row;
  }
}

/** Hands a row over to the table that the run ends with (RowReport). */
export function tellRow({ task }: TestContext, row: Row): void {
  task.meta.row = row;
}
