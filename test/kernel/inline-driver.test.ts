import { afterEach, describe, expect, it, vi } from "vitest";
import { throwIfAborted } from "../../src/errors.js";
import type { Guard } from "../../src/kernel/driver.js";
import { CALL_RATINGS, CALL_ROWS, type Precision } from "../../src/kernel/layout.js";
import { seededRandom } from "../../src/random.js";
import { sameBytes } from "../support/bytes.js";
import { soon } from "../support/turns.js";
import { Half, type HalfResult } from "./half.js";

const FACTORS = 7;

const unguarded: Guard = { what: "a test", signal: undefined, check: () => {} };

function guardOf(signal: AbortSignal): Guard {
  return { what: "ALS.fit", signal, check: () => throwIfAborted(signal, "ALS.fit") };
}

afterEach(() => {
  vi.restoreAllMocks();
});

/** A clock that moves on by so many milliseconds each time that it is read. */
function fakeClock(step: number): void {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => {
    now += step;
    return now;
  });
}

function expectSameBits(what: string, actual: HalfResult, expected: HalfResult): void {
  expect(sameBytes(actual.factors, expected.factors), `${what}: factors`).toBe(true);
  expect(sameBytes(actual.biases, expected.biases), `${what}: biases`).toBe(true);
}

/** Every row alone, in the largest pieces where it is too long for a call. */
function rowByRow(half: Half): { result: HalfResult; sums: Float64Array; residuals: Float64Array } {
  const { solver, epoch } = half;
  const { rowCount, starts } = epoch.ratings;
  const sums = new Float64Array(rowCount * 3);
  const residuals = new Float64Array(rowCount * 3);
  half.clear();
  for (let row = 0; row < rowCount; row++) {
    const count = starts[row + 1]! - starts[row]!;
    if (count <= CALL_RATINGS) solver.solve(epoch, row, row + 1, sums);
    for (let from = 0; count > CALL_RATINGS && from < count; from += CALL_RATINGS)
      solver.solvePiece(epoch, row, { from, to: Math.min(count, from + CALL_RATINGS), pass: 0 }, sums);
  }
  for (let row = 0; row < rowCount; row++) {
    const count = starts[row + 1]! - starts[row]!;
    for (let from = 0; from === 0 || from < count; from += 1_000)
      solver.residualPiece(epoch, row, { from, to: Math.min(count, from + 1_000), pass: 0 }, residuals);
  }
  return { result: half.result(), sums, residuals };
}

const SHAPES = (["float64", "float32"] as const).flatMap((precision: Precision) =>
  [false, true].flatMap((bias) => [
    { precision, factors: FACTORS, bias, sparseLambda: 2 },
    // Rows that float32 hands over to float64, the long one among them, between rows that it solves itself.
    { precision, factors: FACTORS, bias, sparseLambda: 1e-7 },
  ]),
);

describe.each(SHAPES)("a half-epoch in $precision, bias $bias, sparse λ $sparseLambda", (shape) => {
  it("has the same bits however its rows are cut into calls", async () => {
    const half = await Half.open(shape);
    const expected = rowByRow(half);
    const { solver, epoch } = half;
    const { rowCount, starts } = epoch.ratings;
    const random = seededRandom(1, "test");
    for (const [longest, pieces] of [
      [2, 1],
      [50, 3],
      [CALL_ROWS, 200],
    ] as const) {
      const sums = new Float64Array(rowCount * 3);
      half.clear();
      for (let row = 0; row < rowCount; ) {
        const count = starts[row + 1]! - starts[row]!;
        if (count > CALL_RATINGS || (count > solver.tileRows && random.integer(2) === 0)) {
          for (let from = 0; from < count; ) {
            const to = Math.min(count, from + solver.tileRows * (1 + random.integer(pieces)));
            solver.solvePiece(epoch, row, { from, to, pass: 0 }, sums);
            from = to;
          }
          row++;
          continue;
        }
        let end = row + 1;
        const limit = Math.min(rowCount, row + 1 + random.integer(longest));
        while (end < limit && starts[end + 1]! - starts[row]! <= CALL_RATINGS) end++;
        solver.solve(epoch, row, end, sums);
        row = end;
      }
      expectSameBits(`up to ${longest} rows a call`, half.result(), expected.result);
      expect(sameBytes(sums, expected.sums), `up to ${longest} rows a call: sums`).toBe(true);
    }
  });

  it("has the same bits on a slow machine and on a fast one", async () => {
    const half = await Half.open(shape);
    const expected = rowByRow(half);
    const totals = [0, 1, 2].map((at) =>
      expected.sums.reduce((sum, value, i) => (i % 3 === at ? sum + value : sum), 0),
    );
    const error = expected.residuals.reduce((sum, value, i) => (i % 3 === 0 ? sum + value : sum), 0);
    const calls: number[] = [];
    for (const milliseconds of [0, 1, 1e6]) {
      vi.restoreAllMocks();
      fakeClock(milliseconds);
      const rows = vi.spyOn(half.solver, "solve");
      const pieces = vi.spyOn(half.solver, "solvePiece");
      const driver = half.driver(unguarded);
      half.clear();
      const { squares, explained, penalty } = await driver.solve(half.epoch);
      expect([squares, explained, penalty], `${milliseconds} ms a call`).toEqual(totals);
      expectSameBits(`${milliseconds} ms a call`, half.result(), expected.result);
      expect((await driver.residuals(half.epoch)).errors).toBe(error);
      expect(pieces.mock.calls.length).toBeGreaterThanOrEqual(4);
      for (const [, row, { from, to }] of pieces.mock.calls) {
        const { starts } = half.epoch.ratings;
        expect(from % half.solver.tileRows).toBe(0);
        if (to < starts[row + 1]! - starts[row]!) expect(to % half.solver.tileRows).toBe(0);
        expect(to - from).toBeLessThanOrEqual(CALL_RATINGS);
      }
      for (const [, from, to] of rows.mock.calls) {
        expect(to - from).toBeLessThanOrEqual(CALL_ROWS);
        const { starts } = half.epoch.ratings;
        expect(starts[to]! - starts[from]!).toBeLessThanOrEqual(CALL_RATINGS);
      }
      calls.push(rows.mock.calls.length + pieces.mock.calls.length);
    }
    // The cuts differ, or the comparison would say nothing.
    expect(calls[2]).toBeGreaterThan(2 * calls[0]!);
  });
});

