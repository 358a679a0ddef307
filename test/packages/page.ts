import type { Browser } from "playwright-core";
import { expect } from "vitest";
import type { Told } from "../../examples/train.js";
import { ISOLATION } from "../browser/static-files.js";

/** How long a page may take to show what it came to, in milliseconds. */
const TIMEOUT = 60_000;

export interface Visit {
  readonly url: string;
  /** Whether the server sends the headers that threads need. */
  readonly isolated: boolean;
  /** Adds these headers to what a server sends that has none. */
  readonly addHeaders?: boolean;
}

/**
 * Opens a page among the examples, waits for what it shows, and holds it to be quiet: no error or warning on the console,
 * no request that fails or goes to another origin.
 */
export async function visit(browser: Browser, { url, isolated, addHeaders = false }: Visit): Promise<Told> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("requestfailed", (request) => complaints.push(`${request.url()} failed`));
    page.on("response", (response) => {
      if (response.status() >= 400) complaints.push(`${response.url()} answered ${response.status()}`);
    });
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol.startsWith("http") && origin !== new URL(url).origin)
        complaints.push(`${request.url()} is of another origin`);
    });
    if (addHeaders && isolated)
      await page.route("**/*", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, headers: { ...response.headers(), ...ISOLATION } });
      });
    await page.goto(url);
    expect(await page.evaluate("globalThis.crossOriginIsolated")).toBe(isolated);
    const shown = await page.locator("output", { hasText: "{" }).textContent({ timeout: TIMEOUT });
    const told = JSON.parse(shown ?? "") as Told | { error: string };
    expect(complaints).toEqual([]);
    if ("error" in told) throw new Error(`${url} shows: ${told.error}`);
    return told;
  } finally {
    await context.close();
  }
}
