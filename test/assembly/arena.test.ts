import { expect, it } from "vitest";
import { Arena } from "./arena.js";

// The guards guard the kernels only if they would bark.
it("finds a byte written before, between and behind regions, and a changed input", () => {
  for (const shared of [false, true]) {
    const arena = new Arena(65536, shared);
    const fresh = () => {
      arena.reset();
      const [first, second] = [arena.take("first", 40), arena.take("second", 24)];
      return { first, second, all: new Uint8Array(arena.memory.buffer) };
    };
    const { first, second, all } = fresh();
    expect(first.address % 32).toBe(16);
    expect(second.address - first.address - first.bytes).toBeGreaterThanOrEqual(64);
    arena.bytes(first).fill(0);
    arena.bytes(second).fill(0);
    arena.check("written in place");
    for (const [at, message] of [
      [first.address - 1, "guard byte 1 before first"],
      [first.address + first.bytes, "before second"],
      [second.address - 1, "guard byte 1 before second"],
      [second.address + second.bytes, "before the end"],
    ] as const) {
      fresh();
      all[at] = 0;
      expect(() => arena.check("a stray write")).toThrow(message);
    }
    const again = fresh();
    arena.bytes(again.second).fill(7);
    arena.seal(again.second);
    arena.check("sealed");
    all[again.second.address + 3] = 8;
    expect(() => arena.check("a stray write")).toThrow("the input second was changed");
  }
});
