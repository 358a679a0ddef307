import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { root } from "../house/sources.js";
import { CASES, type Case } from "../translate/cases.js";

const page = readFileSync(`${root}/docs/coming-from.md`, "utf8");

/** The rows of a section's table of parameters: name, default, what it is here. */
function rowsOf(library: string): readonly (readonly [name: string, byDefault: string, here: string])[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${library}\n`)) ?? "";
  return [...section.matchAll(/^\| `(\w+)` \| (.*?) \| (.*) \|$/gm)].map(([, name, byDefault, here]) => [
    name!,
    byDefault!,
    here!,
  ]);
}

function writtenDefault({ byDefault, written, ignored }: Case): string {
  if (written !== undefined) return written;
  return byDefault === "" && !ignored ? "–" : JSON.stringify(byDefault);
}

describe("docs/coming-from.md", () => {
  it.each(Object.entries(CASES))(
    "has each parameter of %s once, with its default and fate",
    (library, cases) => {
      const rows = rowsOf(library);
      expect(rows.map(([name]) => name).sort()).toEqual(Object.keys(cases.params).sort());
      for (const [name, byDefault, here] of rows) {
        const one = cases.params[name]!;
        expect(byDefault, name).toBe(writtenDefault(one));
        if (one.ignored) expect(here, name).toMatch(/^ignored/);
        else if (one.options === undefined) expect(here, name).toMatch(/refused/);
        else expect(here, name).not.toMatch(/^(?:ignored|refused$)/);
      }
    },
  );
});
