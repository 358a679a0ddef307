import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../house/sources.js";

/** A fenced block of code. */
export interface CodeBlock {
  readonly kind: "code";
  readonly language: string;
  /** The page's line, from 1, on which the code begins. */
  readonly line: number;
  readonly code: readonly string[];
  /** Why it is not run, where a comment before it says so: `<!-- not run: needs a browser, … -->`. */
  readonly unrun: string | undefined;
  /** Whether it is run in Chromium, where a comment before it says so: `<!-- run in a page -->`. */
  readonly inPage: boolean;
  /** What it prints: the comment lines that it ends with. */
  readonly says: string | undefined;
}

/** A line `npx alternant …` of an indented block. */
export interface Command {
  readonly kind: "command";
  readonly line: number;
  readonly args: readonly string[];
}

const FENCE = /^```(\w*)$/;
const UNRUN = /^<!-- not run: (.+) -->$/;
const IN_PAGE = "<!-- run in a page -->";
const COMMAND = /^ {4}npx alternant (.+)$/;

/** README.md and all of docs/, as paths from the project's root. */
export function pages(): string[] {
  const docs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  return ["README.md", ...docs.sort().map((name) => `docs/${name}`)];
}

/** What of a page is code, in its order. */
export function codeOf(text: string): (CodeBlock | Command)[] {
  const found: (CodeBlock | Command)[] = [];
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const command = COMMAND.exec(lines[at]!);
    if (command) found.push({ kind: "command", line: at + 1, args: command[1]!.split(/\s+/) });
    const language = FENCE.exec(lines[at]!)?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf("```", at + 1);
    if (end < 0) throw new Error(`the block of line ${at + 1} has no end`);
    const code = lines.slice(at + 1, end);
    const remark = lines[at - 1] ?? "";
    const [unrun, inPage] = [UNRUN.exec(remark)?.[1], remark === IN_PAGE];
    found.push({ kind: "code", language, line: at + 2, code, unrun, inPage, says: printedBy(code) });
    at = end;
  }
  return found;
}

/** The comment that a block ends with, as it would be printed. */
function printedBy(code: readonly string[]): string | undefined {
  const from = code.findLastIndex((line) => !line.startsWith("// ")) + 1;
  if (from === 0 || from === code.length) return undefined;
  return code
    .slice(from)
    .map((line) => `${line.slice("// ".length)}\n`)
    .join("");
}
