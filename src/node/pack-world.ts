import { throwIfAborted } from "../errors.js";
import { checkInteger } from "../options.js";
import { runNow } from "../ratings/slices.js";
import { worldColumns } from "../synthetic/build-world.js";
import type { SyntheticWorldOptions } from "../synthetic/index.js";
import { userName, vocabulary } from "../synthetic/wrap.js";
import { createYielder } from "../yield.js";
import type { FileName } from "./open-file.js";
import { checkOut, LEAST_MEMORY, type PackedFacts, packInto } from "./packed/pack-into.js";

const WHAT = "syntheticWorld";
/** Of what is told, generating is this share. */
const GENERATING = 0.5;
/** Users between two looks at the clock. */
const LOOK_USERS = 16;

/**
 * Packs a generated world without making Ratings of it, or text: the same file as packing its CSV makes.
 *
 * @throws (rejects) as `syntheticWorld` and `packRatings`
 */
export async function packWorld(
  options: SyntheticWorldOptions,
  out: FileName,
  memory: number,
): Promise<PackedFacts> {
  checkOut(WHAT, out);
  checkInteger("memory", memory, LEAST_MEMORY);
  const { signal, onProgress } = options;
  const tell = (fraction: number): void => onProgress?.({ fraction });
  const packing = {
    ...{ what: WHAT, memory, duplicates: "error" as const, signal },
    onSorting: (share: number) => tell(GENERATING + (1 - GENERATING) * share),
  };
  return packInto(out, packing, async (spool) => {
    const { starts, items, days, values, titles } = await worldColumns({
      ...options,
      onProgress: ({ fraction }) => tell(GENERATING * fraction),
    });
    const indexes = new Int32Array(titles.length).fill(-1);
    const order: number[] = [];
    const yielder = createYielder();
    for (let user = 0; user + 1 < starts.length; user++) {
      for (let p = starts[user]!; p < starts[user + 1]!; p++) {
        const item = items[p]!;
        if (indexes[item]! < 0) indexes[item] = order.push(item) - 1;
        spool.push(user, indexes[item]!, values[p]!, undefined, days[p]!);
      }
      if (user % LOOK_USERS !== 0 || !yielder.due()) continue;
      await yielder.pause();
      throwIfAborted(signal, WHAT);
    }
    return {
      users: runNow(vocabulary(starts.length - 1, userName)),
      items: runNow(vocabulary(titles.length, (item) => titles[order[item]!]!)),
    };
  });
}
