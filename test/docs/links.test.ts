import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { read, root } from "../house/sources.js";
import { pages } from "./pages.js";

/** Addresses of links and pictures that stay in the repository, without the part of the page. */
function targets(page: string): string[] {
  return [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!.replace(/#.*/, ""))
    .filter((target) => target !== "" && !/^[a-z]+:/.test(target));
}

describe("links in README.md and docs/", () => {
  it("lead to files that are there", () => {
    const broken = pages().flatMap((page) =>
      targets(page)
        .filter((target) => !existsSync(join(root, dirname(page), target)))
        .map((target) => `${page} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it("lead from the index to every page", () => {
    const listed = new Set(targets("docs/README.md").map((target) => `docs/${target}`));
    const others = pages().filter((page) => !["README.md", "docs/README.md"].includes(page));
    expect(others.length).toBeGreaterThan(15);
    expect(others.filter((page) => !listed.has(page))).toEqual([]);
  });
});
