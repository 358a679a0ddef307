import { AlternantError, describe } from "../errors.js";
import { checkOneOf } from "../options.js";
import type { Yielder } from "../yield.js";
import { Ratings } from "./ratings.js";
import type { RatingsSide, RatingsSource } from "./source.js";
import { Vocabulary } from "./vocabulary.js";

/** Ratings read between two looks at the clock. */
const SLICE = 65536;

/** The error for what should be ratings and is not. */
export function notRatings(what: string, value: unknown): TypeError {
  return new TypeError(
    `${what} needs Ratings, not ${describe(value)}: make them with Ratings.from(rows) or Ratings.fromColumns(columns).`,
  );
}

/**
 * Checks that what is given is Ratings, or a source whose counts, sides and shared parts agree with each other; its
 * contents are for {@link checkContents}.
 *
 * @throws TypeError for what is no source, RangeError for one that contradicts itself
 */
export function checkSource(what: string, ratings: unknown): asserts ratings is RatingsSource {
  if (ratings instanceof Ratings) return;
  const source = (ratings ?? {}) as Partial<RatingsSource>;
  const { users, items, count, byUser, byItem } = source;
  if (!(users instanceof Vocabulary && items instanceof Vocabulary && isSide(byUser) && isSide(byItem)))
    throw notRatings(what, ratings);
  if (typeof count !== "number") throw notRatings(what, ratings);
  const expect = (name: string, actual: unknown, expected: unknown): void => {
    if (!Object.is(actual, expected))
      throw new RangeError(
        `${what}: the source's ${name} must be ${describe(expected)}, not ${describe(actual)}`,
      );
  };
  for (const name of ["mean", "min", "max"] as const)
    if (!Number.isFinite(source[name]))
      throw new RangeError(
        `${what}: the source's ${name} must be a finite number, not ${describe(source[name])}`,
      );
  expect("userCount", source.userCount, users.size);
  expect("itemCount", source.itemCount, items.size);
  for (const [name, side, rows, columns] of [
    ["byUser", byUser, users.size, items.size],
    ["byItem", byItem, items.size, users.size],
  ] as const) {
    expect(`${name}.rowCount`, side.rowCount, rows);
    expect(`${name}.columnCount`, side.columnCount, columns);
    expect(`${name}.count`, side.count, count);
    expect(`${name}.starts.length`, side.starts.length, rows + 1);
    expect(`${name}.starts[0]`, side.starts[0], 0);
    expect(`${name}.starts[${rows}]`, side.starts[rows], count);
    checkOneOf(`${what}: the source's ${name}.valueBytes`, side.valueBytes, [4, 8]);
    if (side.weightBytes !== undefined || byUser.weightBytes !== undefined)
      checkOneOf(`${what}: the source's ${name}.weightBytes`, side.weightBytes, [4, 8]);
    checkShared(`${what}: the source's ${name}.share()`, side);
  }
}

function isSide(side: Partial<RatingsSide> | undefined): side is RatingsSide {
  return (
    side?.starts instanceof Float64Array &&
    typeof side.read === "function" &&
    typeof side.share === "function"
  );
}

function checkShared(what: string, side: RatingsSide): void {
  const shared = side.share();
  if (shared === undefined) return;
  const { kind, columnCount, starts, columns, values, weights } = shared ?? {};
  const Values = side.valueBytes === 4 ? Float32Array : Float64Array;
  const Weights = side.weightBytes === 4 ? Float32Array : Float64Array;
  const weighted = side.weightBytes !== undefined;
  const fits =
    kind === "csr" &&
    columnCount === side.columnCount &&
    starts instanceof Float64Array &&
    starts.length === side.rowCount + 1 &&
    columns instanceof Int32Array &&
    columns.length === side.count &&
    values instanceof Values &&
    values.length === side.count &&
    (weighted ? weights instanceof Weights && weights.length === side.count : weights === undefined) &&
    [starts, columns, values, ...(weights ? [weights] : [])].every(
      ({ buffer }) => !(buffer instanceof ArrayBuffer),
    );
  if (!fits)
    throw new TypeError(
      `${what} must return undefined, or { kind: "csr", columnCount, starts, columns, values, weights where there are some } of the side's own sizes with arrays in SharedArrayBuffers`,
    );
}

/**
 * Reads a source that is no Ratings once through, because kernels check nothing: rows must follow each other, columns lie
 * within the other side, values be finite, weights above 0.
 *
 * @throws AlternantError "invalid-rating" naming the row
 */
export async function checkContents(what: string, source: RatingsSource, yielder: Yielder): Promise<void> {
  if (source instanceof Ratings) return;
  for (const [name, side] of [
    ["byUser", source.byUser],
    ["byItem", source.byItem],
  ] as const) {
    const { starts, rowCount, columnCount, count } = side;
    for (let row = 0; row < rowCount; row++) {
      if (!(starts[row + 1]! >= starts[row]!)) throw invalid(what, `${name}.starts descends at row ${row}`);
      if (row % SLICE === 0 && yielder.due()) await yielder.pause();
    }
    const columns = new Int32Array(SLICE);
    const values = side.valueBytes === 4 ? new Float32Array(SLICE) : new Float64Array(SLICE);
    const weights = side.weightBytes === 4 ? new Float32Array(SLICE) : new Float64Array(SLICE);
    const weighted = side.weightBytes !== undefined;
    for (let from = 0; from < count; from += SLICE) {
      const length = Math.min(SLICE, count - from);
      columns.fill(-1);
      side.read(from, from + length, columns, values, weighted ? weights : undefined);
      for (let i = 0; i < length; i++)
        if (!(columns[i]! >= 0 && columns[i]! < columnCount && Number.isFinite(values[i]!)))
          throw invalid(
            what,
            `rating ${from + i} of ${name} has column ${columns[i]} of ${columnCount} and value ${values[i]}`,
          );
        else if (weighted && !(weights[i]! > 0 && Number.isFinite(weights[i]!)))
          throw invalid(what, `rating ${from + i} of ${name} has weight ${weights[i]}`);
      if (yielder.due()) await yielder.pause();
    }
  }
}

function invalid(what: string, fact: string): AlternantError {
  return new AlternantError(
    "invalid-rating",
    `${what}: the source of ratings is not sound: ${fact}. starts must ascend, and read() must write, before it returns, columns below columnCount, finite values and weights above 0.`,
  );
}
