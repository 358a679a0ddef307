import { describe } from "../../errors.js";

/** What bytes of a file may be given as. */
export type ByteSource = Uint8Array | ArrayBuffer | Blob;

/** The bytes of a file. @param what what is read from them, as it stands in a message @throws TypeError */
export async function bytesOf(source: ByteSource, what: string): Promise<Uint8Array> {
  if (typeof Blob === "function" && source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  // A view of its own: slice() of a Node Buffer would share memory.
  if (source instanceof Uint8Array)
    return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  throw new TypeError(
    `${what} is read from a Uint8Array, an ArrayBuffer or a Blob, not from ${describe(source)}`,
  );
}
