import { Model, type ModelParts } from "../../src/model/index.js";
import { type Random, seededRandom } from "../../src/random.js";
import { type Matrix, product, transposed } from "../reference/procrustes.js";
import { randomOrthonormal, scaledColumns } from "../reference/random-matrix.js";
import { type FixtureOptions, randomParts } from "./fixtures.js";

/** A model of these factors, N × K and M × K; biases and all else as `options` has it. */
export function modelOf(users: Matrix, items: Matrix, options: FixtureOptions = {}): Model {
  return new Model(partsOf(users, items, options));
}

export function partsOf(users: Matrix, items: Matrix, options: FixtureOptions = {}): ModelParts {
  const { precision = "float64" } = options;
  const shape = { users: users.rows, items: items.rows, factors: users.columns };
  const typed = ({ values }: Matrix) =>
    precision === "float32" ? Float32Array.from(values) : Float64Array.from(values);
  return {
    ...randomParts({ biases: false, ...options, ...shape }),
    userFactors: typed(users),
    itemFactors: typed(items),
  };
}

/** R̂ without μ and biases as a model's own numbers have it, in float64: N × M. */
export function interactionsOf(model: Model): Matrix {
  const [users, items] = (["users", "items"] as const).map((side): Matrix => {
    const { rows, factors, values } = model.copyFactors(side);
    return { rows, columns: factors, values: Float64Array.from(values) };
  });
  return product(users!, transposed(items!));
}

/** 1, …, `least`: falling by the same factor each time. */
export function graded(count: number, least: number): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => least ** (k / Math.max(1, count - 1)));
}

/** A matrix of condition number 1 ÷ `least` whose columns hide that: orthonormal · graded · rotation. */
export function nearlyDependent(random: Random, rows: number, rotation: Matrix, least: number): Matrix {
  const columns = rotation.rows;
  return product(
    scaledColumns(randomOrthonormal(random, rows, columns), graded(columns, least)),
    transposed(rotation),
  );
}

/** The shape of the n-th of many small models: from 1 × 1 with one factor on, with more factors than users or items too. */
export function smallShape(seed: number): { users: number; items: number; factors: number } {
  const random = seededRandom(seed, "test");
  const most = random.integer(2) === 0 ? 12 : 40;
  return {
    users: 1 + random.integer(most),
    items: 1 + random.integer(most),
    factors: 1 + random.integer(12),
  };
}
