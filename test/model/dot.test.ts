import { expect, test } from "vitest";
import { dot } from "../../src/model/dot.js";
import { seededRandom } from "../../src/random.js";

/** The definition: pad with zeros to whole groups of four, add lane by lane, then (s0 + s1) + (s2 + s3). */
function fourLanes(a: number[], b: number[]): number {
  const sums = [0, 0, 0, 0];
  for (let k = 0; k < Math.ceil(a.length / 4) * 4; k++) sums[k % 4]! += (a[k] ?? 0) * (b[k] ?? 0);
  return sums[0]! + sums[1]! + (sums[2]! + sums[3]!);
}

const random = seededRandom(5, "test");
const draw = (length: number) => Array.from({ length }, () => random.unit() * 200 - 100);

test("equals the four-lane sum bit for bit at every remainder, offset and precision", () => {
  let differsFromOneLane = 0;
  for (let factors = 1; factors <= 66; factors++)
    for (const [aOffset, bOffset] of [
      [0, 0],
      [3, factors],
    ] as const) {
      const a = draw(aOffset + factors + 2);
      const b = draw(bOffset + factors + 2);
      for (const Type of [Float64Array, Float32Array]) {
        const left = Type.from(a);
        const right = Type.from(b);
        const expected = fourLanes(
          [...left.subarray(aOffset, aOffset + factors)],
          [...right.subarray(bOffset, bOffset + factors)],
        );
        expect(dot(left, aOffset, right, bOffset, factors)).toBe(expected);
        let oneLane = 0;
        for (let k = 0; k < factors; k++) oneLane += left[aOffset + k]! * right[bOffset + k]!;
        if (oneLane !== expected) differsFromOneLane++;
      }
    }
  // Otherwise the order of addition would not have been tested.
  expect(differsFromOneLane).toBeGreaterThan(50);
});

test("adds products of float32 factors in float64", () => {
  const a = Float32Array.of(1, 2 ** -20, 1);
  const b = Float32Array.of(1, 2 ** -20, -1);
  expect(dot(a, 0, b, 0, 3)).toBe(2 ** -40);
});
