import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { loadModel } from "../../src/node/index.js";
import { sha256 } from "../support/bytes.js";
import { alternant, CLI, type Ended, start, succeed, temporaryFolder } from "./run.js";

const folder = temporaryFolder();
let made = 0;
/** A folder of its own beside the ratings. */
function place(): string {
  const path = join(folder, `place-${made++}`);
  mkdirSync(path);
  return path;
}

beforeAll(async () => {
  const shape = "--users 400 --items 150 --ratings 12000 --seed 4".split(" ");
  await succeed(folder, ["synthesize", ...shape, "--out", "r.csv"]);
});

const words = (text: string): string[] => text.split(" ");
const train = (path: string, flags: string): Promise<Ended> =>
  alternant(path, ["train", "../r.csv", ...words(flags)]);

/** A hash of all numbers of a model. */
async function bitsOf(path: string, file: string = "model.safetensors"): Promise<string> {
  const model = await loadModel(join(path, file));
  return sha256(
    model.copyFactors("users").values,
    model.copyFactors("items").values,
    Float64Array.from([...model.users].map((id) => model.userBias(id))),
    Float64Array.from([...model.items].map((id) => model.itemBias(id))),
  );
}

/** The epochs whose checkpoints are in a folder, and whatever else is. */
function within(path: string): string[] {
  return readdirSync(path)
    .map((name) => /^epoch-(\d+)-[0-9a-f]{8}\.safetensors$/.exec(name)?.[1] ?? name)
    .sort();
}

