import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import golden from "../golden/factors.json";
import { launchChromium } from "./chromium.js";
import { type StaticServer, serveStatic } from "./static-server.js";

const lib = fileURLToPath(new URL("../../build/lib", import.meta.url));
const goldenFolder = fileURLToPath(new URL("../golden", import.meta.url));

describe.each([{ isolated: true }, { isolated: false }])(
  "a page that imports the built files as they are, cross-origin isolated: $isolated",
  ({ isolated }) => {
    let browser: Browser;
    let server: StaticServer;
    let page: Page;

    beforeAll(async () => {
      if (!existsSync(`${lib}/index.js`)) throw new Error("build/lib is missing: run npm run build");
      server = await serveStatic({ lib, golden: goldenFolder }, { isolated });
      browser = await launchChromium();
      page = await browser.newPage();
      await page.goto(`${server.url}/`);
    });

    afterAll(async () => {
      await browser?.close();
      await server?.close();
    });

    test("trains to the golden factors", async () => {
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      expect(await page.evaluate("globalThis.crossOriginIsolated")).toBe(isolated);
      const hashes = await page.evaluate(
        `Promise.all([import("/lib/index.js"), import("/golden/fit.js")])
         .then(([library, { goldenHashes }]) => goldenHashes(library))`,
      );
      expect(hashes).toEqual(golden);
      expect(errors).toEqual([]);
    });
  },
);
