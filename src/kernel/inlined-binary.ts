/** What the build inlines of a pair of binaries: the one for its own memory, and what differs in the one for shared memory. */
export interface InlinedBinary {
  /** A character a byte, moved by {@link SHIFT}; scripts/inlined.mjs says why. */
  readonly text: string;
  /** Positions and bytes; the two are twins but for these few. */
  readonly shared: readonly (readonly [at: number, byte: number])[];
}

const SHIFT = 48;

/** The binary for shared memory, or for its own. */
export function decode({ text, shared: changes }: InlinedBinary, shared: boolean): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  // Storing a byte takes it modulo 256.
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i) - SHIFT;
  if (shared) for (const [at, byte] of changes) bytes[at] = byte;
  return bytes;
}
