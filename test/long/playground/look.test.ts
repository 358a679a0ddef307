import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import type { Playground } from "../../demo/playground.js";
import { playgrounds } from "./support.js";
import { fixed, modelOf, signed } from "./twin.js";

const open = playgrounds();

async function withModel(world: "small" | "catalogue" = "small"): Promise<Playground> {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  if (world !== "small") {
    await page.getByLabel("Size of the generated world").selectOption(world);
    await page.getByRole("button", { name: "Generate" }).click();
    await page.locator(".job").waitFor({ state: "visible" });
    await page.locator(".job").waitFor({ state: "hidden", timeout: 60_000 });
  }
  await playground.trained({ factors: 12, epochs: 8 });
  return playground;
}

/** How many pixels of the canvas differ from what is under them. */
function painted(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>("canvas[data-points]")!;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at]! > 0) count++;
    return count;
  });
}

function picture(page: Page): Promise<string> {
  return page.evaluate(() => document.querySelector<HTMLCanvasElement>("canvas[data-points]")!.toDataURL());
}

test("the map has 26,744 points; it is moved, zoomed, searched and filtered", async () => {
  const playground = await withModel("catalogue");
  const { page } = playground;
  await playground.tab("Items").click();
  await page.locator("canvas[data-points='26744']").waitFor();
  await page.waitForTimeout(600);
  expect(await painted(page)).toBeGreaterThan(20_000);
  const seen = new Set([await picture(page)]);
  /** Whether what was done shows: the picture is none of those before. */
  const changes = async (act: () => Promise<unknown>): Promise<void> => {
    await act();
    await expect.poll(async () => seen.has(await picture(page))).toBe(false);
    await page.waitForTimeout(300);
    seen.add(await picture(page));
  };
  const canvas = page.locator("canvas[data-points]");
  const box = (await canvas.boundingBox())!;
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await changes(async () => {
    await page.mouse.move(middle.x, middle.y);
    await page.mouse.down();
    await page.mouse.move(middle.x + 90, middle.y + 40, { steps: 4 });
    await page.mouse.up();
  });
  await changes(() => page.mouse.wheel(0, -600));
  await changes(() => page.getByRole("button", { name: "Zoom out" }).click());
  await changes(() => page.getByRole("button", { name: "Comedy", exact: true }).click());
  await page.getByRole("button", { name: "Comedy", exact: true }).click();
  await page.getByRole("button", { name: "Show all" }).click();

  const field = page.getByRole("combobox", { name: "Item", exact: true });
  await field.fill("western 7");
  const best = page.locator(".combobox [role=option]").first();
  await expect.poll(() => best.innerText()).toMatch(/^Western 7\b/);
  await changes(async () => {
    await field.press("ArrowDown");
    await field.press("Enter");
    await expect
      .poll(() => page.getByRole("region", { name: "Item" }).locator(".title").innerText())
      .toBe("Western 7");
  });
  const similar = page.getByRole("region", { name: "Item" }).locator(".row");
  expect(await similar.count()).toBe(10);
  const byCosine = await similar.locator(".name").allInnerTexts();
  await page.getByRole("radio", { name: "Dot" }).check();
  await expect.poll(() => similar.locator(".name").allInnerTexts()).not.toEqual(byCosine);
});

test("a point that is pointed at tells its name, and is picked", async () => {
  const playground = await withModel();
  const { page } = playground;
  await playground.tab("Items").click();
  await page.locator("canvas[data-points]").waitFor();
  await page.waitForTimeout(500);
  const box = (await page.locator("canvas[data-points]").boundingBox())!;
  const tip = page.locator(".map-tip");
  // Somewhere near the middle, where points are close together.
  for (let step = 0; step < 40 && !(await tip.isVisible()); step++) {
    await page.mouse.move(box.x + box.width / 2 + step * 4, box.y + box.height / 2 + step);
    await page.waitForTimeout(60);
  }
  const title = await tip.locator(".name").innerText();
  expect(title).toMatch(/^[A-Z]\w+ \d+$/);
  await page.mouse.down();
  await page.mouse.up();
  await expect
    .poll(() => page.getByRole("region", { name: "Item" }).locator(".title").innerText())
    .toBe(title);
});

