import { getEventListeners } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { bundleScript } from "../../../scripts/inlined.mjs";
import { ALS, type AlsOptions } from "../../../src/als/index.js";
import type { AlternantError } from "../../../src/errors.js";
import { Engine } from "../../../src/kernel/index.js";
import { LaneDriver } from "../../../src/kernel/lanes/lane-driver.js";
import { LaneWork } from "../../../src/kernel/lanes/lane-work.js";
import type { Ratings } from "../../../src/ratings/index.js";
import { bitsOf, spreadRatings } from "../../als/fixtures.js";
import { bigModel } from "../../model/big.js";
import { type WorkerWatch, watchWorkers } from "./workers.js";

const als = new ALS({ factors: 16, epochs: 3 });
const long = new ALS({ factors: 64, epochs: 10_000 });
let ratings: Ratings<number, number>;
let many: Ratings<number, number>;
let expected: string;
let watch: WorkerWatch;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "alternant-lanes-"));
  ratings = spreadRatings(600, 400, 24_000);
  many = spreadRatings(2000, 1500, 200_000);
  expected = bitsOf(await als.fit(ratings, { engine: await Engine.create({ threads: 1 }) }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  watch = watchWorkers();
});
afterEach(() => watch.stop());

function rejection(promise: Promise<unknown>): Promise<AlternantError> {
  return promise.then(
    () => expect.fail("it should have rejected"),
    (error: AlternantError) => error,
  );
}

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The package's worker script with more behind it, in a file. */
async function scriptWith(name: string, more: string): Promise<string> {
  const own = await bundleScript(new URL("../../../src/kernel/lanes/worker.ts", import.meta.url).pathname);
  const path = join(folder, name);
  writeFileSync(path, `${own}\n${more}`);
  return path;
}

/** Code that runs in the worker when its nth message comes. */
const onMessage = (nth: number, code: string): string => `
  let left = ${nth};
  process.getBuiltinModule("node:worker_threads").parentPort.on("message", () => {
    if (--left === 0) { ${code} }
  });`;

