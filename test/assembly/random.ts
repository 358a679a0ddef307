import { type Random, seededRandom } from "../../src/random.js";

/** Numbers of a triangular distribution in ±scale, as float32 where asked. */
export function numbers(
  random: Random,
  length: number,
  scale: number = 1,
  single: boolean = false,
): Float64Array {
  return Float64Array.from({ length }, () => {
    const value = (random.unit() + random.unit() - 1) * scale;
    return single ? Math.fround(value) : value;
  });
}

export function randomRows(
  seed: number,
  rows: number,
  columns: number,
  scale: number,
  single: boolean,
): Float64Array[] {
  const random = seededRandom(seed, "test");
  return Array.from({ length: rows }, () => numbers(random, columns, scale, single));
}
