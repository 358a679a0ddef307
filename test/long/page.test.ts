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
/** Runs of which the best counts on the clock: a task that waits is long in each, other processes stretch only some. */
const RUNS = 8;

/** What a piece of work did to the main thread, in milliseconds. */
interface Held<T> {
  readonly result: T;
  /** Of one task, the most processor time: what other processes do to a busy machine is not in it. */
  readonly processor: number;
  /** Of one task, the longest that the page was told of, on the clock; 0 where none reached 50 ms. */
  readonly longTask: number;
  /** How late a timer of the page came, on the clock. */
  readonly timer: number;
}

/** An event of Chromium's trace; durations in microseconds, `tdur` of processor time. */
interface TraceEvent {
  readonly name: string;
  /** "X" for one that has a duration. */
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** The most processor time, in milliseconds, of a task of a page's main thread or of a part of one, and their number. */
function mainThreadTasks(trace: Buffer): { processor: number; count: number } {
  const { traceEvents: events } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const key = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const threads = new Set(
    events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(key),
  );
  const times = events
    .filter((event) => event.ph === "X" && threads.has(key(event)))
    .map(({ tdur = 0 }) => tdur / 1000);
  return { processor: times.reduce((most, time) => Math.max(most, time), 0), count: times.length };
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

    async function held<T>(expression: string): Promise<Held<T>> {
      await browser.startTracing(page, { categories: ["toplevel"] });
      const { result, longestTask, latestTimer } = await inPage<{
        result: T;
        longestTask: number;
        latestTimer: number;
      }>(`main.watched(async () => ${expression})`);
      const { processor, count } = mainThreadTasks(await browser.stopTracing());
      expect(count, "tasks in the trace").toBeGreaterThan(10);
      return { result, processor, longTask: longestTask, timer: latestTimer };
    }

    /** No task of any run takes 50 ms of processor time, and a run comes in which none does on the clock either. */
    async function expectFree<T>(what: string, expression: string): Promise<T> {
      const told: string[] = [];
      for (let run = 1; ; run++) {
        const { result, processor, longTask, timer } = await held<T>(expression);
        told.push(`${processor.toFixed(1)} / ${longTask.toFixed(0)} / ${timer.toFixed(1)}`);
        expect(processor, `processor time of a task during ${what}`).toBeLessThan(LONG_TASK);
        if (run < RUNS && (longTask > 0 || timer >= LONG_TASK)) continue;
        console.log(
          `isolated: ${isolated}, ${what}, ms: processor time of a task / long task / late timer: ${told.join(", ")}`,
        );
        expect(longTask, `a long task during ${what}`).toBe(0);
        expect(timer, `a late timer during ${what}`).toBeLessThan(LONG_TASK);
        return result;
      }
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

    test("is watched rightly: a task that is too long shows, and none does while nothing is done", async () => {
      const { processor, longTask, timer } = await held("main.block(400)");
      expect(longTask).toBeGreaterThanOrEqual(395);
      expect(timer).toBeGreaterThanOrEqual(390);
      // Of 400 ms on the clock, what a busy machine lets the page have.
      expect(processor).toBeGreaterThanOrEqual(LONG_TASK);
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
        const as = JSON.stringify(options);
        const trained = await expectFree<{ threads: number }>(`training, ${as}`, `main.train(${as})`);
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
        const told = latencies.map((ms) => ms.toFixed(1)).join(", ");
        console.log(
          `isolated: ${isolated}, abort ${delay} ms after the start, ms until the fit rejects: ${told}`,
        );
        expect(latencies.at(-1)).toBeLessThan(ABORT);
      }
    });
  },
);
