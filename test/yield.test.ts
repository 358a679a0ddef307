import { afterEach, describe, expect, it, vi } from "vitest";
import { createYielder } from "../src/yield.js";
import { soon } from "./support/turns.js";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("createYielder", () => {
  it("is due when the time has passed, and starts anew after a pause", async () => {
    let now = 1000;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    const yielder = createYielder(8);
    now += 7.9;
    expect(yielder.due()).toBe(false);
    now += 0.1;
    expect(yielder.due()).toBe(true);
    expect(yielder.due()).toBe(true);
    await yielder.pause();
    expect(yielder.due()).toBe(false);
    now += 8;
    expect(yielder.due()).toBe(true);
  });

  it("is due before the 8 ms that are promised", () => {
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    const yielder = createYielder();
    now = 7;
    expect(yielder.due()).toBe(true);
  });

  it("counts the time of the pause itself as none", async () => {
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    const yielder = createYielder(8);
    soon(() => {
      now = 100;
    });
    await yielder.pause();
    expect(now).toBe(100);
    expect(yielder.due()).toBe(false);
  });

  it.each(["setImmediate", "MessageChannel", "setTimeout"])("lets timers run, by %s", async (by) => {
    if (by !== "setImmediate") vi.stubGlobal("setImmediate", undefined);
    if (by === "setTimeout") vi.stubGlobal("MessageChannel", undefined);
    let ran = false;
    setTimeout(() => {
      ran = true;
    }, 1);
    const yielder = createYielder();
    // A pause that only emptied the queue of microtasks would never let the timer run.
    const end = performance.now() + 5000;
    while (!ran && performance.now() < end) await yielder.pause();
    expect(ran).toBe(true);
  });
});
