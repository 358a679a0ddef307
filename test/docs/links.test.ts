import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { read, root } from "../house/sources.js";
import { pages } from "./pages.js";

/** Addresses of links and pictures that stay in the repository. */
function addresses(page: string): string[] {
  return [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, address]) => address!)
    .filter((address) => !/^[a-z]+:/.test(address));
}

/** The same without the part of the page. */
function targets(page: string): string[] {
  return addresses(page)
    .map((address) => address.replace(/#.*/, ""))
    .filter((target) => target !== "");
}

/** What GitHub calls the headings of a page. */
function anchors(page: string): Set<string> {
  const headings = read(page).matchAll(/^#{1,6} (.+)$/gm);
  return new Set(
    Array.from(headings, ([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
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

  it("lead to headings that are there", () => {
    const parts = pages().flatMap((page) =>
      addresses(page).flatMap((address) => {
        const [target, part] = address.split("#");
        return part === undefined ? [] : [{ page, target: target || basename(page), part }];
      }),
    );
    expect(parts.length).toBeGreaterThan(1);
    const broken = parts.filter(({ page, target, part }) => !anchors(join(dirname(page), target)).has(part));
    expect(broken).toEqual([]);
  });

  it("lead from the index to every page", () => {
    const listed = new Set(targets("docs/README.md").map((target) => `docs/${target}`));
    const others = pages().filter((page) => !["README.md", "docs/README.md"].includes(page));
    expect(others.length).toBeGreaterThan(15);
    expect(others.filter((page) => !listed.has(page))).toEqual([]);
  });
});
