import { expect, test } from "vitest";
import { playgrounds } from "./support.js";

const open = playgrounds();

/** Three of four pairs of 30 people and 20 items, each of the values in turn. */
function csv(values: readonly number[]): string {
  const lines = ["user,item,rating"];
  for (let user = 0; user < 30; user++)
    for (let item = 0; item < 20; item++)
      if ((user * 7 + item * 3) % 4 > 0)
        lines.push(`u${user},i${item},${values[(user * 3 + item) % values.length]}`);
  return `${lines.join("\n")}\n`;
}

const whole = (min: number, max: number): number[] =>
  Array.from({ length: max - min + 1 }, (_, at) => min + at);

test.each<[string, number[], string[]]>([
  ["−10 … 10", whole(-10, 10), ["−10", "−5", "0", "5", "10"]],
  ["−9 … −1", whole(-9, -1), ["−9", "−8", "−7", "−6", "−5", "−4", "−3", "−2", "−1"]],
  ["3 … 5", whole(3, 5), ["3", "4", "5"]],
  ["1 … 10", whole(1, 10), ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]],
])("stars of ratings %s go from the least to the greatest, and say so", async (_, values, told) => {
  const playground = await open({ viewport: { width: 390, height: 844 } });
  const { page } = playground;
  await playground.ready();
  await playground.drop([{ name: "scale.csv", bytes: csv(values) }]);
  await page.getByRole("button", { name: "Read it" }).click();
  await expect.poll(() => page.locator(".facts-box .source").innerText()).toBe("scale.csv");
  await playground.trained({ factors: 2, epochs: 2 });
  await playground.tab("Rate and see").click();
  const stars = page.locator(".to-rate li").first().locator("input");
  await stars.first().waitFor();
  const labels = await stars.evaluateAll((inputs) => inputs.map((input) => input.getAttribute("aria-label")));
  expect(labels).toEqual(told.map((value, at) => `${at + 1} of ${told.length} stars: ${value}`));
  const titles = await page.locator(".to-rate li").first().locator("label").all();
  expect(await Promise.all(titles.map((one) => one.getAttribute("title")))).toEqual(told);
  expect(await page.getByRole("region", { name: "Rate", exact: true }).locator(".hint").innerText()).toBe(
    `One star is ${told[0]}, ${told.length} stars are ${told.at(-1)}.`,
  );
  const name = await page.locator(".to-rate li").first().locator(".what").boundingBox();
  expect(name!.width).toBeGreaterThan(100);
  // What the last star gives is what the reasons are made of.
  await stars.last().check({ force: true });
  await expect.poll(() => page.locator(".reason").first().innerText()).toContain(`${told.at(-1)!} · without`);
});
