// Lanes in a page, where a worker that ends by itself is not told of. Runs in Chromium alone: its twin for Node's workers
// is test/kernel/lanes/failures.test.ts.
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ALS, type AlternantError, Engine, Ratings } from "../../../src/index.js";
import golden from "../../golden/factors.json";
import { goldenHash, goldenRatings } from "../../golden/fit.js";
import { DEADLINE } from "../../support/deadlines.js";

const library = { ALS, Ratings };
const OWN = "/lib/worker.js";
/** Messages that the golden fit never reaches and a long one soon does. */
const LATER = 25;
const long = new ALS({ factors: 64, epochs: 10_000 });

let ratings: Ratings<number, number>;
let ownScript: string;
let urls: string[];
beforeAll(async () => {
  ratings = goldenRatings(library);
  ownScript = await (await fetch(OWN)).text();
});
beforeEach(() => {
  urls = [];
});
afterEach(() => {
  for (const url of urls) URL.revokeObjectURL(url);
});

function scriptUrl(...parts: string[]): string {
  const url = URL.createObjectURL(new Blob([parts.join("\n")], { type: "text/javascript" }));
  urls.push(url);
  return url;
}

/** The package's worker script with code that runs in one lane when a message comes too many times. */
function scriptThat(code: string): string {
  return scriptUrl(
    ownScript,
    `let left = ${LATER}; addEventListener("message", () => { if (--left === 0) { ${code} } });`,
  );
}

async function rejection(promise: Promise<unknown>): Promise<{ error: AlternantError; seconds: number }> {
  const began = performance.now();
  const error = await promise.then(
    () => expect.fail("it should have rejected"),
    (rejected: AlternantError) => rejected,
  );
  return { error, seconds: (performance.now() - began) / 1000 };
}

/** Later fits on the engine work, and come to the golden bits. */
async function expectGolden(engine: Engine): Promise<void> {
  const hash = await goldenHash(library, { engine, precision: "float32", factors: 7 });
  expect(hash).toBe(golden.float32[7]);
}

describe("a workerUrl that", () => {
  it.each([
    ["is the package's own script works, as a string", () => OWN],
    ["is the package's own script works, as a URL", () => new URL(OWN, location.href)],
  ])("%s", async (_, workerUrl) => {
    const engine = await Engine.create({ threads: 2, workerUrl: workerUrl() });
    expect(engine.threads).toBe(2);
    await expectGolden(engine);
    await engine.dispose();
  });

  it("does not exist is named within 2 s", DEADLINE, async () => {
    const workerUrl = `${location.origin}/lib/nowhere.js`;
    const { error, seconds } = await rejection(Engine.create({ threads: 2, workerUrl }));
    expect(error).toMatchObject({ code: "lane-failed" });
    expect(error.message).toContain(`worker script ${workerUrl} could not be started`);
    expect(seconds).toBeLessThan(2);
  });

  it("throws is named within 2 s, with what it threw", DEADLINE, async () => {
    const workerUrl = scriptUrl('throw new Error("no such luck")');
    const { error, seconds } = await rejection(Engine.create({ threads: 3, workerUrl }));
    expect(error).toMatchObject({ code: "lane-failed" });
    expect(error.message).toContain(`worker script ${workerUrl} could not be started`);
    expect(error.message).toContain("no such luck");
    expect(seconds).toBeLessThan(2);
  });
});

describe("a lane that", () => {
  it("throws in the middle ends every fit on the engine, and not the engine", async () => {
    const workerUrl = scriptThat('throw new Error("out of luck")');
    const engine = await Engine.create({ threads: 2, workerUrl });
    const fits = [long.fit(ratings, { engine }), long.fit(ratings, { engine })];
    for (const { error } of await Promise.all(fits.map(rejection))) {
      expect(error).toMatchObject({ name: "AlternantError", code: "lane-failed" });
      expect(error.message).toMatch(/^Lane [12] of 2 failed: .*out of luck/);
    }
    await expectGolden(engine);
    await engine.dispose();
  });

  it("closes itself in the middle, of which a page is not told, is missed", async () => {
    // Closed before the message is read, so that nothing of it is done.
    const workerUrl = scriptUrl(
      `let left = ${LATER}; addEventListener("message", () => { if (--left === 0) { close(); for (;;); } });`,
      ownScript,
    );
    const engine = await Engine.create({ threads: 2, workerUrl });
    const { error, seconds } = await rejection(long.fit(ratings, { engine }));
    console.log(`a lane that closed itself was missed after ${seconds.toFixed(1)} s`);
    expect(error).toMatchObject({ name: "AlternantError", code: "lane-failed" });
    expect(error.message).toMatch(/^Lane [12] of 2 failed: it has stopped answering\./);
    await expectGolden(engine);
    await engine.dispose();
  });
});

describe("dispose()", () => {
  it("ends lanes in the middle of their work", async () => {
    const engine = await Engine.create({ threads: 3 });
    const fit = rejection(long.fit(ratings, { engine }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await engine.dispose();
    expect((await fit).error).toMatchObject({ code: "disposed" });
    const later = await rejection(long.fit(ratings, { engine }));
    expect(later.error).toMatchObject({ code: "disposed" });
  });
});
