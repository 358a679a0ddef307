import { type Id, Model } from "alternant";
import type { Calls, ModelFacts, StoredModel } from "../protocol.js";
import type { Context } from "./handler.js";
import { factsOf, takeModel } from "./models.js";
import { Refusal } from "./refusal.js";
import { catalogueFor, theModel } from "./session.js";

/** A model in the browser's storage for this site: a file that no other site sees, and that leaves no trace elsewhere. */
const FILE = "model.safetensors";
const NAME_FILE = "model.name";
const UNFINISHED = "model.unfinished";

async function folder(): Promise<FileSystemDirectoryHandle> {
  if (!("storage" in navigator) || typeof navigator.storage.getDirectory !== "function")
    throw new Refusal(
      "no-storage",
      "This browser keeps no files for pages, or only for those over https. Download the model instead.",
    );
  return navigator.storage.getDirectory();
}

export async function keep(): Promise<StoredModel> {
  const { model, name } = theModel();
  const place = await folder();
  const bytes = model.toBytes();
  const { quota = Number.POSITIVE_INFINITY, usage = 0 } = await navigator.storage.estimate();
  if (bytes.length > quota - usage)
    throw new Refusal(
      "storage-full",
      `The model has ${megabytes(bytes.length)} MB, and the browser has ${megabytes(Math.max(0, quota - usage))} MB left for this site. Free some storage, or download the model instead.`,
    );
  try {
    // What is half written never takes the place of what is whole.
    await write(place, UNFINISHED, bytes);
    await write(place, FILE, await (await place.getFileHandle(UNFINISHED)).getFile());
    await write(place, NAME_FILE, name);
  } finally {
    await place.removeEntry(UNFINISHED).catch(() => undefined);
  }
  return { name, bytes: bytes.length };
}

async function write(
  place: FileSystemDirectoryHandle,
  name: string,
  data: FileSystemWriteChunkType,
): Promise<void> {
  const writable = await (await place.getFileHandle(name, { create: true })).createWritable();
  try {
    await writable.write(data);
    await writable.close();
  } catch (error) {
    await writable.abort().catch(() => undefined);
    throw error;
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

async function stored(): Promise<{ file: File; name: string } | undefined> {
  try {
    const place = await folder();
    const file = await (await place.getFileHandle(FILE)).getFile();
    const name = await (await (await place.getFileHandle(NAME_FILE)).getFile()).text();
    return { file, name };
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
  const model = await Model.fromBytes<Id, Id>(found.file);
  return factsOf(await takeModel(found.name, model, catalogueFor(model), signal));
}

export async function forget(): Promise<null> {
  const place = await folder();
  for (const name of [FILE, NAME_FILE]) await place.removeEntry(name).catch(() => undefined);
  return null;
}
