import { constants } from "node:fs";
import { access, mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { AlternantError } from "../errors.js";
import { refuseSameFile } from "../node/same-file.js";
import { asUsage, UsageError } from "./context.js";

/**
 * Refuses a place that nothing can be written to: the work may take hours, and that its result has no place is better
 * known before.
 *
 * @param flag what names the place on the command line
 * @throws (rejects) UsageError for no name at all, AlternantError "output-failed"
 */
export async function checkWritable(out: string, flag: string = "--out"): Promise<void> {
  if (out === "") throw new UsageError(`${flag} must be the name of a file, not empty`);
  const path = resolve(out);
  const existing = await stat(path).catch(() => undefined);
  if (existing?.isDirectory()) throw refused(out, "it is a directory; give the name of a file in it");
  // Devices and pipes are written to as they are; a file is replaced, for which its folder must be writable.
  if (existing !== undefined && !existing.isFile()) return;
  const folder = dirname(path);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw refused(out, `the folder ${folder} does not exist; make it first`);
  await access(folder, constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw refused(out, `the folder ${folder} cannot be written to; name another file with ${flag}`, cause);
  });
}

/** Refuses to replace a file by what is made of it. @throws (rejects) UsageError */
export async function checkApart(file: string, out: string): Promise<void> {
  await refuseSameFile(file, out).catch((error: unknown) =>
    asUsage(() => {
      throw error;
    }),
  );
}

/** What {@link checkWritable} does, of a folder, which is made where it is missing: files are to go into it. @throws (rejects) as that does */
export async function makeFolder(folder: string, flag: string): Promise<void> {
  if (folder === "") throw new UsageError(`${flag} must be the name of a folder, not empty`);
  await mkdir(folder, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    const isFile = cause.code === "EEXIST" || cause.code === "ENOTDIR";
    throw refused(folder, isFile ? "it is a file, or lies in one; name a folder" : cause.message, cause);
  });
  await access(folder, constants.R_OK | constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw refused(folder, `it may not be read and written to; name another folder with ${flag}`, cause);
  });
}

function refused(out: string, reason: string, cause?: unknown): AlternantError {
  return new AlternantError("output-failed", `${out} cannot be written: ${reason}`, { cause });
}
