import { describe, expect, it } from "vitest";
import { ALS } from "../../src/als/index.js";
import { AlternantError } from "../../src/errors.js";
import { type BuildName, binary } from "../../src/kernel/binaries.js";
import { Engine, type EngineOptions, sharedEngine } from "../../src/kernel/engine.js";
import { ABI } from "../../src/kernel/kernels.js";
import { Ratings } from "../../src/ratings/index.js";
import { CAN_SHARE } from "../support/sharing.js";

const HAS_RELAXED = WebAssembly.validate(await binary("relaxed"));

function create(options: unknown): Promise<Engine> {
  return Engine.create(options as EngineOptions);
}

async function refusal(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => undefined,
    (error: Error) => error,
  );
  expect(outcome, "a refusal").toBeInstanceOf(Error);
  return outcome!;
}

function compile(name: BuildName): Promise<WebAssembly.Module> {
  return binary(name).then((bytes) => WebAssembly.compile(bytes));
}

describe("Engine.create refuses", () => {
  it.each([
    [{ threads: 0 }, RangeError, "threads must be an integer from 1 to 256, not 0"],
    [{ threads: 257 }, RangeError, "threads must be an integer from 1 to 256, not 257"],
    [{ threads: 1.5 }, RangeError, "threads must be an integer from 1 to 256, not 1.5"],
    [{ threads: Number.NaN }, RangeError, "threads must be an integer from 1 to 256, not NaN"],
    [{ threads: "1" }, TypeError, 'threads must be an integer from 1 to 256, not the string "1"'],
    [{ workerUrl: 1 }, TypeError, "workerUrl must be a string or a URL, not 1"],
    [{ workerUrl: "" }, RangeError, "workerUrl must be the address of a script, not an empty string"],
    [{ arithmetic: "fast" }, RangeError, 'arithmetic must be "default", "relaxed" or "relaxed-if-available"'],
    [{ arithmetic: "relaxd" }, RangeError, 'did you mean "relaxed"?'],
    [{ arithmetic: 1 }, TypeError, "not 1"],
    [{ thread: 1 }, RangeError, 'Engine.create: unknown option "thread"; did you mean "threads"?'],
    [{ module: {} }, TypeError, "module must be a WebAssembly.Module"],
    [{ module: new Uint8Array(8) }, TypeError, "module must be a WebAssembly.Module"],
    [null, TypeError, "options must be an object, not null"],
    [4, TypeError, "options must be an object, not 4"],
  ])("%o", async (options, type, message) => {
    const error = await refusal(create(options));
    expect(error).toBeInstanceOf(type);
    expect(error.message).toContain(message);
  });
});

describe("Engine.create with arithmetic", () => {
  it("runs the default build where nothing is asked for, and says why", async () => {
    for (const options of [{ threads: 1 }, { threads: 1, arithmetic: "default" }] as const) {
      const engine = await Engine.create(options);
      expect(engine.threads).toBe(1);
      expect(engine.threadsWhy).toBe("one thread was asked for");
      expect(engine.build).toMatchObject({ name: "simd", arithmetic: "default" });
      expect(engine.build.why).toContain("same bits");
    }
  });

  it.skipIf(HAS_RELAXED)(
    "tells how to get relaxed SIMD where it is missing, and falls back when told to",
    async () => {
      const error = await refusal(Engine.create({ arithmetic: "relaxed" }));
      expect(error).toBeInstanceOf(AlternantError);
      expect((error as AlternantError).code).toBe("not-supported");
      expect(error.message).toContain("Node 20 with --experimental-wasm-relaxed-simd");
      expect(error.message).toContain('"relaxed-if-available" falls back');
      for (const [threads, name] of [
        [1, "simd"],
        [2, CAN_SHARE ? "simd-shared" : "simd"],
      ] as const) {
        const engine = await Engine.create({ threads, arithmetic: "relaxed-if-available" });
        expect(engine.build).toMatchObject({ name, arithmetic: "default" });
        expect(engine.build.why).toContain("this engine has none");
        await engine.dispose();
      }
    },
  );
});

