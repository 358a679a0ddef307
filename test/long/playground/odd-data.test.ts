import { expect, test } from "vitest";
import type { Playground } from "../../demo/playground.js";
import { playgrounds } from "./support.js";

const open = playgrounds();
const TABS = ["Training", "People", "Items", "Features", "Matrix", "Rate and see", "Save"];
const STRANGE = [
  ...[
    "__proto__",
    "constructor",
    "toString",
    "0",
    "-0",
    "1e3",
    "héllo",
    "日本語",
    "😀",
    '"q""uote,d"',
    "a b",
  ],
  ...["<b>x</b>", "&amp;", "%20", "../x", "A", "a", "שלום עולם", "' OR 1=1", "=1+1"],
];
const LONG = `${"word ".repeat(80)}${"x".repeat(200)}`;

interface Odd {
  readonly users?: number;
  readonly items?: number;
  readonly value?: (user: number, item: number) => number;
  readonly user?: (user: number) => string;
  readonly item?: (item: number) => string;
}

/** Three of four pairs, or all where there is but one user or item. */
function csv({ users = 30, items = 20, value = stars, user = name("u"), item = name("i") }: Odd): string {
  const lines = ["user,item,rating"];
  for (let a = 0; a < users; a++)
    for (let b = 0; b < items; b++)
      if (users === 1 || items === 1 || (a * 7 + b * 3) % 4 > 0)
        lines.push(`${user(a)},${item(b)},${value(a, b)}`);
  return `${lines.join("\n")}\n`;
}

function stars(user: number, item: number): number {
  return ((user * item) % 5) + 1;
}

function name(before: string): (at: number) => string {
  return (at) => `${before}${at}`;
}

async function read(playground: Playground, odd: Odd): Promise<void> {
  await playground.ready();
  await playground.drop([{ name: "odd.csv", bytes: csv(odd) }]);
  await playground.page.getByRole("button", { name: "Read it" }).click();
  await expect.poll(() => playground.page.locator(".facts-box .source").innerText()).toBe("odd.csv");
}

/** Looks at every tab, rates something, and finds nothing that failed, is no number, or runs out of the page. */
async function answers(playground: Playground): Promise<void> {
  const { page } = playground;
  for (const tab of TABS) {
    await playground.tab(tab).click();
    if (tab === "Rate and see") {
      await page.locator(".to-rate li").first().locator("input, .chip").last().click({ force: true });
      await expect
        .poll(() => page.getByRole("region", { name: "Recommended to you" }).innerText())
        .toMatch(/from 1 rating,|Nothing left/);
    } else await page.waitForTimeout(300);
    const text = await page.getByRole("tabpanel", { name: tab }).innerText();
    expect(text.length, tab).toBeGreaterThan(20);
    expect(text, tab).not.toMatch(/NaN|Infinity|undefined|\[object|No model yet/);
    expect(await page.locator(".notice").allInnerTexts(), tab).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide, `${tab} is no wider than the screen`).toBeLessThanOrEqual(0);
  }
}

test.each<[string, Odd]>([
  ["strange ids", { users: 20, user: (a) => STRANGE[a]!, item: (b) => STRANGE[b]! }],
  ["one user", { users: 1 }],
  ["one item", { items: 1 }],
  ["all ratings equal", { value: () => 4 }],
  ["negative ratings", { value: (a, b) => -((a * b) % 9) - 1 }],
  ["ratings of 10⁶", { value: (a, b) => (((a * b) % 9) + 1) * 1e6 }],
  ["titles of 600 characters", { user: (a) => `${a} ${LONG}`, item: (b) => `${b} ${LONG}` }],
  ["titles from right to left", { user: (a) => `مستخدم ${a}`, item: (b) => `كتاب ${b} (فيلم 1999)` }],
])("%s: read, trained on, and answered about", async (_, odd) => {
  const playground = await open();
  await read(playground, odd);
  await playground.trained({ factors: 3, epochs: 2 });
  await answers(playground);
});

test.each<[string, Odd]>([
  ["counts", { value: (a, b) => ((a * b) % 40) + 1 }],
  ["counts of one user", { users: 1 }],
  ["values of both signs", { value: (a, b) => ((a * b) % 9) - 4 }],
])("implicit feedback by %s: trained on, and answered about", async (_, odd) => {
  const playground = await open();
  await read(playground, odd);
  await playground.page.getByRole("radio", { name: "Implicit" }).check();
  await playground.trained({ factors: 3, epochs: 2 });
  await answers(playground);
});

test("implicit feedback without a value above 0 is refused in words", async () => {
  const playground = await open();
  await read(playground, { value: (a, b) => -((a * b) % 9) });
  await playground.page.getByRole("radio", { name: "Implicit" }).check();
  await playground.train.click();
  await playground.page.getByRole("alert").locator(".notice").waitFor();
  expect(await playground.notice.innerText()).toMatch(
    /^Implicit feedback needs values above 0, .* the highest of odd\.csv is 0\. Choose “Explicit”/,
  );
});

test("large numbers are told in short", async () => {
  const playground = await open();
  await read(playground, { value: (a, b) => (((a * b) % 9) + 1) * 1e12 });
  await playground.trained({ factors: 3, epochs: 2 });
  expect(await playground.page.locator(".facts").innerText()).toMatch(/Mean\s+\d\.\d+T\s+Range\s+1T – 9T/);
  expect(await playground.page.locator(".tiles").innerText()).toMatch(/Test RMSE\s+[\d.]+[TB]\s/);
});

test("the only item is like no other, and the page says why", async () => {
  const playground = await open();
  await read(playground, { items: 1 });
  await playground.trained({ factors: 2, epochs: 1 });
  await playground.tab("Items").click();
  const item = playground.page.getByRole("region", { name: "Item" });
  await expect.poll(() => item.innerText()).toContain("There is no other item to compare it with.");
});

test("names run in their own direction, and leave what stands beside them in its place", async () => {
  const playground = await open();
  const { page } = playground;
  await read(playground, { user: (a) => `مستخدم ${a}`, item: (b) => `كتاب ${b} (فيلم 1999)` });
  await playground.trained({ factors: 2, epochs: 1 });
  await playground.tab("People").click();
  const who = page.locator(".lead .who");
  await who.waitFor();
  expect(await who.evaluate((element) => getComputedStyle(element).direction)).toBe("rtl");
  // The count of ratings comes after the name, as it does for any other.
  const after = await page.locator(".lead").evaluate((line) => {
    const range = document.createRange();
    range.selectNodeContents(line.lastChild!);
    return range.getBoundingClientRect().left - line.firstElementChild!.getBoundingClientRect().right;
  });
  expect(after).toBeGreaterThanOrEqual(-1);
});
