import { afterEach, expect, it, vi } from "vitest";
import { ALS } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/engine.js";
import { Ratings } from "../../src/ratings/index.js";

afterEach(() => {
  vi.restoreAllMocks();
});

it("a fit whose factors exceed 4 GiB is refused before a memory is made, with what fits", async () => {
  const users = 300_000;
  const ratings = Ratings.fromColumns({
    users: Int32Array.from({ length: users }, (_, i) => i),
    items: Int32Array.from({ length: users }, (_, i) => i % 1_000),
    values: Float32Array.from({ length: users }, (_, i) => i % 5),
  });
  const engine = await Engine.create({ threads: 1 });
  const lend = vi.spyOn(engine, "lend");
  const made = vi.spyOn(WebAssembly, "Memory");
  for (const [precision, factors, gibibytes] of [
    ["float64", 2_048, "4.6"],
    ["float64", 1_884, "4.3"],
  ] as const) {
    const failed = new ALS({ factors, precision, epochs: 1 }).fit(ratings, { engine });
    await expect(failed).rejects.toMatchObject({ name: "AlternantError", code: "too-large" });
    const message = await failed.catch((error: Error) => error.message);
    expect(message).toContain(
      `${factors} factors in ${precision} for 300000 users and 1000 items on 1 thread`,
    );
    expect(message).toContain(`need ${gibibytes} GiB, more than the 4 GiB that WebAssembly can address`);
    expect(message).toContain("factors up to 1764 in float64, up to 2048 in float32");
  }
  expect(lend).not.toHaveBeenCalled();
  expect(made).not.toHaveBeenCalled();
  await engine.dispose();
});
