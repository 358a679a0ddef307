import { afterEach, describe, expect, it, vi } from "vitest";
import { ALS } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import { Ratings } from "../../src/ratings/index.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

async function expectOneThread(why: string): Promise<void> {
  for (const options of [{}, { threads: 4 }]) {
    const engine = await Engine.create(options);
    expect(engine).toMatchObject({ threads: 1, build: { name: "simd", arithmetic: "default" } });
    expect(engine.threadsWhy).toContain(why);
    const model = await new ALS({ factors: 2, epochs: 2 }).fit(Ratings.from([["ann", "Alien", 5]]), {
      engine,
    });
    expect(model.info.run).toMatchObject({ threads: 1, threadsWhy: engine.threadsWhy });
  }
}

describe("where memory cannot be shared, an engine has one thread, whatever is asked for, and says why:", () => {
  it("in a page that is not isolated, with the headers that would help", async () => {
    vi.stubGlobal("crossOriginIsolated", false);
    await expectOneThread("this page is not cross-origin isolated");
    await expectOneThread("Cross-Origin-Opener-Policy: same-origin");
    await expectOneThread("Cross-Origin-Embedder-Policy: require-corp");
  });

  it("in an engine without SharedArrayBuffer", async () => {
    vi.stubGlobal("crossOriginIsolated", true);
    vi.stubGlobal("SharedArrayBuffer", undefined);
    await expectOneThread("this JavaScript engine has no SharedArrayBuffer");
  });
});
