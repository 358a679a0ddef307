import { expect, it } from "vitest";
import { explanationText } from "../../src/cli/commands/reasons.js";

const names = { given: false, title: String, genres: () => "" };
const explanation = {
  item: 7,
  score: 5.25,
  base: 4,
  reasons: [
    { item: 1, value: 5, contribution: 1.5, without: 4.2 },
    { item: 2, value: 1, contribution: -0.25, without: 5.4 },
  ],
};

it("a prediction outside of the ratings' range is told as it is and as lists have it", () => {
  const told = (range: readonly [number, number]) =>
    explanationText(explanation, { range }, 1, names).split("\n");
  expect(told([1, 5])[0]).toBe(
    "7: 5.250 (5.000 within the ratings' range), which is 4.000 and what ratings add:",
  );
  expect(told([1, 6])[0]).toBe("7: 5.250, which is 4.000 and what ratings add:");
  expect(told([1, 6]).at(-1)).toBe("1 more add −0.250 together.");
});
