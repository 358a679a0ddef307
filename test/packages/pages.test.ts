import { availableParallelism } from "node:os";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../browser/chromium.js";
import { example, installedVersion, npmRun } from "./example.js";
import { visit } from "./page.js";
import { referenceHash } from "./reference.js";
import { tellRow } from "./row.js";
import { serve } from "./server.js";
import { serveSite } from "./site.js";

interface Project {
  readonly name: string;
  readonly project: string;
  /** The package that builds it; none where nothing is built. */
  readonly bundler?: string;
  /** The folder that is the site, and the page in it. */
  readonly site: string;
  readonly page: string;
}

/** A page that lies beside what the bundler made of it. */
const beside = (name: string, bundler: string, { project = bundler, page = "index.html" } = {}): Project => ({
  name,
  project,
  bundler,
  site: example(project),
  page,
});
/** A page that Vite made anew. */
const byVite = (name: string, project: string): Project => ({
  name,
  project,
  bundler: "vite",
  site: example(project, "dist"),
  page: "index.html",
});

const PROJECTS: readonly Project[] = [
  { name: "static files", project: "static", site: example("."), page: "static/index.html" },
  beside("strict CSP (esbuild)", "esbuild", { project: "csp" }),
  beside("esbuild, one script", "esbuild"),
  beside("esbuild, modules", "esbuild", { page: "modules.html" }),
  byVite("Vite", "vite"),
  byVite("Vite, in a worker", "vite-worker"),
  beside("webpack", "webpack"),
  beside("webpack, in a worker", "webpack", { project: "webpack-worker" }),
  beside("rollup", "rollup"),
  beside("rolldown", "rolldown"),
];
const ISOLATED = [true, false] as const;
/** What a bundler says when something about the package is not as it should be. */
const COMPLAINT = /\bwarning\b|^\s*\(!\)/im;

let browser: Browser;
let expected: string;

beforeAll(async () => {
  browser = await launchChromium();
  expected = await referenceHash();
});

afterAll(async () => {
  await browser?.close();
});

/** Threads in a page: one for each core, or one where memory cannot be shared. */
function threads(isolated: boolean): number {
  return isolated ? availableParallelism() : 1;
}

function title(name: string, isolated: boolean): string {
  return `${name}, page ${isolated ? "isolated" : "not isolated"}`;
}

describe("a page of", () => {
  const built = new Map<string, Promise<string>>();
  /** Builds an example once; resolves to what the bundler said. */
  const build = (project: string): Promise<string> => {
    const building = built.get(project) ?? npmRun(project, "build");
    built.set(project, building);
    return building;
  };

  for (const { name, project, bundler, site: folder, page } of PROJECTS)
    for (const isolated of ISOLATED)
      test(title(name, isolated), async (context) => {
        if (bundler !== undefined) expect(await build(project)).not.toMatch(COMPLAINT);
        const site = await serveSite(folder, isolated);
        try {
          const told = await visit(browser, { url: `${site.url}/${page}`, isolated });
          const version =
            bundler === undefined ? `Chromium ${browser.version()}` : installedVersion(project, bundler);
          tellRow(context, { version, ...told });
          expect(told).toMatchObject({ hash: expected, threads: threads(isolated), relaxed: true });
        } finally {
          await site.close();
        }
      });

  for (const isolated of ISOLATED)
    test(title("Vite's development server", isolated), async (context) => {
      const vite = example("vite", "node_modules/vite/bin/vite.js");
      const args = [vite, "--host", "127.0.0.1", "--port", "0", "--force"];
      const server = await serve("vite", process.execPath, args, /(http:\/\/127\.0\.0\.1:\d+\/)/);
      try {
        const told = await visit(browser, { url: server.said, isolated, addHeaders: true });
        tellRow(context, { version: installedVersion("vite", "vite"), ...told });
        expect(told).toMatchObject({ hash: expected, threads: threads(isolated), relaxed: true });
      } finally {
        await server.close();
      }
    });
});
