import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "./chromium.js";
import { trainAndHash } from "./pages/train-and-hash.js";
import { type StaticServer, serveStatic } from "./static-server.js";

const lib = fileURLToPath(new URL("../../build/lib", import.meta.url));
const pages = fileURLToPath(new URL("pages", import.meta.url));

describe.each([{ isolated: true }, { isolated: false }])(
  "a page, cross-origin isolated: $isolated",
  ({ isolated }) => {
    let browser: Browser;
    let server: StaticServer;

    beforeAll(async () => {
      if (!existsSync(`${lib}/index.js`)) throw new Error("build/lib is missing: run npm run build");
      server = await serveStatic({ lib, pages }, { isolated });
      browser = await launchChromium();
    });

    afterAll(async () => {
      await browser?.close();
      await server?.close();
    });

    test.each(["float64", "float32"] as const)(
      "trains inline to the very factors of Node, %s",
      async (precision) => {
        const built: typeof import("../../src/index.js") = await import(
          /* @vite-ignore */ pathToFileURL(`${lib}/index.js`).href
        );
        const here = await trainAndHash(built, precision);
        const page = await browser.newPage();
        const errors: string[] = [];
        page.on("pageerror", (error) => errors.push(error.message));
        await page.goto(`${server.url}/`);
        const there = await page.evaluate(
          `Promise.all([import("/lib/index.js"), import("/pages/train-and-hash.js")])
         .then(([library, { trainAndHash }]) => trainAndHash(library, "${precision}"))`,
        );
        expect(errors).toEqual([]);
        expect(there).toEqual({ ...here, isolated });
        expect(here.rmse).toBeGreaterThan(0);
        expect(here.rmse).toBeLessThan(1.45);
        await page.close();
      },
    );
  },
);
