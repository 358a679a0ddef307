import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../browser/chromium.js";
import { type StaticServer, serveStatic } from "../browser/static-server.js";

const lib = fileURLToPath(new URL("../../build/lib", import.meta.url));
const pages = fileURLToPath(new URL("pages", import.meta.url));

/** What the browser calls a long task, in milliseconds. */
const LONG_TASK = 50;
const ABORT = 100;
/**
 * A task of the library's own is there in every run; what other processes of a busy machine do to the page is not. So the
 * best of a few runs is what counts.
 */
const RUNS = 4;

interface Watched<T> {
  result: T;
  longestTask: number;
  latestTimer: number;
}

describe.each([{ isolated: true }, { isolated: false }])(
  "the main thread of a page, cross-origin isolated: $isolated",
  ({ isolated }) => {
    let browser: Browser;
    let server: StaticServer;
    let page: Page;

    /** Evaluates an expression over what pages/main-thread.js exports. */
    const inPage = <T>(expression: string): Promise<T> =>
      page.evaluate(`import("/pages/main-thread.js").then((main) => ${expression})`);
    const watch = <T>(expression: string): Promise<Watched<T>> =>
      inPage(`main.watched(async () => ${expression})`);

    /** Runs it until a run shows no task and no delay above the limit, at most a few times, and tells what was seen. */
    async function expectFree<T>(what: string, expression: string): Promise<T> {
      const runs: Watched<T>[] = [];
      for (let run = 0; run < RUNS; run++) {
        runs.push(await watch<T>(expression));
        const { longestTask, latestTimer } = runs.at(-1)!;
        if (longestTask === 0 && latestTimer < LONG_TASK) break;
      }
      const told = runs.map(
        ({ longestTask, latestTimer }) =>
          `${longestTask === 0 ? `below ${LONG_TASK}` : longestTask.toFixed(0)} / ${latestTimer.toFixed(1)}`,
      );
      const last = runs.at(-1)!;
      console.log(
        `isolated: ${isolated}, ${what}: longest task / latest timer, ms: ${told.join(", ")} ${JSON.stringify(last.result)}`,
      );
      expect(last.longestTask, `the longest task of ${what}`).toBe(0);
      expect(last.latestTimer, `the latest timer during ${what}`).toBeLessThan(LONG_TASK);
      return last.result;
    }

    beforeAll(async () => {
      server = await serveStatic({ lib, pages }, { isolated });
      browser = await launchChromium();
      page = await browser.newPage();
      await page.goto(`${server.url}/`);
    });

    afterAll(async () => {
      await browser?.close();
      await server?.close();
    });

    test("is watched rightly: it shows a task that is too long, and none while nothing is done", async () => {
      const held = await watch("main.block(80)");
      expect(held.longestTask).toBeGreaterThanOrEqual(75);
      expect(held.latestTimer).toBeGreaterThanOrEqual(60);
      await expectFree("nothing", "main.idle(500)");
    });

    test("is free while an engine starts and a million ratings are read and trained", async () => {
      expect(await inPage("globalThis.crossOriginIsolated")).toBe(isolated);
      const threads = await expectFree<number>("the start of an engine", "main.startEngine()");
      if (isolated) expect(threads).toBeGreaterThan(1);
      else expect(threads).toBe(1);
      expect(await expectFree("reading a million ratings", "main.readRatings()")).toBe(1_000_000);
      for (const options of [
        { factors: 64, epochs: 2, precision: "float32" },
        { factors: 32, epochs: 2, precision: "float64" },
      ]) {
        const trained = await expectFree<{ threads: number }>(
          `training, ${JSON.stringify(options)}`,
          `main.train(${JSON.stringify(options)})`,
        );
        expect(trained.threads).toBe(threads);
      }
    });

    test("has its fit end within 100 ms of an abort", async () => {
      await inPage("main.readRatings()");
      const options = JSON.stringify({ factors: 64, epochs: 1_000 });
      for (const delay of [5, 100, 400, 1_000]) {
        const latencies: number[] = [];
        while (latencies.length < RUNS && !(latencies.at(-1)! < ABORT))
          latencies.push(await inPage<number>(`main.abortAfter(${delay}, ${options})`));
        console.log(
          `isolated: ${isolated}, abort ${delay} ms after the start, to rejection, ms: ${latencies.map((ms) => ms.toFixed(1)).join(", ")}`,
        );
        expect(latencies.at(-1)).toBeLessThan(ABORT);
      }
    });
  },
);
