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

    test.each(isolated ? [1, 2, 3, 7] : [1])("trains to the golden factors, threads: %i", async (threads) => {
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      expect(await page.evaluate("globalThis.crossOriginIsolated")).toBe(isolated);
      const told = await page.evaluate(
        `(async () => {
          const library = await import("/lib/index.js");
          const { goldenHashes } = await import("/golden/fit.js");
          const engine = await library.Engine.create({ threads: ${threads} });
          const hashes = await goldenHashes(library, engine);
          await engine.dispose();
          return { threads: engine.threads, hashes };
        })()`,
      );
      expect(told).toEqual({ threads, hashes: golden });
      expect(errors).toEqual([]);
    });
  },
);

describe("a page whose Content-Security-Policy forbids workers from blobs", () => {
  let browser: Browser;
  let server: StaticServer;
  let page: Page;

  beforeAll(async () => {
    const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";
    server = await serveStatic({ lib, golden: goldenFolder }, { isolated: true, policy });
    browser = await launchChromium();
    page = await browser.newPage();
    await page.goto(`${server.url}/`);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** An engine made with these options: its threads, why, and whether its factors are the golden ones. */
  const engineOf = (options: string): Promise<{ threads: number; why: string; hash: string }> =>
    page.evaluate(`(async () => {
      const library = await import("/lib/index.js");
      const { goldenHash } = await import("/golden/fit.js");
      const engine = await library.Engine.create(${options});
      const hash = await goldenHash(library, { engine, precision: "float64", factors: 7 });
      const { threads, threadsWhy: why } = engine;
      await engine.dispose();
      return { threads, why, hash };
    })()`);

  test("has lanes from the package's worker script", async () => {
    const { threads, hash } = await engineOf(`{ threads: 2, workerUrl: "/lib/worker.js" }`);
    expect(threads).toBe(2);
    expect(hash).toBe(golden.float64[7]);
  });

  test("has one thread by default, is told why and what to do, and refuses more without the script", async () => {
    const { threads, why, hash } = await engineOf("{}");
    expect(threads).toBe(1);
    expect(why).toContain("Content-Security-Policy");
    expect(why).toContain('"alternant/worker"');
    expect(hash).toBe(golden.float64[7]);
    await expect(engineOf("{ threads: 2 }")).rejects.toThrow("Content-Security-Policy");
  });
});
