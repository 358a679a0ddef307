import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { AlsOptions } from "../../../src/index.js";
import type { Playground } from "../../demo/playground.js";
import { playgrounds } from "./support.js";
import { fixed, modelOf, short, signed, twin } from "./twin.js";

const open = playgrounds();

declare global {
  interface Window {
    /** The loss of each epoch, as it was shown. */
    losses: string[];
  }
}

test("more than five seconds of training, stopped in the middle; the next run stands beside it", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await page.getByLabel("Size of the generated world").selectOption("million");
  await page.getByRole("button", { name: "Generate" }).click();
  await page.locator(".facts", { hasText: "1,000,000" }).waitFor({ timeout: 60_000 });
  await page.locator(".job").waitFor({ state: "hidden" });
  await playground.set("Factors", 64);
  await playground.set("Epochs", 200);
  await playground.train.click();
  const started = Date.now();
  await page.locator(".tile", { hasText: "Time left" }).waitFor({ timeout: 60_000 });
  await page.waitForTimeout(Math.max(0, 5200 - (Date.now() - started)));
  await expect
    .poll(() => page.locator(".job").innerText())
    .toMatch(/Training[\s\S]*epoch \d+ of 200, .* left/);
  const row = () => page.locator(".runs tbody tr").first().innerText();
  expect(await row()).toMatch(/K 64 .*200 epochs/);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect.poll(row).toContain("(stopped)");
  await playground.trained({ factors: 8, epochs: 3 });
  const legend = await page.locator(".curves .legend").allInnerTexts();
  expect(legend[0]).toMatch(/Run 1/);
  expect(legend[1]).toMatch(/Run 1/);
  expect(await page.locator(".tiles").innerText()).toMatch(/run 1: \d\.\d{4}/);
});

/** The numbers of the last run, as its row tells them. */
async function lastRun({ page }: Playground): Promise<{ cells: string[]; seconds: number }> {
  const row = page.locator(".runs tbody tr").first();
  return {
    cells: await row.locator("td").allInnerTexts(),
    seconds: Number(await row.getAttribute("data-seconds")),
  };
}

test("the loss never rises, and the test error falls below mean and biases; all as in Node", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await page.evaluate(() => {
    window.losses = [];
    new MutationObserver(() => {
      const loss = document.querySelectorAll(".curves .legend")[1]?.querySelector(".number")?.textContent;
      if (loss && loss !== window.losses.at(-1)) window.losses.push(loss);
    }).observe(document.body, { childList: true, subtree: true });
  });
  await playground.trained({ factors: 8, epochs: 6 });
  const node = await twin({ factors: 8, epochs: 6 });
  for (let epoch = 1; epoch < 6; epoch++)
    expect(node.losses[epoch], `loss of epoch ${epoch + 1}`).toBeLessThan(node.losses[epoch - 1]!);
  // Two epochs that read the same are one change less.
  const told = node.losses.map(short).filter((loss, i, all) => loss !== all[i - 1]);
  expect(told.length).toBeGreaterThan(3);
  expect(await page.evaluate(() => window.losses)).toEqual(told);

  const legend = await page.locator(".curves .legend").first().innerText();
  const value = (name: string): string => new RegExp(`${name}\\s+([\\d.]+)`).exec(legend)![1]!;
  const [mean, biases] = node.baselines;
  expect(value("Mean")).toBe(fixed(mean!, 3));
  expect(value("Biases")).toBe(fixed(biases!, 3));
  expect(value("Test RMSE")).toBe(fixed(node.test, 3));
  expect(value("Training RMSE")).toBe(fixed(node.trainingRmse, 3));
  expect(node.test).toBeLessThan(biases!);
  expect(biases).toBeLessThan(mean!);
  expect(await page.locator(".plot").first().getAttribute("aria-label")).toMatch(
    /^Error by epoch; now: Test RMSE/,
  );
  expect(await page.locator(".tiles").innerText()).toContain(
    `${signed(100 * (1 - node.test / biases!), 1)} %`,
  );
});