describe("train --checkpoint", () => {
  it.each([
    ["explicit", "--factors 6 --test 0.1"],
    [
      "implicit, inexact, float32",
      "--feedback implicit --solver ials++ --block-size 4 --precision float32 --factors 9",
    ],
    ["with validation", "--factors 16 --regularization 0.01 --scaling 0 --validation 0.2 --patience 5"],
  ])(
    "keeps two, every so often and at the end, and --resume goes on to the same bits: %s",
    async (_, flags) => {
      const path = place();
      await succeed(path, [
        "train",
        "../r.csv",
        ...words(flags),
        "--epochs",
        "9",
        "--out",
        "whole.safetensors",
      ]);
      const first = `${flags} --every 2 --checkpoint kept`;
      await succeed(path, ["train", "../r.csv", ...words(`${first} --epochs 3 --out three.safetensors`)]);
      expect(within(join(path, "kept"))).toEqual(["00002", "00003"]);
      const { code, stdout, stderr } = await train(path, `${first} --epochs 9 --resume --threads 1 --json`);
      expect([code, stderr]).toEqual([0, ""]);
      const report = JSON.parse(stdout);
      expect(report.resumed).toEqual({
        epoch: 3,
        file: expect.stringMatching(/^kept\/epoch-00003-[0-9a-f]{8}\.safetensors$/),
      });
      expect(report.epochs[0].epoch).toBe(4);
      expect(await bitsOf(path)).toBe(await bitsOf(path, "whole.safetensors"));
      expect(within(join(path, "kept"))).toHaveLength(2);
    },
  );

  it("takes every fifth where nothing is said", async () => {
    const path = place();
    await succeed(path, ["train", "../r.csv", ...words("--factors 2 --epochs 12 --checkpoint kept")]);
    expect(within(join(path, "kept"))).toEqual(["00010", "00012"]);
  });

  it("with --resume starts where there is none, and tells people where it went on", async () => {
    const path = place();
    const flags = "--factors 3 --epochs 4 --every 3 --checkpoint kept --resume";
    expect(await succeed(path, ["train", "../r.csv", ...words(flags)])).not.toContain("Went on");
    const again = await succeed(path, ["train", "../r.csv", ...words(flags)]);
    expect(again).toMatch(/^Went on from epoch 4, kept\/epoch-00004-[0-9a-f]{8}\.safetensors\.$/m);
    const longer = await succeed(path, [
      "train",
      "../r.csv",
      ...words(flags.replace("epochs 4", "epochs 5")),
    ]);
    expect(longer).toMatch(/^│ +5 │/m);
    expect(longer).not.toMatch(/^│ +4 │/m);
  });

  it("goes on from one that is not further on than training is to go", async () => {
    const path = place();
    const flags = "--factors 3 --checkpoint kept --every 4 --epochs";
    await succeed(path, ["train", "../r.csv", ...words(`${flags} 6`)]);
    const shorter = await train(path, `${flags} 5 --resume --json`);
    expect([shorter.stderr, JSON.parse(shorter.stdout).resumed.epoch]).toEqual(["", 4]);
    const { code, stderr } = await train(path, `${flags} 2 --resume --json`);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^alternant: kept\/epoch-00006-[0-9a-f]{8}\.safetensors is further on than --epochs 2\. Training from the beginning\.\n$/,
    );
  });

  it("starts anew beside checkpoints of another training, says what differs, and leaves them", async () => {
    const path = place();
    await succeed(path, ["train", "../r.csv", ...words("--factors 3 --epochs 2 --checkpoint kept")]);
    for (const [flags, differing] of [
      ["--factors 4", /factors 3 there, 4 here\./],
      ["--factors 3 --seed 5", /seed 1 there, 5 here\./],
      ["--factors 3 --test 0.1", /ratings "[0-9a-f]{32}" there, "[0-9a-f]{32}" here\./],
      ["--factors 3 --initial model.safetensors", /initial none there, "[0-9a-f]{32}" here\./],
    ] as const) {
      const { code, stderr } = await train(
        path,
        `${flags} --epochs 1 --checkpoint kept --resume --out x.safetensors`,
      );
      expect(code).toBe(0);
      expect(stderr).toMatch(
        /^alternant: kept\/epoch-0000\d-[0-9a-f]{8}\.safetensors is of another training: .* Training from the beginning\.\n$/,
      );
      expect(stderr).toMatch(differing);
    }
    expect(within(join(path, "kept"))).toEqual(["00001", "00001", "00001", "00001", "00002"]);
  });

  it("goes on from an older one where the newest is damaged, and fails where none is whole", async () => {
    const path = place();
    const flags = "--factors 3 --every 2 --checkpoint kept --epochs";
    await succeed(path, ["train", "../r.csv", ...words(`${flags} 6 --out whole.safetensors`)]);
    const [older, newest] = readdirSync(join(path, "kept")).sort();
    const bytes = readFileSync(join(path, "kept", newest!));
    writeFileSync(join(path, "kept", newest!), bytes.subarray(0, bytes.length - 9));
    const went = await train(path, `${flags} 6 --resume --json`);
    expect(went.code).toBe(0);
    expect(went.stderr).toMatch(
      /^alternant: kept\/epoch-00006-.*: The checkpoint file is damaged: .* Going on from an older one\.\n$/,
    );
    expect(JSON.parse(went.stdout).resumed.epoch).toBe(4);
    expect(await bitsOf(path)).toBe(await bitsOf(path, "whole.safetensors"));
    for (const name of [older!, newest!]) writeFileSync(join(path, "kept", name), "");
    const failed = await train(path, `${flags} 6 --resume`);
    expect([failed.code, failed.stdout]).toEqual([1, ""]);
    expect(failed.stderr).toMatch(/^alternant: kept\/epoch-00006-.* not an Alternant checkpoint/);
  });

  it.each([
    ["--every 3", /^alternant: --every does nothing without --checkpoint <folder>; add that/, 2],
    ["--resume", /^alternant: --resume does nothing without --checkpoint <folder>; add that/, 2],
    ["--checkpoint kept --every 0", /^alternant: --every must be an integer of at least 1, not 0/, 2],
    [
      "--checkpoint ../r.csv",
      /^alternant: \.\.\/r\.csv cannot be written: it is a file, or lies in one; name a folder/,
      1,
    ],
  ])("refuses %s", async (flags, message, expected) => {
    const path = place();
    const { code, stderr } = await train(path, flags);
    expect(stderr).toMatch(message);
    expect([code, readdirSync(path)]).toEqual([expected, []]);
  });

  it("on a full disk says what is wrong, and goes on to the model", async () => {
    const path = place();
    await succeed(path, [
      "train",
      "../r.csv",
      ...words("--factors 8 --epochs 3 --every 2 --checkpoint kept"),
    ]);
    const before = readdirSync(join(path, "kept")).map((name) => readFileSync(join(path, "kept", name)));
    // A device takes a model of any size; files end at 8 KiB.
    const script =
      'ulimit -f 8; exec "$0" "$1" train ../r.csv --factors 8 --epochs 6 --every 2 --checkpoint kept --resume --out /dev/null';
    const { code, stdout, stderr } = await start(path, "bash", ["-c", script, process.execPath, CLI]).ended;
    const line = (epoch: number): string =>
      `alternant: epoch ${epoch} has no checkpoint: kept/epoch-0000${epoch}-[0-9a-f]{8}\\.safetensors cannot be written: it is larger than a file may be here \\(ulimit -f\\); nothing was changed\n`;
    expect(stderr).toMatch(new RegExp(`^${line(4)}${line(6)}$`));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Went on from epoch 3/m);
    expect(within(join(path, "kept"))).toEqual(["00002", "00003"]);
    expect(readdirSync(join(path, "kept")).map((name) => readFileSync(join(path, "kept", name)))).toEqual(
      before,
    );
  });
});