/** Points of the map by their titles: what is named where the mouse points, and where that is on the canvas. */
async function pointsOf(page: Page, count: number): Promise<Map<string, { x: number; y: number }>> {
  const points = new Map<string, { x: number; y: number }>();
  const box = (await page.locator("canvas[data-points]").boundingBox())!;
  const tip = page.locator(".map-tip");
  for (let step = 0; points.size < count && step < 400; step++) {
    // Places that are spread out: multiples of the golden section, and of another irrational number.
    await page.mouse.move(
      box.x + box.width * (0.1 + 0.8 * ((step * 0.618) % 1)),
      box.y + box.height * (0.1 + 0.8 * ((step * 0.755) % 1)),
    );
    await page.waitForTimeout(40);
    if (!(await tip.isVisible())) continue;
    const { title, x, y } = await tip.evaluate((element: HTMLElement) => ({
      title: element.querySelector<HTMLElement>(".name")!.innerText,
      x: Number.parseFloat(element.style.getPropertyValue("--x")),
      y: Number.parseFloat(element.style.getPropertyValue("--y")),
    }));
    points.set(title, { x, y });
  }
  await page.mouse.move(box.x + box.width / 2, 1);
  await tip.waitFor({ state: "hidden" });
  return points;
}

test("points stand where the axes of the model have them, as far apart across as up", async () => {
  const playground = await withModel();
  const { page } = playground;
  await playground.tab("Items").click();
  await page.locator("canvas[data-points]").waitFor();
  const points = await pointsOf(page, 15);
  expect(points.size).toBe(15);
  const model = await modelOf(playground);
  const { items, values } = await model.svd();
  const place = (title: string, axis: number): number =>
    items.values[model.items.index(title)! * items.factors + axis]! * Math.sqrt(values[axis]!);
  const byX = [...points].sort(([, a], [, b]) => a.x - b.x);
  const [[left, leftAt], [right, rightAt]] = [byX[0]!, byX.at(-1)!];
  const scale = (rightAt.x - leftAt.x) / (place(right, 0) - place(left, 0));
  expect(scale).toBeGreaterThan(0);
  for (const [title, { x, y }] of points) {
    expect(x, title).toBeCloseTo(leftAt.x + scale * (place(title, 0) - place(left, 0)), 1);
    expect(y, title).toBeCloseTo(leftAt.y - scale * (place(title, 1) - place(left, 1)), 1);
  }
});

test("points have the colour that the legend gives their genre", async () => {
  const playground = await withModel();
  const { page } = playground;
  await playground.tab("Items").click();
  await page.locator("canvas[data-points]").waitFor();
  // Far enough in, points do not cover one another.
  for (let times = 0; times < 6; times++) await page.getByRole("button", { name: "Zoom in" }).click();
  const points = await pointsOf(page, 12);
  expect(points.size).toBe(12);
  const seen = await page.evaluate(
    (places) => {
      const canvas = document.querySelector<HTMLCanvasElement>("canvas[data-points]")!;
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      const legend = [...document.querySelectorAll<HTMLElement>(".map-legend button")].map((button) => ({
        genre: button.innerText.trim(),
        colour: getComputedStyle(button.querySelector(".dot")!)
          .backgroundColor.match(/[\d.]+/g)!
          .map(Number),
      }));
      return places.map(({ x, y }) => {
        const pixel =
          4 * (Math.round(y * devicePixelRatio) * canvas.width + Math.round(x * devicePixelRatio));
        const far = (colour: number[]): number =>
          Math.hypot(...[0, 1, 2].map((at) => colour[at]! - data[pixel + at]!));
        return legend.sort((a, b) => far(a.colour) - far(b.colour))[0]!.genre;
      });
    },
    [...points.values()],
  );
  // The generated world calls items by their main genre. Now and then another point or a title lies over one.
  const right = [...points.keys()].filter((title, at) => title.startsWith(`${seen[at]} `));
  expect(new Set(seen).size).toBeGreaterThan(2);
  expect(right.length, `${[...points.keys()]} look like ${seen}`).toBeGreaterThanOrEqual(10);
});