describe("a half-epoch", () => {
  const shape = { precision: "float32", factors: FACTORS, bias: true, sparseLambda: 2 } as const;

  it("lets the event loop run between calls that together take longer than 3 ms", async () => {
    const half = await Half.open(shape);
    fakeClock(4);
    let turns = 0;
    let running = true;
    const turn = () => {
      turns++;
      if (running) soon(turn);
    };
    soon(turn);
    const rows = vi.spyOn(half.solver, "solve");
    await half.driver(unguarded).solve(half.epoch);
    running = false;
    expect(turns).toBeGreaterThanOrEqual(rows.mock.calls.length - 1);
  });

  it("ends between two calls when it is aborted", async () => {
    const half = await Half.open(shape);
    fakeClock(4);
    const controller = new AbortController();
    const driver = half.driver(guardOf(controller.signal));
    const rows = vi.spyOn(half.solver, "solve");
    soon(() => controller.abort("enough"));
    await expect(driver.solve(half.epoch)).rejects.toMatchObject({
      name: "AbortError",
      code: "aborted",
      cause: "enough",
    });
    const before = rows.mock.calls.length;
    await driver.solve({ ...half.epoch }).catch(() => undefined);
    expect(rows.mock.calls.length).toBeLessThanOrEqual(before + 1);
  });

  it.each(["float64", "float32"] as const)(
    "names the first row that is not determined, in %s",
    async (precision) => {
      const half = await Half.open(
        { ...shape, precision, sparseLambda: 0 },
        [9, 40, 2, 1, 1, 1, 1, 3, 40, 40, 40, 40, 40, 40, 1],
      );
      const driver = half.driver(unguarded);
      // Row 0 has λ = 0 too, but enough ratings; row 7 has not.
      await expect(driver.solve(half.epoch)).rejects.toMatchObject({
        code: "not-positive-definite",
        message:
          'user "u7": the normal equations are not positive definite (3 ratings, 7 factors, λ = 0), so its factors are not determined. Raise the regularization, or use fewer factors.',
      });
    },
  );

  it.each(["float64", "float32"] as const)(
    "names the first row that is not finite, in %s",
    async (precision) => {
      const half = await Half.open({ ...shape, precision }, [3, 2, 300, 1]);
      const { columns } = readRow(half, 2);
      half.setFixed(columns[250]!, Infinity);
      const sick = [0, 1, 2, 3].find((row) => readRow(half, row).columns.includes(columns[250]!));
      await expect(half.driver(unguarded).solve(half.epoch)).rejects.toMatchObject({
        code: "not-finite",
        message: expect.stringContaining(`user "u${sick}": the solution is not finite (`),
      });
    },
  );
});

function readRow(half: Half, row: number): { columns: Int32Array } {
  const { starts, read } = half.epoch.ratings;
  const [from, to] = [starts[row]!, starts[row + 1]!];
  const columns = new Int32Array(to - from);
  read(from, to, columns, new Float64Array(to - from));
  return { columns };
}
