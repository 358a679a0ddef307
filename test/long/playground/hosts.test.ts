import { expect, test } from "vitest";
import { playgrounds } from "./support.js";

const open = playgrounds();
const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; worker-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

test.each([
  { isolated: true, policy: STRICT, threads: /^[2-9]\d* threads$|^1 thread$/ },
  { isolated: false, policy: STRICT, threads: /^1 thread$/ },
])("under a strict Content-Security-Policy, isolated: $isolated", async ({ isolated, policy, threads }) => {
  const playground = await open({ isolated, policy });
  const { page } = playground;
  await playground.ready();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);
  await expect.poll(() => page.locator("header button.badge").innerText()).toMatch(threads);
  await playground.trained({ factors: 8, epochs: 3 });
  for (const [tab, what] of [
    ["People", ".reason"],
    ["Items", "canvas[data-points]"],
    ["Features", ".axis"],
    ["Matrix", ".heat td"],
    ["Rate and see", ".to-rate li"],
    ["Save", "pre"],
  ] as const) {
    await playground.tab(tab).click();
    await page.locator(what).first().waitFor();
  }
});

test("threads change nothing: the same seed comes to the same errors with and without isolation", async () => {
  const told: string[] = [];
  for (const isolated of [true, false]) {
    const playground = await open({ isolated });
    await playground.ready();
    await playground.trained({ factors: 8, epochs: 4 });
    told.push(await playground.page.locator(".curves .legend").first().innerText());
  }
  expect(told[0]).toBe(told[1]);
});

test("the page may send nothing to anybody: its own policy says so", async () => {
  const playground = await open();
  await playground.ready();
  // The refusal has to be the policy's: without a network all requests fail.
  const refused = await playground.page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
          resolve(`${effectiveDirective} ${blockedURI}`),
        );
        fetch("https://example.com/", { method: "POST", body: "ratings" }).then(
          () => resolve("sent"),
          () => setTimeout(resolve, 1000, "failed of something else"),
        );
      }),
  );
  expect(refused).toMatch(/^connect-src https:\/\/example\.com/);
  // What was refused is told on the console, and counts here as asked for.
  const others = playground.problems
    .splice(0)
    .filter((problem) => !/Content Security Policy|^request to https:\/\/example\.com\/$/.test(problem));
  expect(others).toEqual([]);
});
