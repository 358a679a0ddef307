/** What the build inlines of a pair of binaries: the one for its own memory, and what differs in the one for shared memory. */
export interface InlinedBinary {
  /** Deflated (zlib), which base64 would not let a server's own compression do as well. */
  readonly base64: string;
  /** Positions and bytes; the two are twins but for these few. */
  readonly shared: readonly (readonly [at: number, byte: number])[];
}

/** The binary for shared memory, or for its own. */
export async function decode(binary: InlinedBinary, shared: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const deflated = Uint8Array.from(atob(binary.base64), (character) => character.charCodeAt(0));
  const inflating = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(inflating).arrayBuffer());
  if (shared) for (const [at, byte] of binary.shared) bytes[at] = byte;
  return bytes;
}
