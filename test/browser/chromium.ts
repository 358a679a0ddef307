import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

/** Not the packaged browser's own list of flags, which switches cross-origin isolation off. */
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-zygote", "--disable-background-networking"];

/** A headless Chromium: the one that CHROME_PATH names, else the one inside an npm package (unpacked once). */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env["CHROME_PATH"] || (await chromium.executablePath());
  return playwright.launch({ executablePath, args: FLAGS });
}
