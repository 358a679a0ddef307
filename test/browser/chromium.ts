import chromium from "@sparticuz/chromium";
import { type Browser, type LaunchOptions, chromium as playwright } from "playwright-core";

/** Not the packaged browser's own list of flags, which switches cross-origin isolation off. */
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-zygote", "--disable-background-networking"];

/** How to launch Chromium: the one that CHROME_PATH names, else the one inside an npm package (unpacked once). */
export async function chromiumOptions(): Promise<Pick<LaunchOptions, "executablePath" | "args">> {
  return { executablePath: process.env["CHROME_PATH"] || (await chromium.executablePath()), args: FLAGS };
}

/** A headless Chromium. */
export async function launchChromium(): Promise<Browser> {
  return playwright.launch(await chromiumOptions());
}
