import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/random.js";
import { Normals } from "../../src/synthetic/normal.js";

const COUNT = 200_000;

describe("Normals", () => {
  const normals = new Normals(seededRandom(1, "test"));
  const deviates = Float64Array.from({ length: COUNT }, () => normals.next());
  const moment = (power: number): number => deviates.reduce((sum, x) => sum + x ** power / COUNT, 0);
  const shareWithin = (bound: number): number => deviates.filter((x) => Math.abs(x) < bound).length / COUNT;

  it("has the moments of the normal distribution", () => {
    // Five standard errors: 1, √2, √15 and √96 over √200,000.
    expect(Math.abs(moment(1))).toBeLessThan(0.0112);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.0158);
    expect(Math.abs(moment(3))).toBeLessThan(0.0433);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.11);
  });

  it("has its quantiles", () => {
    expect(shareWithin(0.6744898)).toBeCloseTo(0.5, 2);
    expect(shareWithin(1.959964)).toBeCloseTo(0.95, 2);
    expect(shareWithin(3.2905267)).toBeCloseTo(0.999, 3);
  });

  it("gives deviates that don't depend on the one before", () => {
    let sum = 0;
    for (let i = 1; i < COUNT; i++) sum += deviates[i - 1]! * deviates[i]!;
    expect(Math.abs(sum / COUNT)).toBeLessThan(0.0112);
  });
});
