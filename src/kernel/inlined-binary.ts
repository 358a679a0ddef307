/** What the build inlines of a pair of binaries: the one for its own memory, and what differs in the one for shared memory. */
export interface InlinedBinary {
  readonly base64: string;
  /** Positions and bytes; the two are twins but for these few. */
  readonly shared: readonly (readonly [at: number, byte: number])[];
}

/** The binary for shared memory, or for its own. */
export function decode(binary: InlinedBinary, shared: boolean): Uint8Array<ArrayBuffer> {
  const text = atob(binary.base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  if (shared) for (const [at, byte] of binary.shared) bytes[at] = byte;
  return bytes;
}
