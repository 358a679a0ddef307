import { expect, test } from "vitest";
import { playgrounds } from "./support.js";

const open = playgrounds();
const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; worker-src 'self'; img-src 'self'; connect-src 'none'; base-uri 'none'; form-action 'none'";

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

/** What a policy says of a request to each address: the directive that refused it. Runs in the page, or in its worker. */
async function refusals(addresses: readonly string[]): Promise<string[]> {
  const told: string[] = [];
  for (const address of addresses)
    told.push(
      await new Promise<string>((resolve) => {
        // The refusal has to be the policy's: without a network all requests fail.
        addEventListener("securitypolicyviolation", ({ effectiveDirective }) => resolve(effectiveDirective), {
          once: true,
        });
        fetch(address, { method: "POST", body: "ratings" }).then(
          () => resolve("sent"),
          () => setTimeout(resolve, 1000, "failed of something else"),
        );
      }),
    );
  return told;
}

test.each([
  ["the page by its own policy, on any host", false],
  ["page and worker by the header that npm run demo sends", true],
])("nothing may be sent to anybody, not even to its host: %s", async (_, withHeader) => {
  const playground = await open(withHeader ? { policy: STRICT } : {});
  await playground.ready();
  const { page } = playground;
  const addresses = ["https://example.com/", new URL("/demo/index.html", playground.url).href];
  expect(await page.evaluate(refusals, addresses)).toEqual(["connect-src", "connect-src"]);
  if (withHeader) {
    const worker = page.workers().find((one) => one.url().includes("worker.js"))!;
    expect(await worker.evaluate(refusals, addresses)).toEqual(["connect-src", "connect-src"]);
  }
  // What was refused is told on the console, and counts here as asked for.
  const others = playground.problems
    .splice(0)
    .filter((problem) => !/Content Security Policy|^request to https:\/\/example\.com\/$/.test(problem));
  expect(others).toEqual([]);
});