describe("a lane that", () => {
  it.each<[nth: number, name: string, options: AlsOptions]>([
    [1, "explicit", {}],
    [2, "explicit", {}],
    [3, "explicit", {}],
    [1, "implicit", { feedback: "implicit" }],
    [2, "implicit, cg", { feedback: "implicit", solver: "cg" }],
    [3, "implicit, blocks", { feedback: "implicit", solver: "ials++" }],
    [1, "implicit, non-negative", { feedback: "implicit", solver: "nonnegative" }],
  ])(
    "is terminated in the middle of a fit (%i, %s) ends it, its siblings, and not the engine",
    async (nth, _, options) => {
      const engine = await Engine.create({ threads: 3 });
      expect(watch.started).toHaveLength(3);
      const endless = new ALS({ factors: 64, epochs: 10_000, ...options });
      const fit = rejection(endless.fit(many, { engine }));
      await wait(40 * nth);
      await watch.started[nth % 3]!.terminate();
      const error = await fit;
      expect(error).toMatchObject({ name: "AlternantError", code: "lane-failed" });
      expect(error.message).toMatch(
        new RegExp(`^Lane ${(nth % 3) + 1} of 3 failed: it exited with code 1\\.`),
      );
      expect(error.message).toContain("Call again: the engine starts new ones.");
      expect(watch.alive()).toBe(0);
      expect(bitsOf(await als.fit(ratings, { engine }))).toBe(expected);
      expect(watch.started).toHaveLength(6);
      await engine.dispose();
      expect(watch.alive()).toBe(0);
    },
  );

  it("is terminated while a side is summed over all its rows ends the fit, and not the engine", async () => {
    const engine = await Engine.create({ threads: 3 });
    // Next to nothing but those sums: a user has one rating.
    const wide = spreadRatings(150_000, 10, 150_000);
    const { sumFixed } = LaneDriver.prototype;
    let within = false;
    const spy = vi.spyOn(LaneDriver.prototype, "sumFixed").mockImplementation(async function (
      this: LaneDriver,
      half,
    ) {
      let running = true;
      const ended = wait(5).then(() => {
        within = running;
        return watch.started[1]!.terminate();
      });
      await sumFixed.call(this, half).finally(() => {
        running = false;
      });
      await ended;
    });
    const implicit = new ALS({ feedback: "implicit", factors: 128, precision: "float32", epochs: 3 });
    const error = await rejection(implicit.fit(wide, { engine })).finally(() => spy.mockRestore());
    expect(within).toBe(true);
    expect(error).toMatchObject({ name: "AlternantError", code: "lane-failed" });
    expect(error.message).toMatch(/^Lane 2 of 3 failed: it exited with code 1\./);
    expect(watch.alive()).toBe(0);
    expect(bitsOf(await als.fit(ratings, { engine }))).toBe(expected);
    await engine.dispose();
  });

  it("is terminated while lists are made ends them, its siblings, and not the engine", async () => {
    const engine = await Engine.create({ threads: 3 });
    const model = bigModel({ users: 50_000, items: 2000, factors: 64 });
    const lists = model.recommendAll({ engine });
    // Of several batches the first: lanes are at work, and will be.
    expect((await lists.next()).done).toBe(false);
    const rest = rejection(lists.next());
    await wait(10);
    await watch.started[1]!.terminate();
    const error = await rest;
    expect(error).toMatchObject({ name: "AlternantError", code: "lane-failed" });
    expect(error.message).toMatch(/^Lane 2 of 3 failed: it exited with code 1\./);
    expect(watch.alive()).toBe(0);
    const [list] = await model.recommendMany([7], { engine });
    expect(list).toEqual(model.recommend(7));
    expect(watch.started).toHaveLength(6);
    await engine.dispose();
  });

  it("is terminated while an index is packed ends that, its siblings, and not the engine", async () => {
    const engine = await Engine.create({ threads: 3 });
    // Axes that pay are what takes packing long enough to be met.
    const shape = { users: 10, items: 60_000, factors: 256, rated: 1, decay: 0.97 };
    const model = bigModel(shape);
    const run = vi.spyOn(LaneWork.prototype, "run").mockImplementationOnce(function (
      this: LaneWork,
      ...given
    ) {
      const running = LaneWork.prototype.run.apply(this, given);
      void wait(10).then(() => watch.started[1]!.terminate());
      return running;
    });
    const error = await rejection(model.prepare({ side: "items", engine }));
    run.mockRestore();
    expect(error).toMatchObject({ name: "AlternantError", code: "lane-failed" });
    expect(error.message).toMatch(/^Lane 2 of 3 failed: it exited with code 1\./);
    expect(watch.alive()).toBe(0);
    await model.prepare({ side: "items", engine });
    expect(model.recommend(3)).toEqual(bigModel(shape).recommend(3));
    expect(watch.started).toHaveLength(6);
    await engine.dispose();
  });

  it("throws ends every fit on the engine, with what it threw", async () => {
    const workerUrl = await scriptWith("throws.js", onMessage(4, 'throw new Error("out of luck")'));
    const engine = await Engine.create({ threads: 2, workerUrl });
    const errors = await Promise.all([
      rejection(long.fit(many, { engine })),
      rejection(long.fit(ratings, { engine })),
    ]);
    for (const error of errors) {
      expect(error).toMatchObject({ code: "lane-failed" });
      expect(error.message).toMatch(/^Lane [12] of 2 failed: out of luck\./);
    }
    expect(watch.alive()).toBe(0);
    await engine.dispose();
  });

  it("exits by itself is a failed one", async () => {
    const workerUrl = pathToFileURL(await scriptWith("exits.js", onMessage(3, "process.exit(7)")));
    const engine = await Engine.create({ threads: 2, workerUrl });
    const error = await rejection(long.fit(many, { engine }));
    expect(error).toMatchObject({ code: "lane-failed" });
    expect(error.message).toMatch(/^Lane [12] of 2 failed: it exited with code 7\./);
    expect(watch.alive()).toBe(0);
    await engine.dispose();
  });

  it("dies while the engine is idle is replaced", async () => {
    const engine = await Engine.create({ threads: 2 });
    await watch.started[0]!.terminate();
    expect(bitsOf(await als.fit(ratings, { engine }))).toBe(expected);
    expect(watch.started).toHaveLength(4);
    expect(watch.alive()).toBe(2);
    await engine.dispose();
  });

  it("dies between two epochs ends the fit all the same", async () => {
    const engine = await Engine.create({ threads: 2 });
    const epochs: number[] = [];
    const fit = als.fit(ratings, {
      engine,
      onEpoch: async ({ epoch }) => {
        epochs.push(epoch);
        await watch.started[1]!.terminate();
      },
    });
    expect(await rejection(fit)).toMatchObject({ code: "lane-failed" });
    expect(epochs).toEqual([1]);
    expect(bitsOf(await als.fit(ratings, { engine }))).toBe(expected);
    expect(watch.started).toHaveLength(4);
    await engine.dispose();
  });
});

