import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";

export const root: string = fileURLToPath(new URL("../..", import.meta.url));
export const builtFolder: string = join(root, "build/lib");

/**
 * Sources that a test of public names may have beside the built library: their exports are functions from plain data to
 * plain data, so that two copies of them cannot disagree.
 */
const PLAIN: ReadonlySet<string> = new Set([
  "src/random.ts",
  "src/kernel/binaries.ts",
  "src/kernel/builds.ts",
  "src/model/file/read-safetensors.ts",
  "src/model/file/write-safetensors.ts",
]);

/** What an import statement of a test, or of what it imports, asks for. */
export interface Import {
  /** The file that is imported, from the project's root, with slashes. */
  readonly file: string;
  /** The names that it takes for use at run time; "*" for all. */
  readonly names: readonly string[];
}

/** Whether the built library has to stand in for a source, where it can. */
export function isLibrary(file: string): boolean {
  return file.startsWith("src/") && !PLAIN.has(file);
}

/** The TypeScript file of the project, from its root, that a relative specifier means; undefined for anything else. */
export function projectFile(specifier: string, importer: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const path = resolve(dirname(importer), specifier.replace(/\.js$/, ".ts"));
  return path.endsWith(".ts") && !path.endsWith(".d.ts") && existsSync(path)
    ? relative(root, path).split(sep).join("/")
    : undefined;
}

/** What a TypeScript file imports from the project for use at run time. */
export function valueImports(file: string): Import[] {
  const path = join(root, file);
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const target = projectFile(statement.moduleSpecifier.text, path);
    const clause = statement.importClause;
    if (target === undefined || clause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
    const bindings = clause?.namedBindings;
    if (bindings === undefined || ts.isNamespaceImport(bindings)) return [{ file: target, names: ["*"] }];
    const names = bindings.elements
      .filter(({ isTypeOnly }) => !isTypeOnly)
      .map(({ name, propertyName }) => (propertyName ?? name).text);
    return names.length === 0 ? [] : [{ file: target, names }];
  });
}

/** The names that a module and its helpers take from the library. */
function namesTaken(module: string, seen: Set<string> = new Set()): string[] {
  if (seen.has(module)) return [];
  seen.add(module);
  return valueImports(module).flatMap(({ file, names }) => {
    if (isLibrary(file)) return names;
    return file.startsWith("src/") ? [] : namesTaken(file, seen);
  });
}

/**
 * Tells of a test file whether it, with its helpers, takes something from `src/` and all of that under names that the
 * built library exports: then it can run against what is shipped. Another one looks inside the library, and has to be
 * given its sources, all of them, because a class of the one is a stranger to the other.
 */
export async function publicTests(): Promise<(file: string) => boolean> {
  const entry = join(builtFolder, "index.js");
  if (!existsSync(entry)) throw new Error("build/lib is missing: run npm run build");
  const exported = new Set(Object.keys(await import(pathToFileURL(entry).href)));
  return (file) => {
    const taken = namesTaken(file);
    return taken.length > 0 && taken.every((name) => exported.has(name));
  };
}
