import { AlternantError } from "../errors.js";
import type { RatingsSide } from "../ratings/index.js";
import type { Yielder } from "../yield.js";
import { type Sample, sampleUsers } from "./samples.js";
import type { Session } from "./session.js";

/**
 * Alternations on the smallest sample, which begins with random factors: many where they cost next to nothing, few where it is of one
 * user in fewer than so many. One on each larger sample (docs/performance.md).
 */
const ALTERNATIONS = { sparse: 6, dense: 2 } as const;
const SPARSE_FROM = 16;
/** What an objective of a sample can fail by where that of all ratings need not. */
const FAILURES = ["not-positive-definite", "not-finite"];

/**
 * Nested iteration, as multigrid methods have it: items are learnt from a sample of the users by a few epochs that cost next
 * to nothing, then from larger and larger ones, each beginning with what the smaller one came to, and at last all users are
 * solved for these items. A sample's objective is that of all ratings for its users, with the share of the items' penalty
 * that its ratings are of all. Users of whom no sample says anything, for it has none of their items, begin at random.
 *
 * @param steps of how many users each sample has one, the smallest sample first; see `chooseSamples`
 * @returns how many users begin at random; undefined, and the session as it was, where a sample leaves rows undetermined
 */
export async function startFromSamples(
  session: Session,
  ratings: Sample,
  steps: readonly number[],
  yielder: Yielder,
): Promise<number | undefined> {
  const samples: Sample[] = [];
  for (const every of [...steps].reverse())
    samples.unshift(await sampleUsers(samples[0] ?? ratings, every, yielder));
  const whole = { users: session.lambdas("users").slice(), items: session.lambdas("items").slice() };
  const putBack = (): void => {
    session.lambdas("users").set(whole.users);
    session.lambdas("items").set(whole.items);
  };
  try {
    for (const sample of samples) {
      const share = sample.byUser.count / ratings.byUser.count;
      scaleLambdas(session.lambdas("users"), whole.users, sample.byUser.starts, 1);
      scaleLambdas(session.lambdas("items"), whole.items, sample.byItem.starts, share);
      const isFirst = sample === samples[0];
      if (isFirst) session.zeroUsersOutside(sample.byUser);
      const alternations = isFirst ? ALTERNATIONS[steps[0]! < SPARSE_FROM ? "dense" : "sparse"] : 1;
      for (let done = 0; done < alternations; done++) {
        // Users come first, but for the random ones.
        if (!isFirst || done > 0) {
          await session.solveSample("users", sample.byUser);
          await fillZeroUsers(session, sample.byUser, yielder);
        }
        await session.solveSample("items", sample.byItem);
      }
    }
    putBack();
    await session.solveUsers();
    return await fillZeroUsers(session, ratings.byUser, yielder);
  } catch (error) {
    if (!(error instanceof AlternantError && FAILURES.includes(error.code))) throw error;
    putBack();
    await session.startAtRandom(yielder);
    return undefined;
  }
}

/**
 * Random factors for users who have ratings and came out as zeros, none of their items having factors: rows that are zeros on both
 * sides would stay so for ever. Returns how many they are.
 */
async function fillZeroUsers(
  session: Session,
  { starts, rowCount }: RatingsSide,
  yielder: Yielder,
): Promise<number> {
  const { userRows } = session;
  const { padded } = session.layout;
  const zero: number[] = [];
  for (let row = 0; row < rowCount; row++)
    if (starts[row + 1]! > starts[row]! && isZero(userRows, row * padded, padded)) zero.push(row);
  if (zero.length === 0) return 0;
  const random = userRows.slice(0, zero.length * padded);
  await session.randomize(random, yielder);
  for (const [at, row] of zero.entries())
    userRows.set(random.subarray(at * padded, (at + 1) * padded), row * padded);
  return zero.length;
}

function isZero(values: Float32Array | Float64Array, from: number, length: number): boolean {
  for (let k = from; k < from + length; k++) if (values[k] !== 0) return false;
  return true;
}

/** λ of a sample's rows; 0 for those without ratings there, which are not solved. */
function scaleLambdas(
  lambdas: Float64Array,
  whole: Float64Array,
  starts: Float64Array,
  factor: number,
): void {
  for (let row = 0; row < lambdas.length; row++)
    lambdas[row] = starts[row + 1] === starts[row] ? 0 : factor * whole[row]!;
}
