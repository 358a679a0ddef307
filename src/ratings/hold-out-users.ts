import { AlternantError } from "../errors.js";
import { checkInteger, checkNumber, checkOptions } from "../options.js";
import { seededRandom } from "../random.js";
import { type DrawBy, drawRow, sizeOf } from "./draw.js";
import type { RatingsParts } from "./finish.js";
import { halvesByFlags, ROW_SLICE } from "./halves.js";
import { checkAmount, checkDraw } from "./leave-out.js";
import type { Sliced } from "./slices.js";
import type { Id } from "./vocabulary.js";

export interface HoldOutUsersOptions {
  /** Users to hold out: a whole number, or a share above 0 and below 1 of those with at least 2 ratings. */
  users: number;
  /** The share of a held-out user's ratings that is given to fold it in, at least 1 and not all. Default 0.8. */
  given?: number | undefined;
  /** Which ratings are tested: at "random" (default), or the "last" by timestamp. */
  by?: DrawBy | undefined;
  /** A safe integer ≥ 0: which users, and which of their ratings. */
  seed: number;
}

/** All parts share the vocabularies of the whole. */
export interface HeldOutUsers<T> {
  /** All ratings of all other users. */
  readonly train: T;
  /** Ratings that are given of the users held out, for a model that has never seen them. */
  readonly foldIn: T;
  /** Their other ratings. */
  readonly test: T;
}

/** @throws TypeError, RangeError for bad options; AlternantError "no-ratings" when that leaves nobody to train on */
export function* holdOutUsersParts<U extends Id, I extends Id>(
  parts: RatingsParts<U, I>,
  options: HoldOutUsersOptions,
): Sliced<HeldOutUsers<RatingsParts<U, I>>> {
  const what = "Ratings.holdOutUsers";
  checkOptions(what, options, ["users", "given", "by", "seed"]);
  const amount = checkAmount(`${what}: users`, options.users);
  const given = checkNumber(`${what}: given`, options.given ?? 0.8, { above: 0, below: 1 });
  const seed = checkInteger(`${what}: seed`, options.seed, 0);
  const draw = checkDraw(what, options, parts.timestamps);
  const { starts, rowCount, count } = parts.byUser;
  const ratingsOf = (user: number): number => starts[user + 1]! - starts[user]!;
  let eligible = 0;
  let others = 0;
  for (let user = 0; user < rowCount; user++)
    if (ratingsOf(user) >= 2) eligible++;
    else if (ratingsOf(user) === 1) others++;
  const size = sizeOf(amount, eligible);
  if (size > eligible || size >= eligible + others)
    throw new AlternantError(
      "no-ratings",
      `${what}: ${size} users cannot be held out of ${eligible} with at least 2 ratings and ${others} with 1, so that somebody is left to train on; ask for fewer`,
    );
  const heldOut = new Uint8Array(count);
  const tested = new Uint8Array(count);
  const choice = seededRandom(seed, "users");
  let needed = size;
  let left = eligible;
  let held = 0;
  let testCount = 0;
  for (let user = 0; user < rowCount; user++) {
    const n = ratingsOf(user);
    if (user % ROW_SLICE === 0) yield;
    if (n < 2) continue;
    const chosen = choice.unit() * left-- < needed;
    if (!chosen) continue;
    needed--;
    const from = starts[user]!;
    heldOut.fill(1, from, from + n);
    // Numbered as the ratings of the users held out alone will be.
    const test = n - Math.min(n - 1, sizeOf(given, n));
    const timestamps = parts.timestamps?.subarray(from, from + n);
    drawRow(tested.subarray(held, held + n), 0, n, test, draw, timestamps);
    held += n;
    testCount += test;
  }
  const [train, theirs] = yield* halvesByFlags(parts, heldOut, held);
  const [foldIn, test] = yield* halvesByFlags(theirs, tested.subarray(0, held), testCount);
  return { train, foldIn, test };
}