describe("a workerUrl that", () => {
  it("does not exist is named", async () => {
    for (const workerUrl of [join(folder, "nowhere.js"), pathToFileURL(join(folder, "nowhere.js"))]) {
      const error = await rejection(Engine.create({ threads: 2, workerUrl }));
      expect(error).toMatchObject({ code: "lane-failed" });
      expect(error.message).toContain(`worker script ${String(workerUrl)} could not be started: `);
      expect(error.message).toContain("nowhere.js");
      expect(error.message).toContain('"alternant/worker"');
    }
    expect(watch.alive()).toBe(0);
  });

  it("throws is named with what it threw", async () => {
    const workerUrl = join(folder, "throws-at-once.js");
    writeFileSync(workerUrl, 'throw new Error("no such luck")');
    const error = await rejection(Engine.create({ workerUrl, threads: 4 }));
    expect(error).toMatchObject({ code: "lane-failed" });
    expect(error.message).toContain(`worker script ${workerUrl} could not be started: no such luck.`);
    expect(watch.started).toHaveLength(4);
    expect(watch.alive()).toBe(0);
  });

  it("has a scheme that workers do not take is named", async () => {
    const error = await rejection(Engine.create({ threads: 2, workerUrl: "https://127.0.0.1:9/worker.js" }));
    expect(error).toMatchObject({ code: "lane-failed" });
    expect(error.message).toContain("worker script https://127.0.0.1:9/worker.js could not be started");
    expect(watch.alive()).toBe(0);
  });

  it("is the package's own script works, as a path, a string and a URL", async () => {
    const path = await scriptWith("own.js", "");
    for (const workerUrl of [path, String(pathToFileURL(path)), pathToFileURL(path)]) {
      const engine = await Engine.create({ threads: 2, workerUrl });
      expect(bitsOf(await als.fit(ratings, { engine }))).toBe(expected);
      await engine.dispose();
    }
  });
});

describe("while new lanes start after a failure", () => {
  it("an abort is heard, and dispose() ends those that have not answered", async () => {
    const engine = await Engine.create({ threads: 3 });
    await watch.started[0]!.terminate();
    const controller = new AbortController();
    const aborted = rejection(als.fit(ratings, { engine, signal: controller.signal }));
    const waiting = rejection(als.fit(ratings, { engine }));
    await wait(0);
    controller.abort("enough");
    expect(await aborted).toMatchObject({ code: "aborted", cause: "enough" });
    await engine.dispose();
    expect(await waiting).toMatchObject({ code: "disposed" });
    expect(watch.started).toHaveLength(6);
    expect(watch.alive()).toBe(0);
  });
});

describe("a signal", () => {
  it("that ends many fits has one listener, and none in the end", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on("warning", note);
    const engine = await Engine.create({ threads: 2 });
    const controller = new AbortController();
    const { signal } = controller;
    const fits = Array.from({ length: 20 }, () => rejection(long.fit(ratings, { engine, signal })));
    await wait(50);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    controller.abort();
    for (const error of await Promise.all(fits)) expect(error).toMatchObject({ code: "aborted" });
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    await wait(10);
    process.off("warning", note);
    expect(warnings).toEqual([]);
    await engine.dispose();
  });
});

describe("dispose()", () => {
  it("ends lanes in the middle of their work: fits reject, and nothing is left", async () => {
    const engine = await Engine.create({ threads: 3 });
    const fits = [rejection(long.fit(many, { engine })), rejection(long.fit(ratings, { engine }))];
    await wait(50);
    expect(watch.alive()).toBe(3);
    await engine.dispose();
    expect(watch.alive()).toBe(0);
    for (const error of await Promise.all(fits)) expect(error).toMatchObject({ code: "disposed" });
    expect(await rejection(als.fit(ratings, { engine }))).toMatchObject({ code: "disposed" });
  });

  it("in the last onEpoch rejects the fit all the same", async () => {
    for (const threads of [1, 2]) {
      const engine = await Engine.create({ threads });
      const onEpoch = ({ epoch, epochs }: { epoch: number; epochs: number }): unknown =>
        epoch === epochs ? engine.dispose() : undefined;
      expect(await rejection(als.fit(ratings, { engine, onEpoch }))).toMatchObject({ code: "disposed" });
    }
  });

  it("ends a fit on the calling thread at its next pause", async () => {
    const engine = await Engine.create({ threads: 1 });
    const fit = rejection(long.fit(many, { engine }));
    await wait(50);
    await engine.dispose();
    expect(await fit).toMatchObject({ code: "disposed" });
  });
});
