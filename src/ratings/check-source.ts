import { describe } from "../errors.js";
import { checkOneOf } from "../options.js";
import type { Yielder } from "../yield.js";
import { Ratings } from "./ratings.js";
import type { RatingsSide, RatingsSource } from "./source.js";
import { isVerified } from "./verified-sides.js";
import { Vocabulary } from "./vocabulary.js";

/** The error for what should be ratings and is not. */
export function notRatings(what: string, value: unknown): TypeError {
  const inFile = typeof value === "object" && value !== null && "file" in value && value.file !== undefined;
  const remedy = inFile ? LOAD : "make them with Ratings.from(rows) or Ratings.fromColumns(columns)";
  return new TypeError(`${what} needs Ratings, not ${describe(value)}: ${remedy}.`);
}

const LOAD = "those of a file can be brought into memory, where they fit, by await packed.load()";

/** Refuses ratings in a file where all of them would have to be copied. @throws TypeError */
export function refuseFile(what: string, ratings: RatingsSource): void {
  if (ratings.file !== undefined) throw notRatings(what, ratings);
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
  if (shared === undefined || isVerified(side)) return;
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
 * Reads a source that is no Ratings once through, because kernels check nothing, unless its sides check all that is read.
 *
 * @throws AlternantError "invalid-rating" naming the row
 */
export async function checkContents(what: string, source: RatingsSource, yielder: Yielder): Promise<void> {
  if (source instanceof Ratings || (isVerified(source.byUser) && isVerified(source.byItem))) return;
  const { readThrough } = await import("./read-through.js");
  await readThrough(what, source, yielder);
}