test("what is most like an item is what the library says in Node, by both measures", async () => {
  const playground = await withModel();
  const { page } = playground;
  await playground.tab("Items").click();
  const panel = page.getByRole("region", { name: "Item" });
  const rows = async (): Promise<string[][]> =>
    Promise.all(
      (await panel.locator(".row").all()).map((row) => row.locator(".name, .number").allInnerTexts()),
    );
  await panel.locator(".row").first().waitFor();
  const title = await panel.locator(".title").innerText();
  const cosine = await rows();
  await page.getByRole("radio", { name: "Dot" }).check();
  await expect.poll(() => panel.innerText()).toContain("Likeness is the dot product");
  const dot = await rows();
  const model = await modelOf(playground);
  for (const [measure, shown] of [
    ["cosine", cosine],
    ["dot", dot],
  ] as const)
    expect(shown, measure).toEqual(
      model.similarItems(title, { count: 10, measure }).map(({ item, score }) => [item, fixed(score, 3)]),
    );
});

test("a person's reasons are those of the library in Node, and add up to the prediction", async () => {
  const playground = await withModel();
  const { page } = playground;
  await playground.tab("People").click();
  await page.locator(".reason").first().waitFor();
  const person = await page.locator(".lead .who").innerText();
  const recommended = page.getByRole("region", { name: "Recommended" }).locator(".row");
  const list = await Promise.all(
    (await recommended.all()).map((row) => row.locator(".name, .number").allInnerTexts()),
  );
  const why = await page.locator(".reasons p").innerText();
  const titles = await page.locator(".reason .name").allInnerTexts();
  const parts = await page.locator(".reason .number").allInnerTexts();
  const rated = await page.getByRole("list", { name: "Rated items" }).locator(".row").all();
  const ratings = await Promise.all(rated.map((row) => row.locator(".name, .number").allInnerTexts()));

  const model = await modelOf(playground);
  expect(list).toEqual(
    model.recommend(person, { count: 12 }).map(({ item, score }) => [item, fixed(score, 2)]),
  );
  expect(new Set(ratings.map(String))).toEqual(
    new Set(model.ratedItems(person).map(({ item, value }) => `${item},${value}`)),
  );
  const { score, base, reasons } = await model.explain(person, list[0]![0]!);
  expect(why).toContain(`The prediction ${fixed(score, 2)} is ${fixed(base, 2)}`);
  const told = [...reasons].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)).slice(0, 8);
  expect(titles.slice(0, 8)).toEqual(told.map(({ item }) => item));
  expect(parts.slice(0, 8)).toEqual(told.map(({ contribution }) => signed(contribution, 3)));
  const number = (text: string): number => Number(text.replace("−", "-"));
  expect(parts.map(number).reduce((a, b) => a + b, base)).toBeCloseTo(score, 2);
});

test("features by their ends, of items that many know, are those of the library in Node", async () => {
  const playground = await withModel();
  const { page } = playground;
  await playground.tab("Features").click();
  const ends = async (): Promise<string[][]> =>
    Promise.all(
      (await page.locator(".axis .end").all()).map(async (end) => [
        await end.locator("h4").innerText(),
        ...(await end.locator(".name").allInnerTexts()),
        ...(await end.locator("li .number").allInnerTexts()),
      ]),
    );
  await expect.poll(() => page.locator(".axis").count()).toBe(8);
  const shown = new Map([[20, await ends()]]);
  const before = await page.locator(".axis").first().innerText();
  await page.getByLabel("Items with at least").selectOption("100");
  await expect.poll(() => page.locator(".axis").first().innerText()).not.toBe(before);
  shown.set(100, await ends());
  const model = await modelOf(playground);
  for (const [minRatings, told] of shown) {
    const { axes } = await model.inspect({ axes: 8, count: 5, minRatings });
    const end = (name: string, items: (typeof axes)[number]["highest"]): string[] => [
      name,
      ...items.map(({ item }) => item),
      ...items.map(({ value }) => signed(value, 2)),
    ];
    expect(told, `at least ${minRatings} ratings`).toEqual(
      axes.flatMap(({ highest, lowest }) => [end("+Top", highest), end("−Bottom", lowest)]),
    );
  }
});

