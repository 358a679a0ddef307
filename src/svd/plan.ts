import { AlternantError } from "../errors.js";
import { type FitLayout, layOutFit, MEMORY_LIMIT, type NormalShares } from "../kernel/index.js";
import { layOutTall, type Tall, type TallLayout } from "../kernel/tall/index.js";
import type { RatingsSide, RatingsSource } from "../ratings/index.js";
import type { ResolvedSvdOptions } from "./options.js";

/** Vectors of a block at most: in float32 each visit of a row then takes two whole cache lines. */
const WIDEST_BLOCK = 32;
const NARROWEST_BLOCK = 8;
/** Blocks that a subspace has room for beyond what a restart keeps. */
const BLOCKS = 6;
/** Shares of RᵀR times a block: enough for lanes to share the work, few enough to be added up in a fraction of its time. */
const MOST_SHARES = 16;
const LEAST_SHARES = 2;
const SHARES_BYTES = 2 ** 28;

/** What a decomposition keeps where, and how wide its blocks are. */
export interface SvdPlan {
  /** The side with fewer rows, on which the subspace lies. */
  readonly short: "users" | "items";
  readonly long: "users" | "items";
  /** K, rounded up to 4. */
  readonly axes: number;
  /** Vectors of a block. */
  readonly block: number;
  /** Vectors that a restart keeps. */
  readonly kept: number;
  /** Whether the short side is so small that its whole space is taken: a subspace and its next block would not fit. */
  readonly whole: boolean;
  readonly fit: FitLayout;
  readonly tall: TallLayout;
  /** Where blocks of the long side's rows sum up their shares of RᵀR times a block of vectors. */
  readonly shares: NormalShares;
  /** Bytes of it all. */
  readonly bytes: number;
  /** The subspace, short side's rows × its greatest dimension. */
  readonly basis: Tall;
  /** One block more. */
  readonly next: Tall;
  /** The ratings' matrix times the axes: long side's rows × axes. */
  readonly images: Tall;
}

/** Lays out a decomposition. @throws AlternantError "too-large" */
export function planSvd(ratings: RatingsSource, options: ResolvedSvdOptions, threads: number): SvdPlan {
  const { userCount, itemCount } = ratings;
  const [short, long] = userCount < itemCount ? (["users", "items"] as const) : (["items", "users"] as const);
  const rows = Math.min(userCount, itemCount);
  const fours = (count: number): number => 4 * Math.ceil(count / 4);
  const half = 8 * Math.ceil(options.factors / 16);
  const block = Math.min(WIDEST_BLOCK, Math.max(NARROWEST_BLOCK, half));
  const kept = fours(options.factors + block);
  const room = kept + BLOCKS * block;
  // A full subspace and the block beside it are orthonormal: there have to be as many dimensions.
  const whole = rows < room + block;
  const dimension = whole ? fours(rows) : room;
  const axes = whole ? dimension : fours(options.factors);
  const fit = layOutFit({
    precision: options.precision,
    factors: block,
    userCount,
    itemCount,
    biases: options.center === "biases",
    threads,
  });
  const tall = layOutTall(
    {
      matrices: [
        { rows, columns: dimension },
        { rows, columns: block },
        { rows: Math.max(userCount, itemCount), columns: axes },
      ],
      left: dimension,
      right: Math.max(kept, axes),
      rotated: dimension,
      threads,
    },
    fit.bytes,
  );
  const shares = layOutShares(ratings[long === "users" ? "byUser" : "byItem"], fit, rows, tall.bytes);
  const bytes = shares.address + (shares.bounds.length - 1) * shares.bytes;
  if (bytes > MEMORY_LIMIT)
    throw new AlternantError(
      "too-large",
      `SVD.fit: ${options.factors} factors of ${userCount} users and ${itemCount} items take ${(bytes / 2 ** 30).toFixed(1)} GiB, and WebAssembly can address 4 GiB. Use fewer factors${options.precision === "float64" ? ', or precision: "float32"' : ""}.`,
    );
  const [basis, next, images] = tall.matrices as [Tall, Tall, Tall];
  return { short, long, axes, block, kept, whole, fit, tall, shares, bytes, basis, next, images };
}

/** Blocks of about as many ratings each; fewer where the short side is large, because each sums up over all of it. */
function layOutShares(
  { starts, count }: RatingsSide,
  { precision, padded }: FitLayout,
  shortRows: number,
  address: number,
): NormalShares {
  const bytes = shortRows * padded * (precision === "float32" ? 4 : 8);
  const blocks = Math.max(LEAST_SHARES, Math.min(MOST_SHARES, Math.floor(SHARES_BYTES / bytes)));
  const bounds = [0];
  for (let row = 0; row < starts.length; row++)
    while (bounds.length < blocks && starts[row]! >= (bounds.length * count) / blocks) bounds.push(row);
  return { address, bytes, bounds: Int32Array.from([...bounds, starts.length - 1]) };
}
