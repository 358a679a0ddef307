import type { Calls, ModelFacts, ReadNews, StoredModel } from "../protocol.js";
import type { Context } from "./handler.js";
import { openBytes } from "./models.js";
import { Refusal } from "./refusal.js";
import { theModel } from "./session.js";

/**
 * A model in the browser's storage for this site, which no other site sees: the model's bytes, its name in UTF-8, and that
 * name's length in four bytes. One file, so that model and name are never those of two models.
 */
const FILE = "kept-model";
const LENGTH_BYTES = 4;
/** Bytes written between two looks at whether to stop. */
const PIECE = 1 << 18;

async function folder(): Promise<FileSystemDirectoryHandle> {
  const { storage } = navigator as Partial<Navigator>;
  if (typeof storage?.getDirectory !== "function" || !("createWritable" in FileSystemFileHandle.prototype))
    throw new Refusal(
      "no-storage",
      "This browser keeps no files for pages, or only for those over https. Download the model instead.",
    );
  return storage.getDirectory();
}

export async function keep(
  _: Calls["keep"]["params"],
  { signal, tell }: Context<ReadNews>,
): Promise<StoredModel> {
  const { model, name } = theModel();
  const place = await folder();
  const bytes = model.toBytes();
  const { quota = Number.POSITIVE_INFINITY, usage = 0 } = await navigator.storage.estimate();
  if (bytes.length > quota - usage)
    throw new Refusal(
      "storage-full",
      `The model has ${megabytes(bytes.length)} MB, and the browser has ${megabytes(Math.max(0, quota - usage))} MB left for this site. Free some storage, or download the model instead.`,
    );
  const before = await stored();
  let written = 0;
  try {
    // What was kept stays in its place until the writer is closed.
    const writer = await (await place.getFileHandle(FILE, { create: true })).createWritable();
    try {
      for (; written < bytes.length; written += PIECE) {
        signal.throwIfAborted();
        await writer.write(bytes.subarray(written, written + PIECE));
        tell({ share: Math.min(1, (written + PIECE) / bytes.length), rows: undefined });
      }
      await writer.write(trailer(name));
      signal.throwIfAborted();
      await writer.close();
    } catch (error) {
      await writer.abort().catch(() => undefined);
      throw error;
    }
  } catch (error) {
    if (before === undefined) await removeEmpty(place);
    throw (error as Error).name === "QuotaExceededError" ? full(written, bytes.length, before?.name) : error;
  }
  return { name, bytes: bytes.length };
}

/** Removes the empty file that a writer begins with; one that another tab has filled meanwhile stays. */
async function removeEmpty(place: FileSystemDirectoryHandle): Promise<void> {
  const file = await place.getFileHandle(FILE).then(
    (handle) => handle.getFile(),
    () => undefined,
  );
  if (file?.size === 0) await place.removeEntry(FILE).catch(() => undefined);
}

function full(written: number, length: number, before: string | undefined): Refusal {
  const left =
    before === undefined
      ? "Nothing of it is kept."
      : `It is not kept; the one kept before, ${before}, still is.`;
  return new Refusal(
    "storage-full",
    `The browser's storage for this site is full: it took ${megabytes(Math.min(written, length))} of the model's ${megabytes(length)} MB. ${left} Free some storage, or download the model instead.`,
  );
}

function trailer(name: string): Blob {
  const words = new TextEncoder().encode(name);
  const length = new DataView(new ArrayBuffer(LENGTH_BYTES));
  length.setUint32(0, words.length, true);
  return new Blob([words, length]);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

async function stored(): Promise<{ file: Blob; name: string } | undefined> {
  try {
    const file = await (await (await folder()).getFileHandle(FILE)).getFile();
    const end = file.size - LENGTH_BYTES;
    const length = new DataView(await file.slice(end).arrayBuffer()).getUint32(0, true);
    return { file: file.slice(0, end - length), name: await file.slice(end - length, end).text() };
  } catch {
    // Nothing was kept, or nothing can be.
    return undefined;
  }
}

export async function kept(): Promise<StoredModel | undefined> {
  const found = await stored();
  return found && { name: found.name, bytes: found.file.size };
}

export async function restore(
  _: Calls["restore"]["params"],
  { signal }: Context<never>,
): Promise<ModelFacts> {
  const found = await stored();
  if (found === undefined) throw new Refusal("nothing-kept", "No model is kept in this browser.");
  return openBytes(found.name, found.file, signal);
}

export async function forget(): Promise<null> {
  await (await folder()).removeEntry(FILE).catch(() => undefined);
  return null;
}
