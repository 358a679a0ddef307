import { beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../../src/kernel/index.js";
import type { Model } from "../../src/model/index.js";
import { watchedEngine } from "../als/leases.js";
import { CAN_SHARE } from "../support/sharing.js";
import { soon } from "../support/turns.js";
import { bigModel } from "./big.js";
import { randomModel } from "./fixtures.js";

const THREADS = CAN_SHARE ? [1, 3] : [1];
interface Options {
  engine?: Engine;
  signal?: AbortSignal;
}
const CALLS: readonly [name: string, call: (model: Model, options?: Options) => Promise<unknown>][] = [
  ["svd", (model, options) => model.svd(options)],
  ["canonical", (model, options) => model.canonical(options)],
  ["truncate", (model, options) => model.truncate(2, options)],
];

let big: Model;
beforeAll(() => {
  big = bigModel({ users: 40_000, items: 20_000, factors: 64 }) as Model;
});

/** What a promise rejected with, as one line. */
async function complaint(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "nothing",
    ({ name, message }: Error) => `${name}: ${message}`,
  );
}

describe.each(CALLS)("%s()", (name, call) => {
  it("refuses what is no engine, no signal, and unknown options", async () => {
    const model = randomModel();
    const given = (options: unknown) => complaint(call(model, options as Options));
    expect(await given({ engine: {} })).toBe(
      "TypeError: engine must be an Engine, made by Engine.create(), not an object (Object)",
    );
    expect(await given({ signal: 5 })).toBe("TypeError: signal must be an AbortSignal, not 5");
    expect(await given({ sginal: undefined })).toMatch(/unknown option "sginal"; did you mean "signal"\?/);
    expect(await given({ sginal: undefined })).toMatch(/^RangeError: /);
    expect(await given({ threads: 2 })).toMatch(/^RangeError: .*unknown option "threads"/);
    expect(await given(5)).toMatch(/^TypeError: .*options must be an object, not 5/);
    expect(await given(null)).toMatch(/^TypeError: .*options must be an object, not null/);
  });

  it("refuses a model that was disposed of, and an engine that was", async () => {
    const engine = await Engine.create({ threads: 1 });
    const model = randomModel();
    await engine.dispose();
    await expect(call(model, { engine })).rejects.toMatchObject({ code: "disposed" });
    model.dispose();
    await expect(call(model)).rejects.toMatchObject({ code: "disposed" });
  });

  it.each(THREADS)(
    "ends with what a signal says, before it begins and on its way, on %i threads",
    async (threads) => {
      const { engine, lent, returned } = await watchedEngine(threads);
      const reason = new Error("enough");
      const expected = { name: "AbortError", code: "aborted", cause: reason };
      await expect(call(big, { engine, signal: AbortSignal.abort(reason) })).rejects.toMatchObject(expected);
      expect(lent()).toBe(returned());

      const now = new AbortController();
      const begun = call(big, { engine, signal: now.signal });
      now.abort(reason);
      await expect(begun).rejects.toMatchObject(expected);

      for (const turns of [1, 3, 8]) {
        const controller = new AbortController();
        const running = call(big, { engine, signal: controller.signal });
        afterTurns(turns, () => controller.abort(reason));
        await expect(running, `after ${turns} turns`).rejects.toMatchObject(expected);
      }
      expect(lent()).toBe(returned());

      // The engine goes on as if nothing had been.
      await call(randomModel(), { engine });
      expect(lent()).toBe(returned());
      await engine.dispose();
    },
  );

  it.each(THREADS)("ends when its engine is disposed of on its way, on %i threads", async (threads) => {
    for (const turns of [1, 4]) {
      const engine = await Engine.create({ threads });
      const running = call(big, { engine });
      const ended = expect(running, name).rejects.toMatchObject({ code: "disposed" });
      await new Promise<void>((resolve) => afterTurns(turns, resolve));
      await engine.dispose();
      await ended;
    }
  });

  it("works on what the model was when it was asked, also where that is disposed of meanwhile", async () => {
    const engine = await Engine.create({ threads: 1 });
    const model = bigModel({ users: 2000, items: 1000, factors: 8 }) as Model;
    const running = call(model, { engine });
    model.dispose();
    await expect(running).resolves.toBeDefined();
    await engine.dispose();
  });
});

describe("canonical() and truncate()", () => {
  it("refuse an unknown precision", async () => {
    const model = randomModel();
    const precision = "float16" as "float32";
    const refusal =
      /^RangeError: precision must be "float(32|64)" or "float(32|64)", not the string "float16"/;
    expect(await complaint(model.canonical({ precision }))).toMatch(refusal);
    expect(await complaint(model.truncate(1, { precision }))).toMatch(refusal);
    const number = 32 as unknown as "float32";
    expect(await complaint(model.canonical({ precision: number }))).toMatch(/^TypeError: precision must be /);
  });

  it("is no option of svd(), which is in float64 always", async () => {
    const options = { precision: "float64" } as object;
    expect(await complaint(randomModel().svd(options))).toMatch(/^RangeError: .*unknown option "precision"/);
  });
});

/** Calls back after so many turns of the event loop. */
function afterTurns(turns: number, callback: () => void): void {
  if (turns === 0) callback();
  else soon(() => afterTurns(turns - 1, callback));
}
