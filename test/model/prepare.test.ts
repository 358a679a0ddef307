import { afterAll, beforeAll, expect, it } from "vitest";
import type { AlternantError } from "../../src/errors.js";
import { Engine } from "../../src/kernel/index.js";
import { CAN_SHARE } from "../support/sharing.js";
import { bigModel } from "./big.js";

const THREADS = CAN_SHARE ? 2 : 1;
const shape = { users: 50, items: 20_000, factors: 64, decay: 0.9 };
let engine: Engine;
let expected: readonly unknown[];
const ask = (model: ReturnType<typeof bigModel>): readonly unknown[] => [
  model.recommend(7, { count: 20 }),
  model.similarItems(11),
];
beforeAll(async () => {
  engine = await Engine.create({ threads: THREADS });
  expected = ask(bigModel(shape));
});
afterAll(() => engine.dispose());

function rejection(promise: Promise<unknown>): Promise<AlternantError> {
  return promise.then(
    () => expect.fail("it should have rejected"),
    (error: AlternantError) => error,
  );
}

it("tells what it has cost, and costs nothing again", async () => {
  const model = bigModel(shape);
  const items = await model.prepare({ side: "items", engine });
  expect(items.seconds).toBeGreaterThan(0);
  const factors = shape.items * shape.factors * 4;
  expect(items.bytes).toBeGreaterThan(factors);
  expect(items.bytes).toBeLessThan(2.2 * factors);
  const both = await model.prepare({ engine });
  expect(both.bytes).toBeGreaterThan(items.bytes);
  expect((await model.prepare()).bytes).toBe(both.bytes);
  expect(ask(model)).toEqual(expected);
});

it("is the same on the shared engine, and for two callers at once", async () => {
  const model = bigModel(shape);
  const [one, other] = await Promise.all([model.prepare(), model.prepare({ engine })]);
  expect(one.bytes).toBe(other.bytes);
  expect(ask(model)).toEqual(expected);
});

it("ends at once when it is aborted, without harm to whoever waits for the same", async () => {
  const model = bigModel(shape);
  const controller = new AbortController();
  const aborted = rejection(model.prepare({ engine, signal: controller.signal }));
  const waiting = model.prepare({ engine });
  setTimeout(() => controller.abort(), 5);
  const error = await aborted;
  expect(error).toMatchObject({ name: "AbortError", code: "aborted" });
  expect(error.message).toMatch(/^Model\.prepare/);
  await waiting;
  expect(ask(model)).toEqual(expected);
  const before = await rejection(bigModel(shape).prepare({ signal: AbortSignal.abort() }));
  expect(before).toMatchObject({ code: "aborted" });
});

it("ends when its engine is disposed of, and can be had of another", async () => {
  const model = bigModel(shape);
  const own = await Engine.create({ threads: THREADS });
  const ended = rejection(model.prepare({ engine: own }));
  setTimeout(() => own.dispose(), 5);
  expect(await ended).toMatchObject({ name: "AlternantError", code: "disposed" });
  await model.prepare({ engine });
  expect(ask(model)).toEqual(expected);
});

it("refuses what is no engine and what is no signal", async () => {
  const model = bigModel({ ...shape, items: 30 });
  await expect(model.prepare({ engine: {} as never })).rejects.toThrow(TypeError);
  await expect(model.prepare({ signal: new AbortController() as never })).rejects.toThrow(
    "controller.signal",
  );
  await expect(model.prepare({ threads: 2 } as never)).rejects.toThrow('prepare: unknown option "threads"');
});
