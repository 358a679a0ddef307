import { AlternantError } from "../errors.js";
import type { Yielder } from "../yield.js";
import type { RatingsSource } from "./source.js";

/** Ratings read between two looks at the clock. */
const SLICE = 65536;

/**
 * Reads a source once through: rows must follow each other, columns lie within the other side, values be finite, weights
 * above 0.
 *
 * @throws AlternantError "invalid-rating" naming the row
 */
export async function readThrough(what: string, source: RatingsSource, yielder: Yielder): Promise<void> {
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
