import { join } from "node:path";
import { build } from "esbuild";
import { inlined } from "../../scripts/inlined.mjs";
import { launchChromium } from "../../test/browser/chromium.js";
import { serveStatic } from "../../test/browser/static-server.js";
import { BENCH_OUTPUT, ROOT } from "../paths.js";
import type { FoldInRow, Shape } from "./fold-ins.js";

/** What a page of a headless Chromium, cross-origin isolated, measures; and that browser's version. */
export async function timeInChromium(shape: Shape): Promise<{ rows: FoldInRow[]; version: string }> {
  const folder = join(BENCH_OUTPUT, "page");
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["bench/people/fold-ins.ts"],
    outdir: folder,
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2022",
    ...inlined,
    logLevel: "warning",
  });
  const server = await serveStatic({ page: folder }, { isolated: true });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    page.on("console", (message) => console.error(`Chromium: ${message.text()}`));
    await page.goto(server.url);
    const timing = `import("/page/fold-ins.js").then((page) => page.timeFoldIns(${JSON.stringify(shape)}))`;
    return { rows: await page.evaluate<FoldInRow[]>(timing), version: browser.version() };
  } finally {
    await browser.close();
    await server.close();
  }
}
