import { describe, expect, it } from "vitest";
import { estimateMemory } from "../../src/als/index.js";
import { type RatingsSide, type RatingsSource, Vocabulary } from "../../src/ratings/index.js";
import { read } from "../house/sources.js";

const BYTES_PER_RATING = 16;
const THREADS = 2;

const section = /^\| users \| items \| ratings \|[\s\S]*?\n\n/m.exec(read("docs/big-data.md"))?.[0] ?? "";
const [headings, , ...rows] = section.trim().split("\n").map(cells);

function cells(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function vocabulary(size: number): Vocabulary<number> {
  return new Vocabulary(
    "number",
    Array.from({ length: size }, (_, index) => index),
  );
}

function side(rowCount: number, columnCount: number, count: number): RatingsSide {
  return {
    rowCount,
    columnCount,
    count,
    starts: Float64Array.from({ length: rowCount + 1 }, (_, row) => Math.round((row * count) / rowCount)),
    valueBytes: 4,
    read: () => {},
    share: () => undefined,
  };
}

/** Ratings of a shape, without the ratings. */
function shape(userCount: number, itemCount: number, count: number): RatingsSource {
  const [users, items] = [vocabulary(userCount), vocabulary(itemCount)];
  const [byUser, byItem] = [side(userCount, itemCount, count), side(itemCount, userCount, count)];
  return { users, items, userCount, itemCount, count, mean: 3, min: 1, max: 5, byUser, byItem };
}

describe("the table of docs/big-data.md", () => {
  it.each(rows)("has what estimateMemory says of %s users, %s items and %s ratings", (...row) => {
    const [userCount, itemCount, count, ofRatings, ...told] = row.map((cell) =>
      Number(cell.replaceAll(",", "")),
    );
    const ratings = shape(userCount!, itemCount!, count!);
    const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
    const said = headings!.slice(4).map((heading) => {
      const [, factors, precision] = /^K = (\d+), (float32|float64)$/.exec(heading)!;
      // Without a history, for that of Ratings is theirs, which this is not.
      const options = { factors: Number(factors), precision: precision as "float32", threads: THREADS };
      return megabytes(estimateMemory(ratings, { ...options, history: "none" }).bytes);
    });
    expect(ofRatings).toBe(megabytes(BYTES_PER_RATING * count!));
    expect(told).toEqual(said);
  });

  it("is there", () => {
    expect(rows.length).toBe(4);
  });
});
