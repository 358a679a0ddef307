import { type ItemMap, MAP_LEVELS } from "../protocol.js";

/** More than this are a cloud in which none can be told from another, and take too long to draw: then the best known are drawn. */
const MOST_POINTS = 30_000;

/** How large points are drawn, and in what order: worked out here, where a million of them keep nobody waiting. */
export function drawing(counts: Uint32Array, genre: Uint8Array): Pick<ItemMap, "levels" | "order"> {
  const most = Math.log1p(counts.reduce((a, b) => Math.max(a, b), 1));
  const levels = new Uint8Array(counts.length);
  for (const [item, count] of counts.entries())
    levels[item] = Math.min(MAP_LEVELS - 1, Math.floor((Math.log1p(count) / most) ** 2 * MAP_LEVELS));
  // Of a size those of one colour in turn: changing it takes time. Numbers are sorted much faster without a function.
  const span = counts.length;
  const keys = Float64Array.from(drawn(counts), (item) => (levels[item]! * 256 + genre[item]!) * span + item);
  return { levels, order: Uint32Array.from(keys.sort(), (key) => key % span) };
}

/** The items that are drawn: all, or the best known of them. */
function drawn(counts: Uint32Array): Uint32Array {
  const items = Uint32Array.from(counts, (_, item) => item);
  if (items.length <= MOST_POINTS) return items;
  const sorted = counts.slice().sort();
  const least = sorted[sorted.length - MOST_POINTS]!;
  const chosen = new Uint32Array(MOST_POINTS);
  const above = items.filter((item) => counts[item]! > least);
  const equal = items.filter((item) => counts[item] === least);
  chosen.set(above);
  chosen.set(equal.subarray(0, MOST_POINTS - above.length), above.length);
  return chosen;
}
