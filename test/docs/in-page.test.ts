import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../browser/chromium.js";
import { serveStatic } from "../browser/static-server.js";
import { read, root } from "../house/sources.js";
import { writeData } from "./data.js";
import { type CodeBlock, codeOf, pages } from "./pages.js";

const data = mkdtempSync(join(tmpdir(), "alternant-docs-page-"));
let browser: Browser;
beforeAll(async () => {
  await writeData(data);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  rmSync(data, { recursive: true, force: true });
});

const blocks = pages().flatMap((page) =>
  codeOf(read(page)).flatMap((block) => (block.kind === "code" && block.inPage ? [{ page, block }] : [])),
);

/** A script as a page without a bundler has it; an HTML block is one already. */
function pageOf({ language, code }: CodeBlock): string {
  const text = code.join("\n");
  if (language === "html") return `<!doctype html>\n${text}`;
  const imports = { alternant: "/alternant/index.js", "alternant/io": "/alternant/io.js" };
  return `<!doctype html>
<script type="importmap">${JSON.stringify({ imports })}</script>
<input type="file" />
<script type="module">${text}
console.log("the script has ended");
</script>`;
}

/** What a block prints in a page, isolated or not, up to its `lines`-th line, after its file was picked if it asks for one. */
async function run(block: CodeBlock, isolated: boolean): Promise<unknown[]> {
  const folder = mkdtempSync(join(tmpdir(), "alternant-docs-site-"));
  writeFileSync(join(folder, "page.html"), pageOf(block));
  const server = await serveStatic({ site: folder, alternant: join(root, "build/lib") }, { isolated });
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const problems: string[] = [];
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) problems.push(message.text());
    });
    const picks = block.code.some((line) => line.includes(".files[0]"));
    const said = (async () => {
      const message = await page.waitForEvent(
        "console",
        (one) => picks === !one.text().startsWith("the script"),
      );
      return Promise.all(message.args().map((one) => one.jsonValue()));
    })();
    await page.goto(`${server.url}/site/page.html`);
    if (picks) await page.setInputFiles("input", join(data, "ratings.csv"));
    const printed = await said;
    expect(problems).toEqual([]);
    return printed;
  } finally {
    await context.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("code in README.md and docs/ that is for a page", () => {
  it("is on the pages that are about it", () => {
    expect(blocks.map(({ page }) => page)).toEqual([
      "README.md",
      "docs/in-the-browser.md",
      "docs/in-the-browser.md",
    ]);
  });

  it.each(blocks.map(({ page, block }) => [`${page}, line ${block.line}`, block] as const))(
    "%s runs in Chromium, isolated or not",
    async (_, block) => {
      for (const isolated of [true, false]) {
        const printed = await run(block, isolated);
        if (printed[0] === "the script has ended") continue;
        const [list] = printed as [{ item: string; score: number }[]];
        const known = new Set(
          readFileSync(join(data, "ratings.csv"), "utf8")
            .split("\n")
            .map((row) => row.split(",")[1]),
        );
        expect(list).toHaveLength(10);
        for (const { item, score } of list) {
          expect(known.has(item), item).toBe(true);
          expect(score).toBeGreaterThan(0);
        }
      }
    },
  );
});
