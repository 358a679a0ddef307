import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { root } from "../house/sources.js";
import { type CodeBlock, codeOf } from "./pages.js";

const RUNNER = fileURLToPath(new URL("./page-runner.mjs", import.meta.url));

/** What a page's run came to: each block that says what it prints, and what it did. */
export interface PageRun {
  readonly steps: number;
  readonly printed: readonly { readonly line: number; readonly said: string; readonly does: string }[];
}

type Step =
  | { readonly line: number; readonly module: string }
  | { readonly line: number; readonly args: readonly string[] };

/**
 * Runs a page's code as a consumer would: in an empty folder with the built package in node_modules, and the files of `data`.
 * Blocks make one module, in which each goes on where the one before it ended; one that imports a name again begins another. A
 * module runs at the place of its first block, commands at theirs.
 *
 * @throws (rejects) with the page's line and what went wrong there
 */
export async function runPage(name: string, text: string, data: string): Promise<PageRun> {
  const folder = mkdtempSync(join(tmpdir(), "alternant-docs-"));
  try {
    cpSync(data, folder, { recursive: true });
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules/alternant"), "junction");
    const found = codeOf(text).filter((one) => one.kind === "command" || isRun(one));
    const modules = modulesOf(found.filter((one) => one.kind === "code"));
    for (const blocks of modules) writeFileSync(join(folder, fileOf(blocks)), await moduleOf(blocks));
    const steps: Step[] = [
      ...modules.map((blocks) => ({ line: blocks[0]!.line, module: fileOf(blocks) })),
      ...found.filter((one) => one.kind === "command").map(({ line, args }) => ({ line, args })),
    ].sort((a, b) => a.line - b.line);
    writeFileSync(join(folder, "plan.json"), JSON.stringify(steps));
    const output = await runSteps(name, folder);
    const printed = found.flatMap((one) =>
      one.kind === "code" && one.says !== undefined
        ? [{ line: one.line, said: one.says, does: outputOf(output, one) }]
        : [],
    );
    return { steps: found.length, printed };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether a block is JavaScript or TypeScript that no comment excuses, or leaves to a browser. */
export function isRun({ language, unrun, inPage }: CodeBlock): boolean {
  return unrun === undefined && !inPage && (language === "js" || language === "ts");
}

function modulesOf(blocks: readonly CodeBlock[]): CodeBlock[][] {
  const modules: CodeBlock[][] = [];
  let known = new Set<string>();
  for (const block of blocks) {
    const names = importedNames(block);
    if (modules.length === 0 || names.some((name) => known.has(name))) {
      modules.push([]);
      known = new Set();
    }
    modules.at(-1)!.push(block);
    for (const name of names) known.add(name);
  }
  return modules;
}

function importedNames({ code }: CodeBlock): string[] {
  return code
    .flatMap((line) => /^import \{(.*)\}/.exec(line)?.[1]?.split(",") ?? [])
    .map((name) => name.trim());
}

function fileOf([first]: readonly CodeBlock[]): string {
  return `line-${first!.line}.mjs`;
}

/** Blocks at their own lines of the page, so that errors name these, with a mark before and after what each prints. */
async function moduleOf(blocks: readonly CodeBlock[]): Promise<string> {
  const lines: string[] = [];
  for (const block of blocks) {
    while (lines.length < block.line - 2) lines.push("");
    lines.push(`console.log(${JSON.stringify(markOf(block, "from"))});`, ...block.code);
    lines.push(`console.log(${JSON.stringify(markOf(block, "to"))});`);
  }
  const source = lines.join("\n");
  if (blocks.every(({ language }) => language === "js")) return source;
  return (await transform(source, { loader: "ts", format: "esm" })).code;
}

function markOf({ line }: CodeBlock, end: "from" | "to"): string {
  return `\u0001${end} ${line}`;
}

function outputOf(output: string, block: CodeBlock): string {
  const from = `${markOf(block, "from")}\n`;
  const begins = output.indexOf(from) + from.length;
  return output.slice(begins, output.indexOf(`${markOf(block, "to")}\n`, begins));
}

function runSteps(name: string, folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NO_COLOR: "1" };
    execFile(process.execPath, [RUNNER], { cwd: folder, env }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${name} ${stderr.trim()}`));
    });
  });
}
