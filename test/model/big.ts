import { Model } from "../../src/model/index.js";
import { seededRandom } from "../../src/random.js";
import { Vocabulary } from "../../src/ratings/vocabulary.js";
import { infoOf } from "./fixtures.js";

export interface BigShape {
  readonly users: number;
  readonly items: number;
  readonly factors: number;
  readonly precision?: "float32" | "float64";
  /** Items that each user rated. */
  readonly rated?: number;
  /** Each feature's weight as a share of the one before: 1, all alike, unless given. */
  readonly decay?: number;
}

/** A model without biases that lists take their time for; ids are numbers that are indices. */
export function bigModel({
  users,
  items,
  factors,
  precision = "float32",
  rated = 20,
  decay = 1,
}: BigShape): Model<number, number> {
  const random = seededRandom(1, "test");
  const Kind = precision === "float32" ? Float32Array : Float64Array;
  const numbers = (length: number) =>
    new Kind(length).map((_, at) => (random.unit() - 0.5) * decay ** (at % factors));
  const stride = Math.floor(items / rated);
  const columns = Int32Array.from({ length: users * rated }, (_, at) => {
    return (at % rated) * stride + random.integer(stride);
  });
  const itemCounts = new Int32Array(items);
  for (const item of columns) itemCounts[item]!++;
  const ids = (length: number) =>
    new Vocabulary(
      "number",
      Array.from({ length }, (_, id) => id),
    );
  return new Model({
    users: ids(users),
    items: ids(items),
    factors,
    userFactors: numbers(users * factors),
    itemFactors: numbers(items * factors),
    mean: 0,
    userBiases: undefined,
    itemBiases: undefined,
    range: [1, 5],
    userCounts: new Int32Array(users).fill(rated),
    itemCounts,
    history: {
      kind: "items",
      byUser: { starts: Float64Array.from({ length: users + 1 }, (_, user) => user * rated), columns },
    },
    options: {},
    info: infoOf(users, items, columns.length, precision),
  });
}
