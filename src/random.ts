import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Seeded random numbers made of integers alone, so that a seed gives the same numbers in every engine. */
export interface Random {
  /** A uniform integer in 0 … below − 1; `below` is at most 2³². */
  integer(below: number): number;
  /** A uniform number in [0, 1) with 32 random bits. */
  unit(): number;
}

/** What a stream of random numbers is for: streams of one seed are independent of each other. */
export type Stream = "factors" | "split" | "world" | "test" | "benchmark" | "users" | "krylov";

const STREAMS: Record<Stream, number> = {
  factors: 1,
  split: 2,
  world: 3,
  test: 4,
  benchmark: 5,
  users: 6,
  krylov: 7,
};
/** xoroshiro128+ starts from a nearly empty state; its first outputs still show the seed. */
const WARM_UP = 32;

/** A generator (xoroshiro128+) for `seed`, a safe integer ≥ 0, and a purpose. */
export function seededRandom(seed: number, stream: Stream): Random {
  const high = Math.floor(seed / 4294967296);
  const mixed =
    Math.imul((seed | 0) ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b) ^ Math.imul(STREAMS[stream], 0xc2b2ae35);
  const generator = xoroshiro128plus(mixed ^ (mixed >>> 15));
  for (let i = 0; i < WARM_UP; i++) generator.next();
  return {
    integer: (below) => uniformInt(generator, 0, below - 1),
    unit: () => (generator.next() >>> 0) / 4294967296,
  };
}
