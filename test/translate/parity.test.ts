import { expect, test } from "vitest";
import implicit from "./parity/implicit.json" with { type: "json" };
import { type Parity, relativeDistance, train } from "./parity/problem.js";

// Made by test/translate/parity/make.py with the library itself; live-parity.test.ts makes it anew where it is installed.
const fixture = implicit as unknown as Parity;

test.each(fixture.runs.map((run) => [run.params, run] as const))(
  "from the same factors, implicit and its translation come to the same: %j",
  async (params, run) => {
    const ours = await train("implicit", params, fixture);
    expect(relativeDistance(ours, run)).toBeLessThan(1e-6);
    // It has moved: agreeing with where both began would show nothing.
    expect(relativeDistance(ours, fixture.initial)).toBeGreaterThan(0.1);
  },
);
