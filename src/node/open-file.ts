import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { AlternantError, describe } from "../errors.js";
import { type ByteInput, openInput } from "../io/input.js";

const CHUNK_BYTES = 1 << 18;

/** A file by its path or `file:` URL, or standard input as "-". */
export type FileName = string | URL;

/** What messages call a file. */
export function nameOf(file: FileName): string {
  if (file === "-") return "standard input";
  return pathOf(file);
}

/**
 * The path of a file.
 *
 * @throws TypeError for what is no name, RangeError for a URL that is no file's
 */
export function pathOf(file: FileName): string {
  if (file instanceof URL) {
    if (file.protocol === "file:") return fileURLToPath(file);
    throw new RangeError(
      `only file: URLs can be opened, not ${describe(file.href)}; read others by parseRatings((await fetch(url)).body)`,
    );
  }
  if (typeof file !== "string")
    throw new TypeError(`the file must be a path, a URL or "-", not ${describe(file)}`);
  if (file === "" || file.includes("\0"))
    throw new RangeError(`the file must be a path, a URL or "-", not ${describe(file)}`);
  return file;
}

/** The bytes of a file or of standard input; the file is opened by the first read, and closed by the last or an abort. */
export function openFile(file: FileName, signal: AbortSignal | undefined): ByteInput {
  const name = nameOf(file);
  if (file === "-") return openInput(standardInput(signal), name, signal);
  const path = pathOf(file);
  const input = openInput(fileChunks(), name, signal);
  return input;

  async function* fileChunks(): AsyncGenerator<Uint8Array> {
    const handle = await open(path).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    try {
      const stat = await handle.stat();
      if (stat.isFile()) input.totalBytes = stat.size;
      for (;;) {
        const { bytesRead, buffer } = await handle
          .read(new Uint8Array(CHUNK_BYTES), 0, CHUNK_BYTES)
          .catch((error) => {
            throw unreadable(path, error);
          });
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  }
}

async function* standardInput(signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  // A read that waits for someone to type cannot be called back, and would keep the process alive.
  const stop = (): void => void process.stdin.destroy();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    yield* process.stdin;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** The error of a file that cannot be read, with the reason in words. */
export function unreadable(path: string, cause: unknown): AlternantError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const where = resolve(path) === path ? "" : ` (looked for ${resolve(path)})`;
  const reasons: Record<string, string> = {
    ENOENT: `there is no such file${where}; check the name and the folder`,
    ENOTDIR: `there is no such file${where}; a part of its path is a file, not a folder`,
    EISDIR: "it is a directory; give a file inside it",
    EACCES: "permission denied; let this user read it (chmod +r)",
    EPERM: "permission denied; let this user read it",
    EMFILE: "too many files are open; close some, or raise the limit (ulimit -n)",
  };
  const reason = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new AlternantError("invalid-file", `${path} cannot be read: ${reason}`, { cause });
}
