import Table from "cli-table3";
import type { Reporter, TestCase, TestModule, Vitest } from "vitest/node";

const HEAD = ["runtime or bundler", "version", "threads", "relaxed", "seconds", "SHA-256 of the factors"];
/** Digits of a hash that are told: tests compare them all. */
const DIGITS = 16;

/** Ends a run with one table: a line for each test that told a row, was skipped (with the reason), or failed. */
export class RowReport implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true } });
    for (const module of modules)
      for (const test of module.children.allTests()) {
        const line = lineOf(test);
        if (line !== undefined) table.push(line);
      }
    this.#vitest!.logger.log(table.toString());
  }
}

/** Nothing of a test that passed without a row, nor of one that was not chosen. */
function lineOf(test: TestCase): Table.HorizontalTableRow | undefined {
  const { row } = test.meta();
  const { state, ...result } = test.result();
  if (state === "skipped") {
    const note = "note" in result ? result.note : undefined;
    return note === undefined ? undefined : [test.name, { colSpan: 5, content: `skipped: ${note}` }];
  }
  if (state !== "passed") return [test.name, { colSpan: 5, content: "FAILED" }];
  if (row === undefined) return undefined;
  const { version, threads, relaxed, seconds, hash } = row;
  return [test.name, version, threads, relaxed ? "yes" : "no", seconds.toFixed(2), hash.slice(0, DIGITS)];
}
