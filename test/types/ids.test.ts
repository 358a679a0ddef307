import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");

/** What the compiler says of a file under the project's own flags. */
function complaints(file: string): string[] {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const declarations = [join(root, "src/kernel/inlined.d.ts")];
  const program = ts.createProgram([file, ...declarations], { ...options, declaration: false });
  const source = program.getSourceFile(file);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
    ({ messageText, start, file: at }) =>
      `line ${at!.getLineAndCharacterOfPosition(start!).line + 1}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
  );
}

describe("the types of ids", () => {
  it("flow from ratings through training to what a model says", () => {
    expect(complaints(join(here, "ids.ts"))).toEqual([]);
  });
});
