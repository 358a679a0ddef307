import { describe } from "../errors.js";
import { checkOptions } from "../options.js";
import type { RatingsBuilder } from "./builder.js";
import type { RatingColumns } from "./rating.js";

const NAMES = ["users", "items", "values", "weights", "timestamps"] as const;

/** Reads ratings given as columns of equal length. */
export function readColumns(what: string, columns: RatingColumns, builder: RatingsBuilder): void {
  checkOptions(what, columns, NAMES, "column");
  const { users, items, values, weights, timestamps } = columns;
  for (const name of NAMES) checkColumn(what, name, columns);
  // A hole in a column is null here: undefined would mean that there is no such column.
  for (let row = 0; row < users.length; row++)
    builder.add(
      users[row],
      items[row],
      values === undefined ? 1 : values[row],
      weights === undefined ? undefined : (weights[row] ?? null),
      timestamps === undefined ? undefined : (timestamps[row] ?? null),
    );
}

function checkColumn(what: string, name: (typeof NAMES)[number], columns: RatingColumns): void {
  const column: unknown = columns[name];
  if (column === undefined && name !== "users" && name !== "items") return;
  const length =
    typeof column === "object" && column !== null && "length" in column ? column.length : undefined;
  if (!Number.isInteger(length))
    throw new TypeError(`${what}: ${name} must be an array or a typed array, not ${describe(column)}`);
  if (length !== columns.users.length)
    throw new RangeError(
      `${what}: columns must be of equal length, but users has ${columns.users.length} elements ` +
        `and ${name} has ${length}`,
    );
}