describe("Engine.create with a module", () => {
  it("runs on it", async () => {
    const engine = await Engine.create({ module: await compile("simd") });
    expect(engine.build).toMatchObject({
      name: "simd",
      arithmetic: "default",
      why: "the module that was given",
    });
    expect(engine).toMatchObject({ threads: 1, threadsWhy: "the module that was given is for one thread" });
    await trainOn(engine);
  });

  it.runIf(CAN_SHARE)("runs on one for shared memory, with lanes", async () => {
    const engine = await Engine.create({ module: await compile("simd-shared"), threads: 2 });
    expect(engine).toMatchObject({ threads: 2, build: { name: "simd-shared", arithmetic: "default" } });
    await trainOn(engine);
    await engine.dispose();
  });

  it.each([
    ["one that is not ours", [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], "exports no build()"],
    // (import "other" "thing" (func))
    [
      "one that imports something else",
      [
        ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
        ...[
          0x02, 0x0f, 0x01, 0x05, 0x6f, 0x74, 0x68, 0x65, 0x72, 0x05, 0x74, 0x68, 0x69, 0x6e, 0x67, 0x00,
          0x00,
        ],
      ],
      "not an Alternant kernel",
    ],
  ])("refuses %s", async (_, bytes, message) => {
    const error = await refusal(create({ module: await WebAssembly.compile(new Uint8Array(bytes)) }));
    expect(error).toMatchObject({ name: "AlternantError", code: "not-supported" });
    expect(error.message).toContain(message);
    expect(error.message).toContain('"alternant/simd.wasm"');
  });

  it("refuses one of another version, by its version", async () => {
    // (module (func (export "build") (result i32) i32.const 0x902))
    const other = new Uint8Array([
      ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7f],
      ...[0x03, 0x02, 0x01, 0x00, 0x07, 0x09, 0x01, 0x05, 0x62, 0x75, 0x69, 0x6c, 0x64, 0x00, 0x00],
      ...[0x0a, 0x07, 0x01, 0x05, 0x00, 0x41, 0x82, 0x12, 0x0b],
    ]);
    const error = await refusal(create({ module: await WebAssembly.compile(other) }));
    expect(error).toMatchObject({ code: "not-supported" });
    expect(error.message).toContain(`kernel interface 9, this version of the package needs ${ABI}`);
  });

  it("refuses one of another kind of memory than the threads need, naming the one to give", async () => {
    const shared = await refusal(create({ module: await compile("simd-shared"), threads: 1 }));
    expect(shared).toMatchObject({ code: "not-supported" });
    expect(shared.message).toContain("the one given is for the shared memory of several threads");
    expect(shared.message).toContain('"alternant/simd.wasm"');
    const own = await refusal(create({ module: await compile("simd"), threads: 2 }));
    expect(own).toMatchObject({ code: "not-supported" });
    expect(own.message).toContain(
      'threads: 2 needs a module for shared memory, that of "alternant/simd-shared.wasm"',
    );
  });

  it("refuses the default build where relaxed arithmetic is asked for", async () => {
    const error = await refusal(create({ module: await compile("simd"), arithmetic: "relaxed" }));
    expect(error).toMatchObject({ code: "not-supported" });
    expect(error.message).toContain('the module of "alternant/relaxed.wasm"');
  });
});

async function trainOn(engine: Engine): Promise<void> {
  const ratings = Ratings.from([
    ["ann", "Alien", 5],
    ["bob", "Alien", 1],
  ]);
  const model = await new ALS({ factors: 2 }).fit(ratings, { engine });
  expect(model.predict("ann", "Alien")).toBeGreaterThan(model.predict("bob", "Alien")!);
}

describe("an engine", () => {
  it("takes a lease back once, however often it is released", async () => {
    const engine = await Engine.create();
    const { memory, release } = await engine.lend(10, undefined, "a test");
    const other = await engine.lend(10, undefined, "a test");
    expect(other.memory).not.toBe(memory);
    release();
    release();
    const again = await Promise.all([
      engine.lend(10, undefined, "a test"),
      engine.lend(10, undefined, "a test"),
    ]);
    expect(again[0].memory).toBe(memory);
    expect(again[1].memory).not.toBe(memory);
    expect(again[1].memory).not.toBe(other.memory);
  });

  it("refuses to lend and to fit once it is disposed of, and takes no memory away", async () => {
    const engine = await Engine.create();
    const lease = await engine.lend(10, undefined, "a test");
    await engine.dispose();
    await engine.dispose();
    expect(lease.memory.buffer.byteLength).toBeGreaterThan(0);
    lease.release();
    const ratings = Ratings.from([["ann", "Alien", 5]]);
    for (const attempt of [
      engine.lend(10, undefined, "a test"),
      new ALS({ factors: 2 }).fit(ratings, { engine }),
    ]) {
      const error = await refusal(attempt);
      expect(error).toMatchObject({ code: "disposed" });
      expect(error.message).toContain("create another one");
    }
  });

  it("is disposed of by `await using`", async () => {
    let kept: Engine;
    {
      await using engine = await Engine.create({ threads: 2 });
      kept = engine;
    }
    expect(await refusal(kept.lend(10, undefined, "a test"))).toMatchObject({ code: "disposed" });
  });

  it("is shared by fits that are given none", async () => {
    expect(await sharedEngine()).toBe(await sharedEngine());
  });
});
