import { realpath } from "node:fs/promises";
import { AlternantError, describe, throwIfAborted } from "../../errors.js";
import type { Duplicates, Id, Vocabulary } from "../../ratings/index.js";
import { pairOf } from "../../ratings/refusals.js";
import { createYielder } from "../../yield.js";
import { type FileName, pathOf } from "../open-file.js";
import { replaceFile } from "../write.js";
import { MOST_MEMORY } from "./row-room.js";
import { Spool } from "./spool.js";
import { TemporaryPlace } from "./temporary-place.js";
import { writePacked } from "./write-packed.js";

/** The least memory that anything is sorted in. */
export const LEAST_MEMORY: number = 2 ** 24;
export const DEFAULT_MEMORY: number = 2 ** 29;

/** What has been written. */
export interface PackedFacts {
  readonly users: number;
  readonly items: number;
  readonly ratings: number;
  /** The file's size. */
  readonly bytes: number;
}

/** How a file is packed. */
export interface PackingOptions {
  /** What packs, as it stands in errors. */
  readonly what: string;
  readonly memory: number;
  readonly duplicates: Duplicates;
  readonly signal: AbortSignal | undefined;
  /** Told the share of sorting and writing that is done. */
  readonly onSorting: (share: number) => void;
}

/** The ids of what has been spooled. */
export interface SpooledIds {
  readonly users: Vocabulary<Id>;
  readonly items: Vocabulary<Id>;
}

/** @throws RangeError for standard output: a packed file is not written in order */
export function checkOut(what: string, file: FileName): void {
  if (file !== "-") return;
  throw new RangeError(
    `${what}: packed ratings are not written in order, which standard output ("-") demands; give the name of a file`,
  );
}

/**
 * Writes a packed file of what `fill` puts into the spool; the name stands for the whole old file or the whole new one at any moment,
 * and nothing else is left; of a process that is killed the next one that writes the same file removes what is.
 *
 * @throws (rejects) AlternantError "no-ratings", "duplicate-rating", "too-large", "output-failed", "aborted"; what `fill` throws
 */
export async function packInto(
  file: FileName,
  { what, memory, duplicates, signal, onSorting }: PackingOptions,
  fill: (spool: Spool) => Promise<SpooledIds>,
): Promise<PackedFacts> {
  const path = pathOf(file);
  const place = new TemporaryPlace(await realpath(path).catch(() => path));
  const yielder = createYielder();
  let facts: PackedFacts | undefined;
  const fillFile = async (descriptor: number): Promise<void> => {
    const spool = new Spool(place);
    try {
      const { users, items } = await fill(spool);
      if (spool.count === 0)
        throw new AlternantError("no-ratings", `${what}: there are no ratings; give at least one`);
      const name = (user: number, item: number): string => pairOf(users.id(user), items.id(item));
      const written = await writePacked({
        ...{ descriptor, place, spool, users, items, duplicates },
        memory: Math.min(memory, MOST_MEMORY),
        refuse: {
          repeated: (user, item) => {
            throw new AlternantError(
              "duplicate-rating",
              `${what}: ${name(user, item)} is rated twice; remove one, or say what to keep: { duplicates: "last" }, "mean" or "sum"`,
            );
          },
          tooLarge: (user, item, sum) => {
            throw new RangeError(
              `${what}: ${name(user, item)}: the sum of its values must be from -1e15 to 1e15, not ${describe(sum)}; use duplicates "last" or "mean"`,
            );
          },
        },
        pause: async (share) => {
          if (share < 1 && !yielder.due()) return;
          onSorting(share);
          await yielder.pause();
          throwIfAborted(signal, what);
        },
      });
      facts = { users: users.size, items: items.size, ...written };
    } finally {
      spool.close();
    }
  };
  try {
    await place.removeLeftovers();
    await replaceFile(path, fillFile, place.name());
  } finally {
    place.leave();
  }
  return facts!;
}
