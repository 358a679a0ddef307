import { randomBytes } from "node:crypto";
import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AlternantError, throwIfAborted } from "../errors.js";
import { type FileName, pathOf } from "./open-file.js";

/** What a file is made of: all of it, or chunks of it. */
export type FileContent =
  | Uint8Array
  | string
  | Iterable<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>;

/**
 * Writes a file so that at any moment, a crash included, its name stands for the whole old content or the whole new:
 * to a temporary name in the same folder, synced to the disk, then renamed. An existing file's permissions stay, and
 * what a link points to is replaced, not the link. Devices and pipes are simply written to.
 *
 * @throws (rejects) AlternantError "output-failed" naming the path and the reason; "aborted". The old file is whole
 *   then, and nothing else is left
 */
export async function writeFileAtomically(
  file: FileName,
  content: FileContent,
  options: { signal?: AbortSignal } = {},
): Promise<void> {
  const path = pathOf(file);
  const { signal } = options;
  throwIfAborted(signal, `writing ${path}`);
  try {
    const existing = await stat(path).catch(absent);
    if (existing?.isDirectory()) throw Object.assign(new Error("is a directory"), { code: "EISDIR" });
    if (existing !== undefined && !existing.isFile())
      await fillAndClose(await open(path, "w"), content, path, signal);
    else await replace(path, existing?.mode, (handle) => fillAndClose(handle, content, path, signal, true));
  } catch (error) {
    throw error instanceof AlternantError ? error : unwritable(path, error);
  }
}

/**
 * Writes a file that is none yet, or a plain one, in the same way by a temporary name that the caller has made.
 *
 * @throws (rejects) as {@link writeFileAtomically}
 */
export async function writeFileBy(
  temporary: string,
  path: string,
  content: FileContent,
  signal: AbortSignal | undefined,
): Promise<void> {
  throwIfAborted(signal, `writing ${path}`);
  try {
    await replace(path, undefined, (handle) => fillAndClose(handle, content, path, signal, true), temporary);
  } catch (error) {
    throw error instanceof AlternantError ? error : unwritable(path, error);
  }
}

/**
 * The same for a file that is not written from its beginning to its end: `fill` writes to the temporary file, which is synced
 * and closed after it.
 *
 * @param temporary its temporary name
 * @throws (rejects) AlternantError "output-failed" naming the path and the reason, for what is no ordinary file too; what
 *   `fill` throws, errors of the file system apart. The old file is whole then, and nothing else is left
 */
export async function replaceFile(
  file: FileName,
  fill: (descriptor: number) => Promise<void>,
  temporary: string,
): Promise<void> {
  const path = pathOf(file);
  try {
    const existing = await stat(path).catch(absent);
    if (existing?.isDirectory())
      throw unwritable(path, Object.assign(new Error("is a directory"), { code: "EISDIR" }));
    if (existing !== undefined && !existing.isFile())
      throw unwritable(
        path,
        new Error("it is a device or a pipe, and this file is not written in order; give an ordinary file"),
      );
    const fillAndSync = async (handle: FileHandle): Promise<void> => {
      try {
        await fill(handle.fd);
        await handle.sync();
      } finally {
        await handle.close();
      }
    };
    await replace(path, existing?.mode, fillAndSync, temporary);
  } catch (error) {
    throw isOfFileSystem(error) ? unwritable(path, error) : error;
  }
}

/** Whether a call of the system failed; the rest says for itself what is wrong, or is a caller's own. */
function isOfFileSystem(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

async function replace(
  path: string,
  mode: number | undefined,
  fillAndClose: (handle: FileHandle) => Promise<void>,
  name: string = temporaryName(),
): Promise<void> {
  const target = mode === undefined ? path : await realpath(path);
  const folder = dirname(target);
  const temporary = join(folder, name);
  const handle = await open(temporary, "wx", 0o666);
  try {
    if (mode !== undefined) await handle.chmod(mode & 0o7777);
    await fillAndClose(handle);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** A name that no other file has. @param stem tells whose it was where a killed process has left it behind */
export function temporaryName(stem: string = "alternant"): string {
  return `.${stem}-${randomBytes(6).toString("hex")}.tmp`;
}

async function fillAndClose(
  handle: FileHandle,
  content: FileContent,
  path: string,
  signal: AbortSignal | undefined,
  sync: boolean = false,
): Promise<void> {
  try {
    const chunks = typeof content === "string" || content instanceof Uint8Array ? [content] : content;
    for await (const chunk of chunks) {
      throwIfAborted(signal, `writing ${path}`);
      await writeAll(handle, typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
    }
    if (sync) await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A disk that fills up takes a part of a write before it refuses the rest. */
async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.length; ) from += (await handle.write(bytes, from)).bytesWritten;
}

/** The new name is in the folder, which is a file of its own to the disk. */
async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder);
    await handle.sync();
  } catch (error) {
    // Windows opens no folders, some file systems sync none, and one may write to a folder that one may not read.
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (!["EACCES", "EPERM", "EISDIR", "EINVAL", "ENOTSUP"].includes(code)) throw error;
  } finally {
    await handle?.close();
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
  return undefined;
}

export function unwritable(path: string, cause: unknown): AlternantError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const reasons: Record<string, string> = {
    ENOENT: "its folder does not exist; make it first",
    ENOTDIR: "a part of its path is a file, not a folder",
    EEXIST: "it is a file, not a folder; name another folder",
    EISDIR: "it is a directory; give the name of a file",
    EACCES: "permission denied; choose a folder that this user can write to",
    EPERM: "permission denied; choose a folder that this user can write to",
    EROFS: "the file system is read-only",
    ENOSPC: "the disk is full; make room",
    EDQUOT: "the disk quota is used up; make room",
    EFBIG: "it is larger than a file may be here (ulimit -f)",
    ENAMETOOLONG: "its name is too long",
  };
  const reason = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new AlternantError("output-failed", `${path} cannot be written: ${reason}; nothing was changed`, {
    cause,
  });
}
