// What an engine does where relaxed SIMD is there: this process is started with it (Node 20 needs a flag).
import { describe, expect, it } from "vitest";
import { ALS } from "../../src/als/index.js";
import { compileBuild } from "../../src/kernel/builds.js";
import { Engine } from "../../src/kernel/engine.js";
import { Ratings } from "../../src/ratings/index.js";
import { CAN_SHARE } from "../support/sharing.js";

const RELAXED_ON_LANES = CAN_SHARE ? "relaxed-shared" : "relaxed";

describe("Engine.create with relaxed arithmetic", () => {
  it.each(["relaxed", "relaxed-if-available"] as const)(
    "%s runs the relaxed build and says why",
    async (arithmetic) => {
      for (const [threads, name] of [
        [1, "relaxed"],
        [2, RELAXED_ON_LANES],
      ] as const) {
        const engine = await Engine.create({ threads, arithmetic });
        expect(engine.build).toMatchObject({ name, arithmetic: "relaxed" });
        expect(engine.build.why).toContain("this engine has it");
        await engine.dispose();
      }
    },
  );

  it("is not the default where it is there", async () => {
    expect((await Engine.create()).build.arithmetic).toBe("default");
  });

  it("takes the relaxed module only when relaxed arithmetic is asked for", async () => {
    const module = await compileBuild("relaxed");
    await expect(Engine.create({ module })).rejects.toThrow(
      'The module given is the relaxed build: ask for arithmetic: "relaxed"',
    );
    for (const arithmetic of ["relaxed", "relaxed-if-available"] as const) {
      const { build } = await Engine.create({ module, arithmetic });
      expect(build).toMatchObject({
        name: "relaxed",
        arithmetic: "relaxed",
        why: "the module that was given",
      });
    }
  });

  it("trains the default model to within rounding", async () => {
    const ratings = Ratings.from(
      Array.from({ length: 300 }, (_, i) => [`user ${i % 23}`, `item ${i % 31}`, (i * 7) % 10] as const),
    );
    const als = new ALS({ factors: 7, epochs: 3 });
    const exact = await als.fit(ratings, { engine: await Engine.create() });
    const relaxed = await als.fit(ratings, {
      engine: await Engine.create({ arithmetic: "relaxed", threads: 2 }),
    });
    const [build, threads] = [RELAXED_ON_LANES, CAN_SHARE ? 2 : 1];
    expect(relaxed.info.run).toMatchObject({ build, arithmetic: "relaxed", threads });
    for (const { user, item } of ratings) {
      const expected = exact.predict(user, item)!;
      expect(Math.abs(relaxed.predict(user, item)! - expected)).toBeLessThan(1e-9);
    }
  });
});
