import { availableParallelism } from "node:os";
import { beforeAll, describe, expect, test } from "vitest";
import type { Told } from "../../examples/train.js";
import { absence, example, installedVersion, run } from "./example.js";
import { referenceHash } from "./reference.js";
import { tellRow } from "./row.js";

interface Runtime {
  readonly name: string;
  /** The example that it runs, and the file in it. */
  readonly project: string;
  readonly args: readonly string[];
  readonly executable: string;
  /** Of which example and package the executable comes. */
  readonly from: readonly [example: string, dependency: string];
  readonly relaxed: boolean;
}

const node = (major: number, file: string, how: string): Runtime => ({
  name: `Node ${major}, ${how}`,
  project: "node",
  args: [file],
  executable: example("runtimes", "node_modules", `node-${major}`, "bin/node"),
  from: ["runtimes", `node-${major}`],
  relaxed: major > 20,
});

const RUNTIMES: readonly Runtime[] = [
  ...[20, 22, 24, 26].map((major) => node(major, "main.js", "import")),
  ...[22, 24, 26].map((major) => node(major, "require.cjs", "require()")),
  {
    name: "Deno",
    project: "deno",
    args: ["run", "main.js"],
    executable: example("deno", "node_modules/@deno/linux-x64-glibc/deno"),
    from: ["deno", "@deno/linux-x64-glibc"],
    relaxed: true,
  },
  {
    name: "Bun",
    project: "bun",
    args: ["main.js"],
    executable: example("bun", "node_modules/@oven/bun-linux-x64/bin/bun"),
    from: ["bun", "@oven/bun-linux-x64"],
    relaxed: true,
  },
];

describe("the packed library on", () => {
  let expected: string;
  beforeAll(async () => {
    expected = await referenceHash();
  });

  for (const { name, project, args, executable, from, relaxed } of RUNTIMES)
    test(name, async (context) => {
      const absent = await absence(executable);
      context.skip(absent !== undefined, absent);
      const { stdout, stderr } = await run(project, executable, args);
      const told = JSON.parse(stdout) as Told;
      tellRow(context, { version: installedVersion(...from), ...told });
      expect(stderr).toBe("");
      expect(told).toMatchObject({ hash: expected, threads: availableParallelism(), relaxed });
    });
});