test("the heat map of chosen people and items stands beside what is known", async () => {
  const playground = await withModel();
  const { page } = playground;
  await playground.tab("Matrix").click();
  const known = page.getByRole("region", { name: "Known" });
  const predicted = page.getByRole("region", { name: "Predicted" });
  await predicted.locator("tbody td").first().waitFor();
  expect(await predicted.locator("tbody td").count()).toBe(12 * 14);
  expect(
    await predicted
      .locator("tbody td")
      .filter({ hasText: /^\d\.\d$/ })
      .count(),
  ).toBe(12 * 14);
  const rated = await known.locator("tbody td:not(.unknown)").count();
  expect(rated).toBeGreaterThan(20);
  expect(await predicted.locator("td.rated").count()).toBe(rated);
  const cells = async (of: Locator): Promise<string[][]> => {
    const texts = await of.locator("tbody td").allInnerTexts();
    return Array.from({ length: 12 }, (_, row) => texts.slice(row * 14, (row + 1) * 14));
  };
  const [users, items] = [
    await predicted.locator("tbody th").allInnerTexts(),
    await predicted.locator("thead th").allInnerTexts(),
  ];
  const shown = { known: await cells(known), predicted: await cells(predicted) };
  const model = await modelOf(playground);
  const { values } = model.predictBlock(users, items);
  expect(shown.predicted).toEqual(
    users.map((_, row) => items.map((_, column) => fixed(values[row * items.length + column]!, 1))),
  );
  expect(shown.known).toEqual(
    users.map((user) => {
      const own = new Map(model.ratedItems(user).map(({ item, value }) => [item, value]));
      return items.map((item) => (own.has(item) ? String(own.get(item)!) : ""));
    }),
  );
  await playground.tab("Matrix").click();

  const field = page.getByRole("combobox", { name: "Add an item" });
  // Enter comes before what matches does: it means the first of what will.
  await field.fill("horror 20");
  await field.press("Enter");
  await expect.poll(() => predicted.locator("thead th").first().innerText()).toBe("Horror 20");
  await known.getByRole("button", { name: "Remove Horror 20" }).click();
  await expect.poll(() => predicted.locator("thead th").count()).toBe(14);
});

test("somebody new: every rating changes the list, taking all back brings the first one again", async () => {
  const playground = await withModel();
  const { page } = playground;
  await playground.tab("Rate and see").click();
  const list = page.getByRole("region", { name: "Recommended to you" });
  const titles = () => list.locator(".row .name").allInnerTexts();
  await list.locator(".row").first().waitFor();
  const first = await titles();
  const offered = await page.locator(".to-rate .name").allInnerTexts();
  const rate = async (at: number, stars: number, ratings: RegExp): Promise<string[]> => {
    await page.locator(".to-rate li").nth(at).getByLabel(`${stars} of 5 stars`).check({ force: true });
    await expect.poll(() => list.locator("h3").innerText()).toMatch(ratings);
    return titles();
  };
  const one = await rate(0, 5, /from 1 rating,/);
  const two = await rate(1, 1, /from 2 ratings,/);
  const changed = await rate(0, 1, /from 2 ratings,/);
  expect(new Set([first, one, two].map(String)).size).toBe(3);
  await expect.poll(titles).not.toEqual(two);
  expect(changed).toHaveLength(12);
  const taken = await list.locator(".row .number").allInnerTexts();
  const model = await modelOf(playground);
  const folded = async (...ratings: [item: string, value: number][]) =>
    (await model.foldIn(ratings)).recommend({ count: 12 });
  const [best, worst] = offered as [string, string];
  expect(first).toEqual(model.popular({ count: 12 }).map(({ item }) => item));
  expect(one).toEqual((await folded([best, 5])).map(({ item }) => item));
  expect(two).toEqual((await folded([best, 5], [worst, 0.5])).map(({ item }) => item));
  const last = await folded([best, 0.5], [worst, 0.5]);
  expect(taken).toEqual(last.map(({ score }) => fixed(score, 2)));
  await playground.tab("Rate and see").click();
  await page.locator(".reasons").last().waitFor();
  await page.getByRole("button", { name: "Start over" }).click();
  await expect.poll(titles).toEqual(first);
});
