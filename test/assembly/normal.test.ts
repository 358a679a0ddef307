import { beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../../src/random.js";
import { type Bench, FACTORS, openBenches, PRECISIONS } from "./builds.js";
import { numbers, randomRows } from "./random.js";
import { RowCall, type RowCase } from "./row-job.js";

const FIXED_ROWS = 67;
const MEAN = 3.4;
const SCALE = 0.25;

let benches: Bench[];
beforeAll(async () => {
  benches = await openBenches(8 * 2 ** 20);
});

interface Problem {
  readonly row: RowCase;
  readonly biases: Float64Array | undefined;
}

function problem(factors: number, counts: readonly number[], biased: boolean, single: boolean): Problem {
  const random = seededRandom(factors * 1000 + counts.length, "test");
  const rows = counts.map((count) => ({
    columns: Int32Array.from({ length: count }, () => random.integer(FIXED_ROWS)),
    values: numbers(random, count, 5, single),
  }));
  return {
    row: {
      factors,
      fixed: randomRows(1, FIXED_ROWS, factors, 1, single),
      fixedBiases: biased ? numbers(random, FIXED_ROWS) : undefined,
      rows,
      lambdas: rows.map(() => 0),
      mean: MEAN,
      biasLambda: biased ? 0 : undefined,
      wideValues: !single,
    },
    biases: biased ? numbers(random, rows.length) : undefined,
  };
}

/** z + RᵀR·U of the problem's rows, and what its roundings are measured by. */
function plain({ row, biases }: Problem, before: Float64Array): { sums: Float64Array; scale: number } {
  const sums = before.slice();
  let scale = 0;
  row.rows.forEach(({ columns, values }, r) => {
    const y = new Float64Array(row.factors);
    const targets = Array.from(
      columns,
      (column, i) => SCALE * (values[i]! - MEAN - (row.fixedBiases?.[column] ?? 0) - (biases?.[r] ?? 0)),
    );
    let size = 0;
    for (const [i, column] of columns.entries())
      for (let k = 0; k < row.factors; k++) {
        y[k]! += targets[i]! * row.fixed[column]![k]!;
        size += Math.abs(targets[i]! * row.fixed[column]![k]!);
      }
    for (const [i, column] of columns.entries())
      for (let k = 0; k < row.factors; k++) sums[column * row.factors + k]! += targets[i]! * y[k]!;
    scale += size * Math.max(0, ...targets.map(Math.abs));
  });
  return { sums, scale };
}

it.each(FACTORS.filter((factors) => factors <= 129))(
  "RᵀR times the fixed side is added where it belongs, K = %i",
  (factors) => {
    const random = seededRandom(factors, "test");
    for (const precision of ["float64", "float32"] as const) {
      const { unit, factorBytes } = PRECISIONS[precision];
      const before = numbers(random, FIXED_ROWS * factors, 1, factorBytes === 4);
      for (const biased of [false, true]) {
        const given = problem(factors, [5, 0, 1, 300, 128], biased, factorBytes === 4);
        const { sums, scale } = plain(given, before);
        for (const bench of benches) {
          const name = `${bench.build} ${precision} ${biased ? "biased" : "plain"}`;
          const { result, z } = new RowCall(bench, precision, given.row).normal(SCALE, given.biases, before);
          expect([...result.states], name).toEqual([0, 0, 0, 0, 0]);
          const whole = new RowCall(bench, precision, given.row).multiply(SCALE, given.biases);
          expect(result.sums, `${name}: squares`).toEqual(whole.sums);
          for (let i = 0; i < sums.length; i++)
            if (!(Math.abs(z[i]! - sums[i]!) <= 20 * unit * (scale + 1)))
              throw new Error(`${name}: number ${i} is ${z[i]}, not ${sums[i]}`);
        }
      }
    }
  },
);

describe.each([1, 4, 9, 32, 40, 64])("K = %i", (factors) => {
  it.each([129, 300, 1_025])("a row of %i ratings in pieces has the bits of the whole row", (count) => {
    const before = numbers(seededRandom(count, "test"), FIXED_ROWS * factors, 1, true);
    for (const bench of benches)
      for (const precision of ["float64", "float32"] as const)
        for (const biased of [false, true]) {
          const { row, biases } = problem(factors, [count], biased, precision === "float32");
          const whole = new RowCall(bench, precision, row).normal(SCALE, biases, before);
          const all = Array.from({ length: Math.ceil(count / 128) - 1 }, (_, i) => 128 * (i + 1));
          for (const cuts of [[128], all])
            expect(new RowCall(bench, precision, row).normal(SCALE, biases, before, cuts)).toEqual(whole);
        }
  });
});
