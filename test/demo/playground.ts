import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";
import { launchChromium } from "../browser/chromium.js";
import { type StaticServer, serveStatic } from "../browser/static-server.js";

const demo = fileURLToPath(new URL("../../build/demo", import.meta.url));
/** Where pictures of the playground go, to be looked at. */
export const PICTURES: string = fileURLToPath(new URL("../../build/demo-pictures", import.meta.url));

export interface PlaygroundOptions extends BrowserContextOptions {
  /** Whether it is served with the headers that threads need. Default true. */
  readonly isolated?: boolean;
  /** A Content-Security-Policy from the server, beside the page's own. */
  readonly policy?: string;
  /** A script that the page's worker runs before its own: what a browser lacks, or how slow its disk is. */
  readonly workerBegins?: string;
  /** Runs before anything of the page does. */
  readonly before?: (context: BrowserContext, page: Page) => Promise<void>;
}

declare global {
  interface Window {
    /** Milliseconds of each long task of the main thread, with when it began. */
    longTasks: { readonly start: number; readonly duration: number }[];
  }
}

/** The playground in Chromium, with what it said on the console and asked of the network. */
export class Playground {
  readonly page: Page;
  readonly url: string;
  /** Errors and warnings of the console, exceptions, and requests to anybody else. */
  readonly problems: string[];
  readonly #context: BrowserContext;

  private constructor(page: Page, context: BrowserContext, url: string, problems: string[] = []) {
    this.problems = problems;
    this.page = page;
    this.#context = context;
    this.url = url;
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type()))
        this.problems.push(`${message.type()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => this.problems.push(`exception: ${error.message}`));
    context.on("request", (request) => {
      const address = new URL(request.url());
      if (address.protocol !== "blob:" && address.origin !== new URL(url).origin)
        this.problems.push(`request to ${request.url()}`);
    });
  }

  static async open(
    browser: Browser,
    server: StaticServer,
    options: PlaygroundOptions = {},
  ): Promise<Playground> {
    const { isolated: _, policy: __, workerBegins, before, ...context } = options;
    const opened = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      acceptDownloads: true,
      ...context,
    });
    await opened.addInitScript(() => {
      window.longTasks = [];
      new PerformanceObserver((list) => {
        for (const { startTime, duration } of list.getEntries())
          window.longTasks.push({ start: startTime, duration });
      }).observe({ type: "longtask", buffered: true });
    });
    const page = await opened.newPage();
    const playground = new Playground(page, opened, server.url);
    if (workerBegins !== undefined)
      await page.route("**/worker.js*", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `${workerBegins}\n${await response.text()}` });
      });
    await before?.(opened, page);
    await page.goto(`${server.url}/demo/index.html`);
    return playground;
  }

  /** The same in another tab of the same browser; its problems are told here. */
  async another(): Promise<Playground> {
    const other = new Playground(await this.#context.newPage(), this.#context, this.url, this.problems);
    await other.page.goto(`${this.url}/demo/index.html`);
    return other;
  }

  get train(): Locator {
    return this.page.getByRole("button", { name: "Train", exact: true });
  }

  get notice(): Locator {
    return this.page.locator(".notice");
  }

  tab(name: string): Locator {
    return this.page.getByRole("tab", { name, exact: true });
  }

  /** Waits for the world that it begins with. */
  async ready(): Promise<void> {
    await this.page.locator(".facts-box .source").waitFor();
    await this.page.locator(".job").waitFor({ state: "hidden" });
  }

  /** Sets an option of the model by its name on the page. */
  async set(name: string, value: number): Promise<void> {
    await this.page.getByLabel(name, { exact: true }).fill(String(value));
  }

  /** Trains to the end with so many factors and epochs. */
  async trained({ factors = 8, epochs = 4 }: { factors?: number; epochs?: number } = {}): Promise<void> {
    await this.set("Factors", factors);
    await this.set("Epochs", epochs);
    await this.train.click();
    await this.page.locator(".tile", { hasText: "Took" }).waitFor();
    await this.page.locator(".job").waitFor({ state: "hidden" });
  }

  /** Drops files that the page makes itself. */
  async drop(files: readonly { name: string; bytes: Uint8Array | string }[]): Promise<void> {
    const plain = files.map(({ name, bytes }) => ({
      name,
      base64: Buffer.from(bytes).toString("base64"),
    }));
    const transfer = await this.page.evaluateHandle((given) => {
      const data = new DataTransfer();
      for (const { name, base64 } of given)
        data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
      return data;
    }, plain);
    await this.page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  }

  /** What the browser saves when that button is pressed. */
  async downloaded(button: string): Promise<Buffer> {
    const event = this.page.waitForEvent("download");
    await this.page.getByRole("button", { name: button }).click();
    return readFileSync(await (await event).path());
  }

  /** The files that the page has in the browser's storage. */
  async keptFiles(): Promise<{ name: string; bytes: number }[]> {
    return this.page.evaluate(async () => {
      const files: { name: string; bytes: number }[] = [];
      // The types of the DOM have no iteration over folders yet.
      const folder = (await navigator.storage.getDirectory()) as FileSystemDirectoryHandle &
        AsyncIterable<[string, FileSystemFileHandle]>;
      for await (const [name, handle] of folder) files.push({ name, bytes: (await handle.getFile()).size });
      return files;
    });
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}

export interface Stage {
  readonly browser: Browser;
  open(options?: PlaygroundOptions): Promise<Playground>;
  close(): Promise<void>;
}

/** A browser and the servers that pages ask for. */
export async function stage(): Promise<Stage> {
  if (!existsSync(`${demo}/index.html`)) throw new Error("build/demo is missing: run npm run build");
  const browser = await launchChromium();
  const servers = new Map<string, Promise<StaticServer>>();
  return {
    browser,
    open: async (options = {}) => {
      const { isolated = true, policy } = options;
      const key = JSON.stringify([isolated, policy]);
      let server = servers.get(key);
      if (server === undefined) {
        server = serveStatic({ demo }, { isolated, ...(policy !== undefined && { policy }) });
        servers.set(key, server);
      }
      return Playground.open(browser, await server, options);
    },
    close: async () => {
      await browser.close();
      for (const server of servers.values()) await (await server).close();
    },
  };
}
