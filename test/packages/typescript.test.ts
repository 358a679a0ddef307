import { beforeAll, describe, expect, test } from "vitest";
import type { Told } from "../../examples/train.js";
import { absence, installedVersion, NODE, run } from "./example.js";
import { referenceHash } from "./reference.js";
import { tellRow } from "./row.js";

describe("a TypeScript consumer", () => {
  let expected: string;
  beforeAll(async () => {
    expected = await referenceHash();
  });

  for (const compiler of ["typescript-5", "typescript-7"])
    for (const resolution of ["bundler", "nodenext"]) {
      const name = `TypeScript ${compiler.slice(-1)}, ${resolution}`;
      test(name, async (context) => {
        const absent = await absence(NODE);
        context.skip(absent !== undefined, absent);
        const tsc = `node_modules/${compiler}/bin/tsc`;
        await run("typescript", process.execPath, [tsc, "-p", `tsconfig.${resolution}.json`]);
        // What has been checked runs as it stands: Node leaves the types out.
        const { stdout } = await run("typescript", NODE, ["main.ts"]);
        const told = JSON.parse(stdout) as Told;
        tellRow(context, { version: installedVersion("typescript", compiler), ...told });
        expect(told.hash).toBe(expected);
      });
    }
});
