import type { Ratings } from "../src/ratings/index.js";
import { syntheticWorld } from "../src/synthetic/index.js";

export interface Shape {
  readonly name: string;
  readonly users: number;
  readonly items: number;
  readonly ratings: number;
}

/** MovieLens-1M's shape, and MovieLens-20M's with a tenth of the ratings held out. */
export const ONE_MILLION: Shape = { name: "1m", users: 6_040, items: 3_706, ratings: 1_000_000 };
export const TWENTY_MILLION: Shape = { name: "20m", users: 138_493, items: 26_744, ratings: 18_000_000 };

/** Seeded ratings of a shape. */
export async function generate({ name, ...size }: Shape): Promise<Ratings> {
  const { ratings } = await syntheticWorld({ ...size, seed: 1 });
  progress(`generated ${name}`);
  return ratings;
}

/** Tells on standard error what has been done, and after how long. */
export function progress(what: string): void {
  console.error(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${what}`);
}
