import { describe, expect, it } from "vitest";
import { read, typeScriptFiles } from "./sources.js";
import { TIMED } from "./timed.js";

/** What a test takes that looks at the clock. */
const CLOCK = /\b(?:startStopwatch|longestGap)\b/;

describe("tests that look at the clock", () => {
  it("run one at a time", () => {
    const looking = typeScriptFiles("test")
      .filter((file) => file.endsWith(".test.ts"))
      .filter(
        (file) => !file.startsWith("test/long/") && !file.startsWith("test/house/") && CLOCK.test(read(file)),
      );
    expect(looking.length).toBeGreaterThan(3);
    expect(looking.filter((file) => !TIMED.includes(file))).toEqual([]);
  });

  it("are there", () => {
    const files = typeScriptFiles("test").filter((file) => file.endsWith(".test.ts"));
    expect(TIMED.filter((file) => !files.includes(file))).toEqual([]);
  });
});
