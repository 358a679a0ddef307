import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** TypeScript files under a folder of the project, as paths from its root with slashes. */
export function typeScriptFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

export function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** A file without its comments: they may speak of anything. */
export function code(path: string): string {
  return read(path).replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
}

/** What a file imports or re-exports, types too. */
export function imports(path: string): string[] {
  return ts.preProcessFile(read(path), true, true).importedFiles.map(({ fileName }) => fileName);
}
