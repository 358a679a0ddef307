import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { loadModel } from "../../src/node/index.js";
import { bitsOf } from "../als/fixtures.js";
import { alternant, CLI, start, succeed, temporaryFolder } from "./run.js";

const folder = temporaryFolder();
const TRAIN = ["--factors", "4", "--epochs", "2", "--precision", "float32"];

beforeAll(async () => {
  await succeed(folder, "synthesize --users 300 --items 100 --ratings 9000 --out world.csv".split(" "));
  await succeed(folder, "synthesize --users 2000 --items 800 --ratings 200000 --out large.csv".split(" "));
  await succeed(folder, ["pack", "world.csv", "--out", "world.safetensors"]);
  mkdirSync(join(folder, "place"));
});

async function bitsOfModel(file: string): Promise<string> {
  return bitsOf(await loadModel(join(folder, file)));
}

describe("alternant pack", () => {
  it("tells what it wrote, as text and as JSON", async () => {
    const args = ["pack", "world.csv", "--out", "told.safetensors"];
    expect(await succeed(folder, args)).toMatch(
      /^Wrote 9,000 ratings of 300 users and 100 items to told\.safetensors \(\d\.\d MB\) in \d+\.\d s\.\n$/,
    );
    const told = JSON.parse(await succeed(folder, [...args, "--json", "--memory", "16M", "--no-timestamps"]));
    expect(told).toMatchObject({ users: 300, items: 100, ratings: 9000, out: "told.safetensors" });
    expect(told.bytes).toBe(readFileSync(join(folder, "told.safetensors")).length);
  });

  it("and synthesize --packed write the same bytes, at any memory", async () => {
    const bytes = readFileSync(join(folder, "world.safetensors"));
    const shape = "synthesize --users 300 --items 100 --ratings 9000 --packed --out own.safetensors";
    expect(await succeed(folder, shape.split(" "))).toBe("Wrote 9,000 ratings to own.safetensors.\n");
    expect(readFileSync(join(folder, "own.safetensors"))).toEqual(bytes);
    await succeed(folder, [...shape.split(" "), "--memory", "20M"]);
    expect(readFileSync(join(folder, "own.safetensors"))).toEqual(bytes);
  });

  it("makes a file that train and svd take, with the bits of the text", async () => {
    for (const [command, more] of [
      ["train", TRAIN],
      ["train", ["--feedback", "implicit", ...TRAIN]],
      ["svd", ["--factors", "3", "--center", "biases"]],
    ] as const) {
      await succeed(folder, [command, "world.csv", ...more, "--out", "text-model.safetensors"]);
      await succeed(folder, [command, "world.safetensors", ...more, "--out", "packed-model.safetensors"]);
      expect(await bitsOfModel("packed-model.safetensors")).toBe(await bitsOfModel("text-model.safetensors"));
    }
  });

  it("makes a file that is held out from, evaluated by and folded in as text is", async () => {
    const held = ["--test", "0.1", "--validation", "0.1", "--half-life", "900", "--json", ...TRAIN];
    const seconds = /"(seconds|out)":[^,}]+/g;
    const told = async (file: string): Promise<string> =>
      (await succeed(folder, ["train", file, ...held])).replace(seconds, "");
    expect(await told("world.safetensors")).toBe(await told("world.csv"));
    for (const args of [
      ["evaluate", "model.safetensors", "FILE"],
      ["fold-in", "model.safetensors", "--file", "FILE", "--count", "2"],
    ]) {
      const [text, packed] = await Promise.all(
        ["world.csv", "world.safetensors"].map((file) =>
          succeed(
            folder,
            args.map((arg) => (arg === "FILE" ? file : arg)),
          ),
        ),
      );
      expect(packed).toBe(text);
    }
  });

  it("--append adds to what --out has, and refuses pairs that are there", async () => {
    const path = join(folder, "place");
    writeFileSync(join(path, "a.csv"), "ann,Alien,5\nbob,Brazil,3\n");
    writeFileSync(join(path, "b.csv"), "ann,Brazil,4\nann,Alien,1\n");
    const append = ["pack", "--append", "b.csv", "--out", "p.safetensors"];
    const missing = await alternant(path, append);
    expect(missing).toMatchObject({ code: 1, stdout: "" });
    expect(missing.stderr).toMatch(/^alternant: p\.safetensors cannot be read: there is no such file/);
    await succeed(path, ["pack", "a.csv", "--out", "p.safetensors"]);
    const twice = await alternant(path, append);
    expect(twice.stderr).toMatch(/user "ann", item "Alien" is rated twice; .* --duplicates last/);
    expect(await succeed(path, [...append, "--duplicates", "last"])).toMatch(/^Wrote 3 ratings of 2 users/);
    expect(readdirSync(path)).toEqual(["a.csv", "b.csv", "p.safetensors"]);
  });

  it("takes what is packed already, and adds it to what is", async () => {
    const path = join(folder, "packed");
    mkdirSync(path);
    const [head, ...lines] = readFileSync(join(folder, "world.csv"), "utf8").trimEnd().split("\n");
    for (const [name, part] of [
      ["a", lines.slice(0, 5000)],
      ["b", lines.slice(5000)],
    ] as const) {
      writeFileSync(join(path, `${name}.csv`), `${[head, ...part].join("\n")}\n`);
      await succeed(path, ["pack", `${name}.csv`, "--out", `${name}.safetensors`]);
    }
    await succeed(path, ["pack", "a.safetensors", "--out", "all.safetensors"]);
    expect(readFileSync(join(path, "all.safetensors"))).toEqual(readFileSync(join(path, "a.safetensors")));
    await succeed(path, ["pack", "--append", "b.safetensors", "--out", "all.safetensors"]);
    expect(readFileSync(join(path, "all.safetensors"))).toEqual(
      readFileSync(join(folder, "world.safetensors")),
    );
    const plain = ["pack", "../world.safetensors", "--no-timestamps", "--out", "plain.safetensors"];
    await succeed(path, plain);
    await succeed(path, ["pack", "../world.csv", "--no-timestamps", "--out", "text.safetensors"]);
    expect(readFileSync(join(path, "plain.safetensors"))).toEqual(
      readFileSync(join(path, "text.safetensors")),
    );
  });

  it.each([
    ["pack", "--user-column 1", "--user-column says how text is read; leave it out"],
    ["train", "--delimiter ;", "--delimiter says how text is read; leave it out"],
    ["train", "--no-header --test 0.1", "--header or --no-header says how text is read; leave it out"],
    ["train", "--ids number", "its ids are strings; leave --ids number out, or pack the text again with it"],
    ["svd", "--value-column rating", "--value-column says how text is read; leave it out"],
  ])("and %s refuse %s for what is packed", async (command, flags, message) => {
    const { code, stderr } = await alternant(folder, [
      ...[command, "world.safetensors", ...flags.split(" ")],
      ...["--out", "x.safetensors"],
    ]);
    expect(stderr.split("\n")[0]).toBe(`alternant: world.safetensors is packed: ${message}`);
    expect(code).toBe(2);
  });

  it("and train tell other files of safetensors from ratings", async () => {
    await succeed(folder, ["train", "world.safetensors", ...TRAIN, "--checkpoint", "kept"]);
    const json = '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} ';
    const foreign = Buffer.alloc(8 + json.length + 4);
    foreign.writeUInt32LE(json.length);
    foreign.write(json, 8);
    writeFileSync(join(folder, "foreign.safetensors"), foreign);
    const [kept] = readdirSync(join(folder, "kept"));
    for (const [file, message] of [
      ["model.safetensors", "it is a model"],
      [`kept/${kept}`, "it is a checkpoint"],
      ["foreign.safetensors", "it looks like a safetensors file of another program"],
    ] as const)
      for (const command of ["train", "pack"]) {
        const { code, stderr } = await alternant(folder, [command, file, "--out", "x.safetensors"]);
        expect(stderr).toMatch(
          new RegExp(`^alternant: ${file} cannot be read as packed ratings: .*${message}`),
        );
        expect(code).toBe(1);
      }
  });

  it.each([
    [["--memory", "1M"], "The least that sorting takes is 16M."],
    [["--memory", "much"], "It must be a number of bytes, like 512M or 2G."],
    [["--user-column", "9"], "columns.user"],
  ])("with %s ends with 2, and says what is wanted", async (flags, message) => {
    const { code, stderr } = await alternant(folder, [
      "pack",
      "world.csv",
      "--out",
      "x.safetensors",
      ...flags,
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain(message.replace("columns.user", "--user-column"));
    expect(readdirSync(folder)).not.toContain("x.safetensors");
  });

  it("tells the least --memory that holds the longest row, which is enough", async () => {
    const path = join(folder, "memory");
    mkdirSync(path);
    const lines = Array.from({ length: 360_000 }, (_, user) => `${user},hit,3\n`);
    writeFileSync(join(path, "hit.csv"), `user,item,rating\n${lines.join("")}`);
    const args = ["pack", "hit.csv", "--out", "hit.safetensors", "--memory"];
    const { code, stdout, stderr } = await alternant(path, [...args, "16M"]);
    expect([code, stdout]).toEqual([1, ""]);
    const [, least] =
      /^alternant: item "hit" has 360000 ratings, and --memory 16M sorts \d+ at a time\. What it takes is --memory (\d+M) at least\.\n$/.exec(
        stderr,
      ) ?? [];
    expect(readdirSync(path)).toEqual(["hit.csv"]);
    expect(await succeed(path, [...args, least!])).toMatch(/^Wrote 360,000 ratings/);
  });

  it.skipIf(process.platform === "win32").each([
    ["pack", ["pack", "pipe", "--out", "piped.safetensors"]],
    ["train", ["train", "pipe", ...TRAIN, "--out", "piped-model.safetensors"]],
    [
      "train that holds out",
      ["train", "pipe", "--test", "0.1", ...TRAIN, "--out", "piped-model.safetensors"],
    ],
    ["svd", ["svd", "pipe", "--factors", "3", "--out", "piped-model.safetensors"]],
  ])("and %s read a named pipe", async (command, args) => {
    const path = join(folder, `pipe of ${command}`);
    mkdirSync(path);
    expect(spawnSync("mkfifo", [join(path, "pipe")]).status).toBe(0);
    const writer = start(path, "bash", ["-c", "exec cat ../world.csv > pipe"]);
    const reader = start(path, process.execPath, [CLI, ...args]);
    const late = setTimeout(() => {
      for (const { child } of [reader, writer]) child.kill("SIGKILL");
    }, 30_000);
    expect(await reader.ended).toMatchObject({ code: 0, stderr: "" });
    expect(await writer.ended).toMatchObject({ code: 0, signal: null });
    clearTimeout(late);
  });

  it("and train, svd and fold-in refuse to replace what they read; what is packed is packed anew", async () => {
    const path = join(folder, "itself");
    mkdirSync(path);
    writeFileSync(join(path, "r.csv"), "ann,Alien,5\nann,Brazil,3\nbob,Alien,4\n");
    await succeed(path, ["pack", "r.csv", "--out", "r.safetensors"]);
    symlinkSync("r.csv", join(path, "link.csv"));
    await succeed(path, ["train", "r.csv", ...TRAIN]);
    const bytesOf = (): Buffer[] => ["r.csv", "r.safetensors"].map((name) => readFileSync(join(path, name)));
    const before = bytesOf();
    for (const [args, input, output] of [
      [["pack", "r.csv"], "r.csv", "r.csv"],
      [["pack", "r.csv"], "r.csv", "link.csv"],
      [["train", "r.csv"], "r.csv", "./r.csv"],
      [["train", "r.safetensors"], "r.safetensors", "r.safetensors"],
      [["svd", "link.csv"], "link.csv", "r.csv"],
      [["svd", "r.safetensors"], "r.safetensors", "r.safetensors"],
      [["fold-in", "model.safetensors", "--file", "r.csv"], "r.csv", "r.csv"],
    ] as const) {
      const { code, stdout, stderr } = await alternant(path, [...args, "--out", output]);
      expect(stderr.split("\n")[0]).toBe(
        `alternant: the output ${output} is the input ${input} itself, which it would replace; name another file with --out`,
      );
      expect([code, stdout]).toEqual([2, ""]);
      expect(bytesOf()).toEqual(before);
    }
    await succeed(path, ["pack", "r.safetensors", "--out", "r.safetensors"]);
    expect(bytesOf()).toEqual(before);
  });

  it("--packed of synthesize needs a file", async () => {
    const { code, stderr } = await alternant(folder, ["synthesize", "--packed"]);
    expect([code, stderr.split("\n")[0]]).toEqual([2, "alternant: --packed needs --out, the name of a file"]);
  });

  it("on a full disk leaves the old file whole and nothing else, however far it came", async () => {
    const path = join(folder, "full");
    mkdirSync(path);
    await succeed(path, ["pack", "../world.csv", "--out", "p.safetensors"]);
    const old = readFileSync(join(path, "p.safetensors"));
    // KiB: while ratings are read (24 bytes each go into a temporary file), or when they have been.
    for (const [limit, command] of [
      [900, "pack ../large.csv"],
      [4720, "pack ../large.csv"],
      [900, "pack --append ../large.csv --duplicates last"],
      [4880, "pack --append ../large.csv --duplicates last"],
      [4720, "synthesize --packed --users 2000 --items 800 --ratings 200000"],
    ] as const) {
      const script = `ulimit -f ${limit}; exec "$0" "$1" ${command} --out p.safetensors`;
      const { code, stdout, stderr } = await start(path, "bash", ["-c", script, process.execPath, CLI]).ended;
      expect(stderr, command).toBe(
        "alternant: p.safetensors cannot be written: it is larger than a file may be here (ulimit -f); nothing was changed\n",
      );
      expect([code, stdout]).toEqual([1, ""]);
      expect(readFileSync(join(path, "p.safetensors"))).toEqual(old);
      expect(readdirSync(path)).toEqual(["p.safetensors"]);
    }
  });

  it.each([0, 150, 400])("interrupted %i ms after its input ended leaves nothing", async (after) => {
    const path = join(folder, `interrupted-${after}`);
    mkdirSync(path);
    const { child, ended } = start(path, process.execPath, [CLI, "pack", "-"], { input: null });
    const large = readFileSync(join(folder, "large.csv"));
    await new Promise<void>((resolve, reject) => {
      child.stdin!.write(large, (error) => (error ? reject(error) : resolve()));
    });
    // Without an end of its input it cannot be done before the signal comes.
    if (after === 0) await sleep(50);
    else {
      child.stdin!.end();
      await sleep(after);
    }
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    const done = code === 0 || stderr === "alternant: interrupted when all was done\n";
    if (code !== 0)
      expect([code, stderr]).toEqual([130, `alternant: interrupted${done ? " when all was done" : ""}\n`]);
    expect(readdirSync(path)).toEqual(done ? ["ratings.safetensors"] : []);
  });

  it("removes what a killed one has left of the same file, and nothing of one that is at work", async () => {
    const path = join(folder, "killed");
    mkdirSync(path);
    const temporary = (): string[] => readdirSync(path).filter((name) => name.endsWith(".tmp"));
    const begin = async (out: string) => {
      const before = new Set(temporary());
      const run = start(path, process.execPath, [CLI, "pack", "-", "--out", out], { input: null });
      while (temporary().every((name) => before.has(name))) await sleep(5);
      return run;
    };
    const [killed, other] = [await begin("a.safetensors"), await begin("b.safetensors")];
    for (const { child, ended } of [killed, other]) {
      child.kill("SIGKILL");
      await ended;
    }
    const atWork = await begin("a.safetensors");
    await succeed(path, ["pack", "../world.csv", "--out", "a.safetensors"]);
    expect(readdirSync(path)).toContain("a.safetensors");
    // What was killed on its way to another file, and what another process works on.
    expect(temporary()).toHaveLength(2);
    atWork.child.stdin!.end("ann,Alien,5\n");
    expect((await atWork.ended).code).toBe(0);
    expect(temporary()).toHaveLength(1);
    await succeed(path, ["pack", "../world.csv", "--out", "b.safetensors"]);
    expect(readdirSync(path).sort()).toEqual(["a.safetensors", "b.safetensors"]);
  });
});
