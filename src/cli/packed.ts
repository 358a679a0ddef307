import { open } from "node:fs/promises";
import { AlternantError } from "../errors.js";
import { openRatings, type PackedRatings } from "../node/index.js";
import { looksPacked } from "../node/packed/format.js";
import type { Id, IdsOption, Ratings } from "../ratings/index.js";
import type { Context } from "./context.js";

/** Bytes in which a packed file says that it is one. */
const HEAD_BYTES = 128;

/** Opens a file of packed ratings; undefined for any other, which is read as text then. */
export async function openPacked(file: string): Promise<PackedRatings<Id, Id> | undefined> {
  if (file === "-") return undefined;
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    // A pipe can be read once only, and nobody packs into one.
    if (!(await handle.stat()).isFile()) return undefined;
    const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    if (!looksPacked(buffer.subarray(0, bytesRead))) return undefined;
  } finally {
    await handle.close();
  }
  return openRatings(file);
}

/** Brings packed ratings into memory, for what cannot do without, and closes them. */
export async function loadPacked(
  packed: PackedRatings<Id, Id>,
  ids: IdsOption,
  { signal }: Context,
): Promise<Ratings<Id, Id>> {
  try {
    const { kind } = packed.items;
    const wanted = typeof ids === "string" ? kind : (ids.items ?? kind);
    if (wanted !== kind)
      throw new AlternantError(
        "invalid-file",
        `${packed.file}: its items are ${kind}s, and those of the model are ${wanted}s. Pack the ratings again with --ids ${wanted}.`,
      );
    return await packed.load({ signal });
  } finally {
    await packed.close();
  }
}
