import { describe } from "../errors.js";

/** The largest magnitude of a value: squares and their sums stay far from overflow in both precisions. */
export const MAX_VALUE = 1e15;

/** Says where a rating was given: "row 17". */
export type Place = (row: number) => string;

/** Who rated what, for messages: the part that tells a reader which line of their data is meant. */
export function pairOf(user: unknown, item: unknown): string {
  return `user ${describe(user)}, item ${describe(item)}`;
}

/** Throws for a value that is not a number within bounds; `name` is "value", "weight" or "timestamp". */
export function refuseNumber(
  where: string,
  name: "value" | "weight" | "timestamp",
  number: unknown,
  user: unknown,
  item: unknown,
): never {
  const wanted = {
    value: "a finite number from -1e15 to 1e15",
    weight: "a finite number above 0",
    timestamp: "a finite number, in a unit of your choice",
  }[name];
  const message = `${where}: the ${name} must be ${wanted}, not ${describe(number)} (${pairOf(user, item)})`;
  const remedy = {
    value: "leave such ratings out, or leave out the value to mean 1",
    weight: "leave out ratings that should not count",
    timestamp: "leave out the timestamps of all rows, or give one to each",
  }[name];
  if (typeof number !== "number") throw new TypeError(`${message}; ${remedy}`);
  throw new RangeError(`${message}; ${remedy}`);
}

/** Throws for a row that is none of the shapes that a rating has. */
export function refuseShape(where: string, row: unknown): never {
  const shapes = "[user, item], [user, item, value] or { user, item, value?, weight?, timestamp? }";
  const message = `${where} must be ${shapes}, not ${describe(row)}`;
  if (!Array.isArray(row)) throw new TypeError(message);
  const remedy = row.length > 3 ? "; weights and timestamps go into the object form" : "";
  throw new RangeError(`${message}${remedy}`);
}