test("ratings a second are the ratings that are trained on, by the seconds of an epoch", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await playground.trained({ factors: 8, epochs: 1 });
  const { cells, seconds } = await lastRun(playground);
  expect(cells[1]).toBe("108K");
  const tile = page.locator(".tile", { hasText: "Ratings a second" }).locator("dd").first();
  expect(await tile.innerText()).toBe(short(108_000 / seconds));
});

test.each<{
  what: string;
  explicit?: AlsOptions;
  implicit?: AlsOptions;
  choose: (page: Page) => Promise<unknown>;
  heldOut?: number;
}>([
  {
    what: "λ",
    explicit: { regularization: 4 },
    choose: (page) => page.getByLabel("λ", { exact: true }).fill("4"),
  },
  {
    what: "ν",
    explicit: { scaling: 0.1 },
    choose: (page) => page.getByLabel("ν", { exact: true }).fill("0.1"),
  },
  { what: "seed", explicit: { seed: 7 }, choose: (page) => page.getByLabel("Seed").fill("7") },
  {
    what: "held-out share",
    choose: (page) => page.getByLabel("Held out to test").selectOption("0.2"),
    heldOut: 0.2,
  },
  {
    what: "nothing held out",
    choose: (page) => page.getByLabel("Held out to test").selectOption("0"),
    heldOut: 0,
  },
  {
    what: "α",
    implicit: { confidence: { alpha: 25 } },
    choose: (page) => page.getByLabel("α", { exact: true }).fill("25"),
  },
])("as in Node: $what", async ({ explicit, implicit, choose, heldOut }) => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await page.locator("summary", { hasText: "More" }).click();
  if (implicit !== undefined) await page.getByRole("radio", { name: "Implicit" }).check();
  await choose(page);
  await playground.trained({ factors: 4, epochs: 2 });
  const { cells } = await lastRun(playground);
  const given: AlsOptions = { factors: 4, epochs: 2, ...explicit };
  const node = await twin(
    implicit === undefined ? given : { ...given, feedback: "implicit", ...implicit },
    heldOut,
  );
  const [, ratings, training, test, loss] = cells;
  expect(ratings).toBe(short(node.trained));
  expect(loss).toBe(short(node.losses.at(-1)!));
  expect(training).toBe(implicit === undefined ? fixed(node.trainingRmse, 4) : "–");
  expect(test).toBe(heldOut === 0 ? "–" : `${fixed(node.test, 4)}${implicit === undefined ? "" : " NDCG"}`);
  // What is set must be seen to matter, or the same numbers would prove nothing.
  const otherwise = await twin({ factors: 4, epochs: 2, ...(implicit && { feedback: "implicit" }) });
  expect([loss, test]).not.toEqual([
    short(otherwise.losses.at(-1)!),
    `${fixed(otherwise.test, 4)}${implicit === undefined ? "" : " NDCG"}`,
  ]);
});

test("single precision makes a model of single precision", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await page.locator("summary", { hasText: "More" }).click();
  for (const precision of ["float32", "float64"] as const) {
    await page.getByLabel("Precision").selectOption(precision);
    await playground.trained({ factors: 4, epochs: 2 });
    expect((await modelOf(playground)).info.run.precision).toBe(precision);
  }
});

test("implicit feedback is judged by lists, beside popularity; visitors like things or do not", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await page.getByRole("radio", { name: "Implicit" }).check();
  expect(await page.getByLabel("λ", { exact: true }).inputValue()).toBe("3");
  await playground.trained({ factors: 8, epochs: 3 });
  const legend = await page.locator(".curves .legend").first().innerText();
  expect(legend).toMatch(/Test NDCG@10[\s\S]*Popularity/);
  await playground.tab("Rate and see").click();
  const like = page.getByRole("button", { name: /^like / }).first();
  await like.click();
  await expect
    .poll(() => page.getByRole("region", { name: "Recommended to you" }).innerText())
    .toMatch(/from 1 rating,/);
  expect(await like.getAttribute("aria-pressed")).toBe("true");
});

test("options that are none are told where they stand, and nothing is lost", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await playground.set("Factors", 0);
  await playground.train.click();
  expect(
    await page.getByLabel("Factors").evaluate((input: HTMLInputElement) => input.validity.rangeUnderflow),
  ).toBe(true);
  expect(await page.locator(".job").isVisible()).toBe(false);
  await playground.trained();
});
