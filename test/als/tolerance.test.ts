import { beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import { Ratings } from "../../src/ratings/index.js";
import { bitsOf, spreadRatings } from "./fixtures.js";

const ratings = spreadRatings(150, 90, 4000);
const EPOCHS = 60;
const MODES: readonly (readonly [string, AlsOptions])[] = [
  ["explicit", {}],
  ["explicit, with little λ", { regularization: 0.1, biases: "none" }],
  ["implicit", { feedback: "implicit" }],
  ["cg", { solver: "cg", cgSteps: 2, finish: "none" }],
  ["ials++", { solver: "ials++", blockSize: 2 }],
];

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ threads: 1 });
});

/** The losses of all epochs, and the model. */
async function losses(options: AlsOptions, resume?: Uint8Array) {
  const told: number[] = [];
  const checkpoints: Uint8Array[] = [];
  const model = await new ALS({ factors: 6, epochs: EPOCHS, ...options }).fit(ratings, {
    engine,
    resume,
    onEpoch: async (event) => {
      told.push(event.loss);
      checkpoints.push(await event.checkpoint());
    },
  });
  return { told, model, checkpoints };
}

describe.each(MODES)("tolerance, %s:", (_, options) => {
  it.each([1e-2, 1e-4])(
    "training ends with the first epoch that lowers J by no more than %d of it",
    async (tolerance) => {
      const { told: all } = await losses(options);
      const falls = all.map((loss, i) => (i === 0 ? Number.NaN : (all[i - 1]! - loss) / all[i - 1]!));
      const last = falls.findIndex((fall) => fall <= tolerance);
      expect(last).toBeGreaterThan(0);
      expect(last).toBeLessThan(EPOCHS - 1);
      const { told, model } = await losses({ ...options, tolerance });
      expect(told).toEqual(all.slice(0, last + 1));
      const whole = await new ALS({ factors: 6, ...options, epochs: last + 1 }).fit(ratings, { engine });
      expect(bitsOf(model)).toBe(bitsOf(whole));
      expect(model.info.run.epochs).toBe(last + 1);
    },
  );

  it("a resumed training ends where the one did that was never interrupted, from its last epoch too", async () => {
    const tolerance = 1e-3;
    const { told, model, checkpoints } = await losses({ ...options, tolerance });
    expect(told.length).toBeGreaterThan(1);
    for (const [at, resume] of checkpoints.entries()) {
      const again = await losses({ ...options, tolerance }, resume);
      expect(again.told).toEqual(told.slice(at + 1));
      expect(bitsOf(again.model)).toBe(bitsOf(model));
    }
  });
});

describe("tolerance", () => {
  it("is not asked of the first epoch, and 0 ends training where J has come to a rest", async () => {
    expect((await losses({ tolerance: 1 })).told).toHaveLength(2);
    // With so much of a penalty factors are next to nothing after a few epochs.
    const { told } = await losses({ tolerance: 0, factors: 1, regularization: 1000, biases: "none" });
    expect(told.length).toBeGreaterThan(1);
    expect(told.length).toBeLessThan(EPOCHS);
    expect(told.at(-1)).toBeGreaterThanOrEqual(told.at(-2)!);
  });

  it("ends training at J = 0 too", async () => {
    const same = spreadRatings(3, 2, 3);
    const equal = Ratings.from(Array.from(same, ({ user, item }) => ({ user, item, value: 3 })));
    const model = await new ALS({ factors: 2, epochs: 50, tolerance: 0.01 }).fit(equal, { engine });
    expect(model.info.run.loss).toBe(0);
    expect(model.info.run.epochs).toBe(2);
  });

  it.each([
    [-1e-9, "tolerance must be a finite number of at least 0 and of at most 1, not -1e-9"],
    [2, "tolerance must be a finite number of at least 0 and of at most 1, not 2"],
    [Number.NaN, "tolerance must be a finite number of at least 0 and of at most 1, not NaN"],
  ])("%d is refused", (tolerance, message) => {
    expect(() => new ALS({ tolerance })).toThrow(new RangeError(message));
  });
});
