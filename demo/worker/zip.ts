import { Unzip, type UnzipFile, UnzipInflate } from "fflate";
import { Refusal } from "./refusal.js";

/** The names of the files in an archive, with their folders; it is gone through, and nothing unpacked. */
export async function entriesOf(archive: Blob, signal: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  const chunks = unzipped(archive, signal, (name) => {
    if (!name.endsWith("/")) names.push(name);
    return false;
  });
  while (!(await chunks.next()).done);
  return names;
}

/** The bytes of one file inside an archive, unpacked as they are asked for. */
export async function* entryBytes(
  archive: Blob,
  entry: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  const whole = yield* unzipped(archive, signal, (name) => name === entry);
  if (!whole) throw damaged("it ends too early");
}

/** Unpacks the first file that is wanted, and returns whether its end came. */
async function* unzipped(
  archive: Blob,
  signal: AbortSignal,
  wanted: (name: string) => boolean,
): AsyncGenerator<Uint8Array, boolean, void> {
  const ready: Uint8Array[] = [];
  let failure: Error | undefined;
  let ended = false;
  const unzip = new Unzip((file: UnzipFile) => {
    if (!wanted(file.name)) return;
    file.ondata = (error, chunk, final) => {
      if (error) failure = error;
      else ready.push(chunk);
      if (final) ended = true;
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  const reader = archive.stream().getReader();
  try {
    while (!ended) {
      signal.throwIfAborted();
      const { value, done } = await reader.read();
      try {
        unzip.push(value ?? new Uint8Array(), done);
      } catch (error) {
        failure = error as Error;
      }
      if (failure !== undefined) throw damaged(failure.message);
      yield* ready.splice(0);
      if (done) break;
    }
    return ended;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function damaged(how: string): Refusal {
  return new Refusal("damaged-zip", `The zip archive is damaged: ${how}. Fetch it again.`);
}
