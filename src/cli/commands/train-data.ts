import type { Id, Ratings, RatingsSource } from "../../ratings/index.js";
import { asUsage, type Context } from "../context.js";
import { readFlagged, readHalvesFlagged } from "../flags.js";
import { openPacked } from "../packed.js";
import type { TrainFlags } from "./train-flags.js";

/** The ratings of a file, as they are used. */
export interface TrainData {
  readonly training: RatingsSource<Id, Id>;
  /** What ends training. */
  readonly validation: Ratings<Id, Id> | undefined;
  /** What the model is judged by when it is done. */
  readonly test: Ratings<Id, Id> | undefined;
  /** Closes the file that they are read from, if they are. */
  readonly close: () => Promise<void>;
}

/**
 * Reads ratings and holds out what flags say; those that are trained on decay. Packed ratings stay in their file, unless some of
 * them are held out or they are to decay.
 */
export async function readTrainData(
  file: string,
  given: TrainFlags,
  seed: number,
  context: Context,
): Promise<TrainData> {
  const { test: share, leaveOut, validation: part, halfLife: decays } = given;
  if ([share, leaveOut, part, decays].every((flag) => flag === undefined)) {
    const packed = await openPacked(file, given);
    if (packed !== undefined)
      return { training: packed, validation: undefined, test: undefined, close: () => packed.close() };
  }
  const flags = { ...given, timestamps: given.halfLife !== undefined };
  const [rest, test] = await readHeldOut(file, flags, seed, context);
  const [kept, validation] =
    flags.validation === undefined ? [rest, undefined] : rest.split({ test: flags.validation, seed });
  const { halfLife } = flags;
  const training = halfLife === undefined ? kept : asUsage(() => kept.decay({ halfLife }));
  return { training, validation, test, close: async () => {} };
}

async function readHeldOut(
  file: string,
  flags: TrainFlags,
  seed: number,
  context: Context,
): Promise<[rest: Ratings<Id, Id>, test: Ratings<Id, Id> | undefined]> {
  if (flags.test !== undefined)
    return readHalvesFlagged(file, flags, flags.ids, { test: flags.test, seed }, context);
  const all = await readFlagged(file, flags, flags.ids, context);
  if (flags.leaveOut === undefined) return [all, undefined];
  const { train, test } = all.leaveOut({ perUser: flags.leaveOut, seed });
  return [train, test];
}
