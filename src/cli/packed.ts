import { open, stat } from "node:fs/promises";
import { AlternantError } from "../errors.js";
import { openRatings, type PackedRatings } from "../node/index.js";
import { looksLikeSafetensors } from "../node/packed/format.js";
import type { Id, IdKind, IdsOption, Ratings } from "../ratings/index.js";
import { type Context, UsageError } from "./context.js";
import type { ReadingFlags } from "./flags.js";

/** Bytes in which a file says that it is no text. */
const HEAD_BYTES = 16;

const TEXT_FLAGS = {
  delimiter: "--delimiter",
  header: "--header or --no-header",
  userColumn: "--user-column",
  itemColumn: "--item-column",
  valueColumn: "--value-column",
  timestampColumn: "--timestamp-column",
} as const;

/** Flags that say how text is read. */
export type TextFlags = Pick<ReadingFlags, keyof typeof TEXT_FLAGS> & { readonly ids?: IdKind };

/**
 * Opens a file of packed ratings; undefined for what is read as text then.
 *
 * @param flags refused where they say how text is read
 * @throws (rejects) UsageError, AlternantError "invalid-file"
 */
export async function openPacked(file: string, flags: TextFlags): Promise<PackedRatings<Id, Id> | undefined> {
  if (file === "-") return undefined;
  // A pipe can be opened once only: who writes to it is ended when it is closed.
  if (!(await stat(file).catch(() => undefined))?.isFile()) return undefined;
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    if (!looksLikeSafetensors(buffer.subarray(0, bytesRead))) return undefined;
  } finally {
    await handle.close();
  }
  const packed = await openRatings(file);
  const refusal = refusalOf(packed, flags);
  if (refusal === undefined) return packed;
  await packed.close();
  throw new UsageError(`${file} is packed: ${refusal}`);
}

function refusalOf({ users, items }: PackedRatings<Id, Id>, flags: TextFlags): string | undefined {
  for (const [name, flag] of Object.entries(TEXT_FLAGS))
    if (flags[name as keyof typeof TEXT_FLAGS] !== undefined)
      return `${flag} says how text is read; leave it out`;
  // Strings are what ids are where nobody says anything.
  if (flags.ids === "number" && (users.kind !== "number" || items.kind !== "number"))
    return "its ids are strings; leave --ids number out, or pack the text again with it";
  return undefined;
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