describe("Ctrl-C with --checkpoint", () => {
  /** Waits until a checkpoint is there. */
  async function untilKept(path: string): Promise<void> {
    while (
      !readdirSync(path).includes("kept") ||
      !readdirSync(join(path, "kept")).some((name) => /^epoch/.test(name))
    )
      await sleep(5);
  }

  it("writes one and says the command that goes on to the same bits", async () => {
    const path = place();
    const flags = words("--factors 24 --epochs 400 --every 50 --checkpoint kept --out");
    const { child, ended } = start(path, process.execPath, [
      CLI,
      "train",
      "../r.csv",
      ...flags,
      "it's.safetensors",
    ]);
    await untilKept(path);
    child.kill("SIGINT");
    const { code, stdout, stderr } = await ended;
    expect([code, stdout]).toEqual([130, ""]);
    const [, epoch, file, command] =
      /^alternant: the epoch is brought to its end for a checkpoint; Ctrl-C again stops at once\nalternant: interrupted\. Epoch (\d+) is in (kept\/epoch-\S+); to go on: (.*)\n$/.exec(
        stderr,
      ) ?? [];
    expect(command).toBe(
      "alternant train ../r.csv --factors 24 --epochs 400 --every 50 --checkpoint kept --out 'it'\\''s.safetensors' --resume",
    );
    expect(Number(epoch)).toBeGreaterThanOrEqual(50);
    expect(readdirSync(join(path, "kept"))).toContain(file!.slice(5));
    expect(readdirSync(path)).toEqual(["kept"]);
    const script = `alternant() { ${JSON.stringify(process.execPath)} ${JSON.stringify(CLI)} "$@"; }; ${command}`;
    const went = await start(path, "bash", ["-c", script]).ended;
    expect([went.code, went.stderr]).toEqual([0, ""]);
    expect(went.stdout).toContain(`Went on from epoch ${epoch}, ${file}.`);
    await succeed(path, ["train", "../r.csv", ...words("--factors 24 --epochs 400 --out whole.safetensors")]);
    expect(await bitsOf(path, "it's.safetensors")).toBe(await bitsOf(path, "whole.safetensors"));
  });

  it("twice stops at once, and nothing is half-written", async () => {
    const path = place();
    const flags = words("--factors 1500 --solver cholesky --threads 1 --checkpoint kept");
    const { child, ended } = start(path, process.execPath, [CLI, "train", "../r.csv", ...flags]);
    let said = "";
    child.stderr!.on("data", (text: string) => {
      said += text;
    });
    while (!readdirSync(path).includes("kept")) await sleep(5);
    await sleep(1500);
    child.kill("SIGINT");
    while (child.exitCode === null && !said.includes("again stops at once")) await sleep(5);
    expect(child.exitCode).toBeNull();
    // A second signal within half a second is taken for the same one.
    await sleep(700);
    child.kill("SIGINT");
    const { code, stdout, stderr } = await ended;
    expect([code, stdout]).toEqual([130, ""]);
    expect(stderr.endsWith("alternant: interrupted\n")).toBe(true);
    expect([readdirSync(path), readdirSync(join(path, "kept"))]).toEqual([["kept"], []]);
  });

  it("while it reads ends at once, as without", async () => {
    const path = place();
    const { child, ended } = start(path, process.execPath, [CLI, "train", "-", "--checkpoint", "kept"], {
      input: null,
    });
    while (!readdirSync(path).includes("kept")) await sleep(5);
    await sleep(300);
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stderr: "alternant: interrupted\n" });
    expect(readdirSync(join(path, "kept"))).toEqual([]);
  });
});
