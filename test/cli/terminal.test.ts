import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { CLI, start, succeed, temporaryFolder } from "./run.js";

const hasScript = spawnSync("script", ["--version"]).stdout?.toString().includes("util-linux") ?? false;
if (!hasScript)
  console.log("There is no `script` of util-linux: the progress bar on a terminal is not tested.");

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";

describe.skipIf(!hasScript)("on a terminal", () => {
  const folder = temporaryFolder();
  beforeAll(async () => {
    await succeed(folder, "synthesize --users 1000 --items 400 --ratings 80000 --out r.csv".split(" "));
  });

  it("a bar shows how far training is, and goes when it is done", async () => {
    const command = `'${process.execPath}' '${CLI}' train r.csv --factors 16 --epochs 12 > out.txt; cat out.txt`;
    const { code, stdout } = await start(folder, "script", ["-qec", command, "/dev/null"]).ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/training [█░]{30} \d+ % RMSE \d\.\d{4}/);
    expect(stdout).toContain(HIDE_CURSOR);
    const [, after] = stdout.split(SHOW_CURSOR).slice(-2);
    expect(after).toMatch(/^[^█░]*1,000 users × 400 items/);
  });

  it("the cursor comes back after Ctrl-C", async () => {
    const command = `timeout -s INT 2 '${process.execPath}' '${CLI}' train r.csv --factors 64 --epochs 10000`;
    const { code, stdout } = await start(folder, "script", [
      "-qec",
      `${command}; echo "code $?"`,
      "/dev/null",
    ]).ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/training [█░]{30}/);
    expect(stdout.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(stdout.lastIndexOf(HIDE_CURSOR));
    expect(stdout).toMatch(/alternant: interrupted\r?\n/);
  });
});
