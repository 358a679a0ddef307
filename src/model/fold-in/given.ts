import { AlternantError, describe } from "../../errors.js";
import { checkOptions } from "../../options.js";
import type { Values } from "../../ratings/csr.js";
import { MAX_VALUE } from "../../ratings/refusals.js";
import type { Id, Vocabulary } from "../../ratings/vocabulary.js";
import { isId, notId, unknownIds } from "../lookup.js";
import type { RowSide } from "../row-objective.js";

/**
 * A rating of somebody who is folded in: an item's id alone means value 1, as an object without `value` does. A `weight` left out is
 * 1 where others have one.
 */
export type FoldInRow<I extends Id = Id> =
  | I
  | readonly [item: I, value: number]
  | { readonly item: I; readonly value?: number; readonly weight?: number };

/** The same of an item that is folded in: what a user gave it. */
export type FoldInItemRow<U extends Id = Id> =
  | U
  | readonly [user: U, value: number]
  | { readonly user: U; readonly value?: number; readonly weight?: number };

/** The ratings of one row as given, columns ascending. */
export interface GivenRow {
  readonly columns: Int32Array<ArrayBuffer>;
  readonly values: Values;
  /** What rows are solved with: weights as given, or confidences. */
  readonly weights: Values | undefined;
  /** Weights as they were given. */
  readonly given: Values | undefined;
}

/**
 * Reads and checks the ratings of a row.
 *
 * @param what reads them, as it stands in errors
 * @param side whose ids they name
 * @throws TypeError, RangeError for rows of a wrong shape or value; AlternantError "no-ratings", "unknown-id" naming all ids that
 *   the model does not know, "duplicate-rating"
 */
export function readGiven<T extends Id>(
  what: string,
  side: RowSide,
  rows: Iterable<FoldInRow<T> | FoldInItemRow<T>>,
  vocabulary: Vocabulary<T>,
): GivenRow {
  if (typeof rows !== "object" || rows === null || typeof rows[Symbol.iterator] !== "function")
    throw new TypeError(`${what}: ratings must be an array (or another iterable), not ${describe(rows)}`);
  const columns: number[] = [];
  const values: number[] = [];
  const weights: number[] = [];
  const unknown: T[] = [];
  let weighted = false;
  let ascending = true;
  let place = 0;
  const where = (): string => `${what}: rating ${place}`;
  for (const row of rows) {
    const { id, value, weight } = readRow<T>(where, side, row);
    const column = vocabulary.index(id);
    if (column === undefined) unknown.push(id);
    else {
      if (columns.length > 0 && column <= columns[columns.length - 1]!) ascending = false;
      columns.push(column);
      values.push(value);
      weights.push(weight ?? 1);
      weighted ||= weight !== undefined;
    }
    place++;
  }
  if (unknown.length > 0)
    throw unknownIds(
      `${what}: this`,
      side,
      unknown,
      vocabulary,
      `Leave ${unknown.length === 1 ? "it" : "them"} out; the ids it knows are in model.${side}s.`,
    );
  if (place === 0)
    throw new AlternantError(
      "no-ratings",
      `${what} needs at least one rating.${side === "item" ? " For someone without any there is popular()." : ""}`,
    );
  if (ascending) return gather(columns, values, weighted ? weights : undefined);
  const order = columns.map((_, at) => at).sort((a, b) => columns[a]! - columns[b]!);
  for (let n = 1; n < order.length; n++)
    if (columns[order[n]!] === columns[order[n - 1]!])
      throw new AlternantError(
        "duplicate-rating",
        `${what}: ${side} ${describe(vocabulary.id(columns[order[n]!]!))} is rated twice, as ${values[order[n - 1]!]} (rating ${order[n - 1]}) and as ${values[order[n]!]} (rating ${order[n]}). Give each ${side} once.`,
      );
  const sorted = (list: readonly number[]): number[] => order.map((at) => list[at]!);
  return gather(sorted(columns), sorted(values), weighted ? sorted(weights) : undefined);
}

function gather(
  columns: readonly number[],
  values: readonly number[],
  weights: readonly number[] | undefined,
): GivenRow {
  const given = weights && narrow(weights);
  return { columns: Int32Array.from(columns), values: narrow(values), weights: given, given };
}

/** Single precision where every number survives it, as ratings are held. */
function narrow(numbers: readonly number[]): Values {
  const single = Float32Array.from(numbers);
  for (let n = 0; n < numbers.length; n++) if (single[n] !== numbers[n]) return Float64Array.from(numbers);
  return single;
}

interface Read<T extends Id> {
  readonly id: T;
  readonly value: number;
  readonly weight: number | undefined;
}

function readRow<T extends Id>(where: Where, side: RowSide, row: unknown): Read<T> {
  if (typeof row === "string" || typeof row === "number")
    return { id: row as T, value: 1, weight: undefined };
  if (Array.isArray(row)) {
    if (row.length !== 2) throw new RangeError(`${where()} must be ${shapes(side)}, not ${describe(row)}`);
    const id = idIn(where, side, row[0] as T);
    return { id, value: checkNumber("value", row[1], where, side, id), weight: undefined };
  }
  if (typeof row !== "object" || row === null)
    throw new TypeError(`${where()} must be ${shapes(side)}, not ${describe(row)}`);
  const keys = [side, "value", "weight"];
  for (const key in row) if (!keys.includes(key)) checkOptions(where(), row, keys, "key");
  const { [side]: given, value, weight } = row as Partial<Record<string, unknown>>;
  const id = idIn(where, side, given as T);
  // A key without a value is a slip somewhere in the data, not the wish for the default.
  return {
    id,
    value: "value" in row ? checkNumber("value", value, where, side, id) : 1,
    weight: "weight" in row ? checkNumber("weight", weight, where, side, id) : undefined,
  };
}

function idIn<T extends Id>(where: Where, side: RowSide, id: T): T {
  if (!isId(id)) throw notId(`${where()}: its ${side}`, id);
  return id;
}

/** Says which rating it is. */
type Where = () => string;

function shapes(side: RowSide): string {
  return `an id, [${side}, value] or { ${side}, value?, weight? }`;
}

function checkNumber(name: "value" | "weight", number: unknown, where: Where, side: RowSide, id: Id): number {
  const within =
    name === "value"
      ? (x: number): boolean => x >= -MAX_VALUE && x <= MAX_VALUE
      : (x: number): boolean => x > 0 && x < Infinity;
  if (typeof number === "number" && within(number)) return number;
  const wanted = name === "value" ? "a finite number from -1e15 to 1e15" : "a finite number above 0";
  const message = `${where()}: the ${name} must be ${wanted}, not ${describe(number)} (${side} ${describe(id)}); leave such ratings out`;
  throw typeof number === "number" ? new RangeError(message) : new TypeError(message);
}
