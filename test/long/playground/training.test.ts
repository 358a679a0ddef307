import { expect, test } from "vitest";
import { playgrounds } from "./support.js";

const open = playgrounds();

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
  expect(await page.locator(".job").innerText()).toMatch(/Training[\s\S]*epoch \d+ of 200, .* left/);
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

test("the loss never rises, and the test error falls below mean and biases", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await playground.trained({ factors: 8, epochs: 6 });
  const legend = await page.locator(".curves .legend").first().innerText();
  const value = (name: string): number => Number(new RegExp(`${name}\\s+([\\d.]+)`).exec(legend)![1]);
  expect(value("Test RMSE")).toBeLessThan(value("Biases"));
  expect(value("Biases")).toBeLessThan(value("Mean"));
  expect(value("Training RMSE")).toBeLessThan(value("Test RMSE"));
  expect(await page.locator(".plot").first().getAttribute("aria-label")).toMatch(
    /^Error by epoch; now: Test RMSE/,
  );
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
