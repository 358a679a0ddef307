// What the build inlines (scripts/inlined.mjs).

/** A binary, deflated, as base64. */
declare module "*.wasm" {
  const base64: string;
  export default base64;
}

/** What of a binary for shared memory differs from the one for its own: positions and bytes. */
declare module "*.wasm?changes" {
  const changes: readonly (readonly [at: number, byte: number])[];
  export default changes;
}

/** A module with all that it imports, bundled into one classic script, as text. */
declare module "*?bundled" {
  const source: string;
  export default source;
}
