import { describe, expect, it } from "vitest";
import { runChild } from "./child.js";

const LIMIT_MB = 100;
/** What the child tells. */
interface Told {
  readonly collected: boolean;
  readonly one: number;
  readonly series: number;
  readonly atOnce: number;
  readonly hashes: string[];
}

describe("memory", () => {
  it("is given back: 100 fits in a row and 20 at once end near one fit's, with equal bits", async () => {
    const { collected, one, series, atOnce, hashes } = await runChild<Told>("memory-child.ts");
    const told = [one, series, atOnce].map((megabytes) => megabytes.toFixed(0)).join(", ");
    console.log(`RSS in MB after 1 fit, 100 more in a row, 20 more at once: ${told}`);
    expect(collected).toBe(true);
    expect(hashes).toHaveLength(1);
    expect(series).toBeLessThan(one + LIMIT_MB);
    expect(atOnce).toBeLessThan(one + LIMIT_MB);
  });
});
