import { open } from "node:fs/promises";
import { AlternantError } from "../errors.js";
import { Model } from "../model/index.js";
import type { Id } from "../ratings/index.js";
import { type FileName, pathOf, unreadable } from "./open-file.js";
import { looksPacked } from "./packed/format.js";
import { writeFileAtomically } from "./write.js";

/** Bytes in which packed ratings say that they are some. */
const HEAD_BYTES = 128;

/**
 * The model in a file. Only the file knows the type of its ids: the caller states it.
 *
 * @param file a path or a `file:` URL
 * @throws (rejects) AlternantError "invalid-file" for a file that cannot be read, "corrupt-model" and "newer-model"
 *   for one that holds no model that this version knows
 */
export async function loadModel<U extends Id = Id, I extends Id = Id>(file: FileName): Promise<Model<U, I>> {
  const path = pathOf(file);
  const bytes = await bytesIn(path).catch((error: unknown) => {
    throw error instanceof AlternantError ? error : unreadable(path, error);
  });
  try {
    return await Model.fromBytes<U, I>(bytes);
  } catch (error) {
    if (!(error instanceof AlternantError)) throw error;
    throw new AlternantError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}

/** All bytes of a file but of packed ratings, of which its beginning is enough: they may be many. A pipe has no beginning to go back to. */
async function bytesIn(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const handle = await open(path);
  try {
    const head = new Uint8Array(HEAD_BYTES);
    if ((await handle.stat()).isFile()) await handle.read(head, 0, HEAD_BYTES, 0);
    if (looksPacked(head))
      throw new AlternantError(
        "corrupt-model",
        `${path} holds packed ratings, not a model: train on them first.`,
      );
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/**
 * Writes a model to a file; a crash at any moment leaves the old file or the new one whole.
 *
 * @param file a path or a `file:` URL
 * @throws (rejects) AlternantError "output-failed" naming the path and the reason; "aborted"
 */
export async function saveModel<U extends Id, I extends Id>(
  model: Model<U, I>,
  file: FileName,
  options: { signal?: AbortSignal } = {},
): Promise<void> {
  await writeFileAtomically(file, model.toBytes(), options);
}
