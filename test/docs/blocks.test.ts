import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { read, root } from "../house/sources.js";
import { writeData } from "./data.js";
import { type CodeBlock, codeOf, pages } from "./pages.js";
import { isRun, runPage } from "./run-page.js";

/** Blocks that no test here runs, by page; each says why in a comment before it. */
const UNRUN: Readonly<Record<string, number>> = {
  "docs/in-bundlers.md": 1,
  "docs/packaging.md": 2,
};

const data = mkdtempSync(join(tmpdir(), "alternant-docs-data-"));
beforeAll(() => writeData(data));
afterAll(() => rmSync(data, { recursive: true, force: true }));

const blocks = pages().flatMap((page) =>
  codeOf(read(page)).flatMap((one) => (one.kind === "code" ? [{ page, block: one }] : [])),
);
const unrun = blocks.filter(({ block }) => !block.inPage && !isRun(block));

describe("code in README.md and docs/", () => {
  const withCode = pages().filter((page) =>
    codeOf(read(page)).some((one) => one.kind === "command" || isRun(one)),
  );

  it.concurrent.each(withCode)("%s runs as it stands, and prints what it says", async (page) => {
    const { steps, printed } = await runPage(page, read(page), data);
    expect(steps).toBeGreaterThan(0);
    for (const { line, said, does } of printed) expect(does, `${page}:${line}`).toBe(said);
  });

  it("is left out only where a comment says why, and so often", () => {
    const counts: Record<string, number> = {};
    for (const { page, block } of unrun) {
      expect(block.unrun, `${page}:${block.line}`).toMatch(/^needs a (?:browser|server|bundler), \S/);
      counts[page] = (counts[page] ?? 0) + 1;
    }
    expect(counts).toEqual(UNRUN);
  });

  it("imports only what the package exports where it is left out", async () => {
    for (const { page, block } of unrun) await checkImports(page, block);
  });
});

/** What a script imports beside the package is somebody else's. */
const othersApart: Plugin = {
  name: "others-apart",
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ importer, path }) =>
      /\.md:\d+$/.test(importer) && !/^alternant(?:\/|$)/.test(path) ? { path, external: true } : undefined,
    );
  },
};

/** Bundles scripts that are not run: bad syntax, or a name that the built package does not export, is an error. */
async function checkImports(page: string, { language, code, line }: CodeBlock): Promise<void> {
  const text = code.join("\n");
  const scripts =
    language === "html"
      ? [...text.matchAll(/<script type="module">([\s\S]*?)<\/script>/g)].map(([, script]) => script!)
      : [text];
  for (const contents of scripts) {
    const loader = language === "ts" ? "ts" : "js";
    const done = await build({
      stdin: { contents, loader, resolveDir: root, sourcefile: `${page}:${line}` },
      plugins: [othersApart],
      loader: { ".wasm": "binary" },
      bundle: true,
      write: false,
      format: "esm",
      platform: "browser",
      logLevel: "silent",
    });
    expect(done.errors).toEqual([]);
  }
}

describe("runPage", () => {
  const page = (code: string): Promise<unknown> => runPage("page.md", code, data);

  it("rejects for a block that throws, naming its line", async () => {
    await expect(
      page("\n```js\nconst a = 1;\n```\n\n```js\nthrow new Error('broken ' + a);\n```\n"),
    ).rejects.toThrow(/^page\.md line 3: Error: broken 1\n.*line-3\.mjs:7:/);
  });

  it("rejects for a name that the package does not export, and for a command that fails", async () => {
    await expect(page('```js\nimport { Nobody } from "alternant";\n```\n')).rejects.toThrow(
      /line 2: [\s\S]*Nobody/,
    );
    await expect(page("    npx alternant recommend nothing.safetensors 1\n")).rejects.toThrow(
      /line 1: [\s\S]*nothing\.safetensors/,
    );
  });

  it("rejects for a name that is not exported in a block that is not run", async () => {
    const block = {
      kind: "code",
      language: "js",
      line: 2,
      unrun: "needs a browser",
      inPage: false,
      says: undefined,
    } as const;
    await expect(
      checkImports("page.md", { ...block, code: ['import { Nobody } from "alternant";', "Nobody();"] }),
    ).rejects.toThrow(/page\.md:2:.*"Nobody"/);
  });

  it("tells what a block prints beside what it says, and goes on in one module", async () => {
    const text =
      '```js\nimport "alternant";\nconst a = 2;\n```\n\n```ts\nconst b: number = a + 1;\nconsole.log(b);\n// 4\n```\n';
    await expect(page(text)).resolves.toEqual({ steps: 2, printed: [{ line: 7, said: "4\n", does: "3\n" }] });
  });
});
