import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../../src/kernel/index.js";
import { type IndexBuilder, indexBuilder } from "../../src/kernel/lists/index.js";
import { seededRandom } from "../../src/random.js";
import { runNow } from "../../src/ratings/slices.js";
import { sameBytes } from "../support/bytes.js";
import { CAN_SHARE } from "../support/sharing.js";

const THREADS = CAN_SHARE ? [1, 2, 3, 7] : [1];
const WHAT = "Model.prepare";
let engines: Engine[];
let builder: IndexBuilder;
beforeAll(async () => {
  engines = await Promise.all(THREADS.map((threads) => Engine.create({ threads })));
  builder = (await indexBuilder())!;
});
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.dispose()));
});

type Source = Parameters<IndexBuilder["build"]>[0];

interface Shape {
  readonly items: number;
  readonly factors: number;
  readonly precision: "float32" | "float64";
  readonly biases: boolean;
  /** Each feature's weight as a share of the one before: where they fall, axes pay. */
  readonly decay: number;
}

function sourceOf({ items, factors, precision, biases, decay }: Shape): Source {
  const random = seededRandom(items, "test");
  const Kind = precision === "float32" ? Float32Array : Float64Array;
  const rows = (count: number): Source["itemFactors"] =>
    new Kind(count * factors).map((_, at) => (random.unit() - 0.5) * decay ** (at % factors));
  const itemFactors = rows(items);
  return {
    factors,
    userFactors: rows(300),
    itemFactors,
    mean: 0,
    userBiases: undefined,
    itemBiases: biases ? Float64Array.from({ length: items }, () => random.unit()) : undefined,
    lengths: Float64Array.from({ length: items }, (_, item) =>
      Math.hypot(...itemFactors.subarray(item * factors, (item + 1) * factors)),
    ),
  };
}

const SHAPES: readonly Shape[] = [
  { items: 9_001, factors: 64, precision: "float32", biases: true, decay: 0.8 },
  { items: 9_001, factors: 64, precision: "float32", biases: false, decay: 1 },
  { items: 5_000, factors: 33, precision: "float64", biases: true, decay: 0.7 },
  { items: 1_025, factors: 5, precision: "float64", biases: false, decay: 1 },
  { items: 3, factors: 2, precision: "float32", biases: true, decay: 1 },
];

describe.each(SHAPES)("an index of %o", (shape) => {
  it("has the same bits from any number of threads, and gives the same answers", async () => {
    const source = sourceOf(shape);
    const own = runNow(builder.build(source));
    const ask = (index: typeof own) =>
      index.rank({
        vector: source.userFactors.slice(0, shape.factors),
        by: { kind: "prediction", base: 3 },
        leftOut: Int32Array.of(1),
        bits: undefined,
        depth: Math.min(20, shape.items),
        minScore: -Infinity,
      });
    const [bits, answer] = [own.packed, ask(own)];
    // More than rows alone: nothing of it is left out of the comparison.
    expect(bits.length).toBeGreaterThan(source.itemFactors.byteLength);
    for (const engine of engines) {
      const index = await builder.buildOn(source, { engine, signal: undefined, what: WHAT });
      expect(sameBytes(index.packed, bits), `${engine.threads} threads`).toBe(true);
      expect(ask(index)).toEqual(answer);
      expect(index.bytes).toBe(own.bytes);
    }
  });
});
