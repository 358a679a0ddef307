import {
  type Factors,
  Model,
  type ModelHistory,
  type ModelInfo,
  type ModelParts,
} from "../../src/model/index.js";
import { type Random, seededRandom } from "../../src/random.js";
import { type Id, Vocabulary } from "../../src/ratings/vocabulary.js";

export interface FixtureOptions {
  seed?: number;
  users?: number;
  items?: number;
  factors?: number;
  precision?: "float32" | "float64";
  biases?: boolean;
  history?: ModelHistory["kind"];
  userIds?: "string" | "number";
  itemIds?: "string" | "number";
  /** Values from a few halves alone, so that equal scores are common. */
  coarse?: boolean;
}

/** A model as ALS could have made it, with some users and items that have no ratings: zero factors, zero bias. */
export function randomParts(options: FixtureOptions = {}): ModelParts {
  const { seed = 1, users = 7, items = 9, factors = 5, precision = "float64", biases = true } = options;
  const { history = "items", userIds = "string", itemIds = "string", coarse = false } = options;
  const random = seededRandom(seed, "test");
  const value = () => (coarse ? random.integer(5) / 2 - 1 : random.unit() * 2 - 1);
  const rated = randomRows(random, users, items);
  const userCounts = Int32Array.from(rated, (row) => row.length);
  const itemCounts = new Int32Array(items);
  for (const row of rated) for (const item of row) itemCounts[item]!++;
  const matrix = (counts: Int32Array): Factors => {
    const all = Array.from({ length: counts.length * factors }, (_, at) =>
      counts[Math.floor(at / factors)] === 0 ? 0 : value(),
    );
    return precision === "float32" ? Float32Array.from(all) : Float64Array.from(all);
  };
  const bias = (counts: Int32Array) => Float64Array.from(counts, (count) => (count === 0 ? 0 : value()));
  const columns = Int32Array.from(rated.flat());
  const starts = new Float64Array(users + 1);
  for (let user = 0; user < users; user++) starts[user + 1] = starts[user]! + userCounts[user]!;
  return {
    users: vocabulary(userIds, "user", users),
    items: vocabulary(itemIds, "item", items),
    factors,
    userFactors: matrix(userCounts),
    itemFactors: matrix(itemCounts),
    mean: biases ? 3.5 : 0,
    userBiases: biases ? bias(userCounts) : undefined,
    itemBiases: biases ? bias(itemCounts) : undefined,
    range: [0.5, 5],
    userCounts,
    itemCounts,
    history:
      history === "none"
        ? { kind: "none" }
        : history === "items"
          ? { kind: "items", byUser: { starts, columns } }
          : {
              kind: "ratings",
              byUser: { starts, columns, values: Float32Array.from(columns, () => random.integer(10) / 2) },
            },
    options: { factors, regularization: { users: 0.5, items: 0.5, biases: 3 }, seed: 1 },
    info: infoOf(users, items, columns.length, precision),
  };
}

export function randomModel(options: FixtureOptions = {}): Model {
  return new Model(randomParts(options));
}

export function infoOf(
  users: number,
  items: number,
  ratings: number,
  precision: "float32" | "float64",
): ModelInfo {
  return {
    data: {
      users,
      items,
      ratings,
      density: ratings / (users * items),
      mean: 3.5,
      usersWithoutRatings: 0,
      itemsWithoutRatings: 0,
    },
    parameters: { model: users + items, full: users * items },
    run: {
      build: "simd",
      why: "a test",
      precision,
      arithmetic: "plain",
      threads: 1,
      epochs: 15,
      loss: 0.1,
      rmse: 0.75,
      seconds: 1.5,
    },
  };
}

/** Two users, three items, two factors, all values exact: what a test can write down by hand. */
export function handMade(changes: Partial<ModelParts<string, string>> = {}): ModelParts<string, string> {
  return {
    users: new Vocabulary("string", ["ann", "bob"]),
    items: new Vocabulary("string", ["Alien", "Brazil", "Casablanca"]),
    factors: 2,
    userFactors: Float64Array.of(1, 2, -1, 0.5),
    itemFactors: Float64Array.of(0.5, 0.25, -1, 2, 4, 0),
    mean: 3,
    userBiases: Float64Array.of(0.5, -0.25),
    itemBiases: Float64Array.of(1, -1, 0.125),
    range: [1, 5],
    userCounts: Int32Array.of(2, 1),
    itemCounts: Int32Array.of(1, 1, 1),
    history: {
      kind: "ratings",
      byUser: {
        starts: Float64Array.of(0, 2, 3),
        columns: Int32Array.of(0, 2, 1),
        values: Float32Array.of(4, 5, 1),
      },
    },
    options: { factors: 2 },
    info: infoOf(2, 3, 3, "float64"),
    ...changes,
  };
}

/** Rows of ascending items; about one in eight is empty. */
function randomRows(random: Random, users: number, items: number): number[][] {
  return Array.from({ length: users }, () => {
    if (random.integer(8) === 0) return [];
    return Array.from({ length: items }, (_, item) => item).filter(() => random.integer(3) === 0);
  });
}

function vocabulary(kind: "string" | "number", side: string, size: number): Vocabulary {
  const ids: Id[] = Array.from({ length: size }, (_, i) => (kind === "string" ? `${side} ${i}` : i * 7 - 3));
  return new Vocabulary(kind, ids);
}
