import { AlternantError } from "../errors.js";
import { checkInteger, checkNumber, checkOneOf, checkOptions } from "../options.js";
import { type Random, seededRandom } from "../random.js";
import { type DrawBy, drawRow, sizeOf } from "./draw.js";
import type { RatingsParts } from "./finish.js";
import { halvesByFlags, ROW_SLICE } from "./halves.js";
import type { Sliced } from "./slices.js";
import type { Id } from "./vocabulary.js";

export interface LeaveOutOptions {
  /** Ratings to hold out of each user: a whole number, or a share above 0 and below 1, of which at least 1 and not all. */
  perUser: number;
  /** "random" (default), or "last": those with the greatest timestamps, of equal ones those of later items. */
  by?: DrawBy | undefined;
  /** A safe integer ≥ 0 for by: "random"; the same seed holds out the same ratings in every engine. */
  seed?: number | undefined;
}

/** Both parts share the vocabularies of the whole. */
export interface LeftOut<T> {
  readonly train: T;
  readonly test: T;
  /** Users with ratings of which none was held out, as they have too few: a number leaves at least one to train on. */
  readonly usersWithoutTest: number;
}

/** @throws TypeError, RangeError for bad options; AlternantError "no-ratings" when no user has enough ratings */
export function* leaveOutParts<U extends Id, I extends Id>(
  parts: RatingsParts<U, I>,
  options: LeaveOutOptions,
): Sliced<LeftOut<RatingsParts<U, I>>> {
  const what = "Ratings.leaveOut";
  checkOptions(what, options, ["perUser", "by", "seed"]);
  const perUser = checkAmount(`${what}: perUser`, options.perUser);
  const random = checkDraw(what, options, parts.timestamps);
  const { starts, rowCount, count } = parts.byUser;
  const flags = new Uint8Array(count);
  let held = 0;
  let usersWithoutTest = 0;
  for (let user = 0; user < rowCount; user++) {
    const from = starts[user]!;
    const n = starts[user + 1]! - from;
    const size = perUser >= 1 ? perUser : Math.min(n - 1, sizeOf(perUser, n));
    if (size >= 1 && size < n) {
      drawRow(flags, from, from + n, size, random, parts.timestamps);
      held += size;
    } else if (n > 0) usersWithoutTest++;
    if (user % ROW_SLICE === 0) yield;
  }
  if (held === 0)
    throw new AlternantError(
      "no-ratings",
      `${what}: no user has more than ${perUser >= 1 ? perUser : 1} rating${perUser > 1 ? "s" : ""}, so nothing can be held out; ask for less with perUser`,
    );
  const [train, test] = yield* halvesByFlags(parts, flags, held);
  return { train, test, usersWithoutTest };
}

/** A whole number of at least 1, or a share above 0 and below 1. @throws TypeError, RangeError */
export function checkAmount(name: string, value: unknown): number {
  const amount = checkNumber(name, value, { above: 0 });
  return amount < 1 ? amount : checkInteger(name, amount, 1);
}

/** What draws: random numbers, or undefined for timestamps. @throws TypeError, RangeError */
export function checkDraw(
  what: string,
  { by = "random", seed }: Pick<LeaveOutOptions, "by" | "seed">,
  timestamps: Float64Array | undefined,
): Random | undefined {
  if (checkOneOf(`${what}: by`, by, ["random", "last"]) === "random")
    return seededRandom(checkInteger(`${what}: seed`, seed, 0), "split");
  if (timestamps === undefined)
    throw new RangeError(
      `${what}: by: "last" needs timestamps, which these ratings do not have; give them timestamps, or use by: "random"`,
    );
  return undefined;
}
