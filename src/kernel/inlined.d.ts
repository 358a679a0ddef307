// What the build inlines (scripts/inlined.mjs).

/** A binary as base64. */
declare module "*.wasm" {
  const base64: string;
  export default base64;
}

/** A module with all that it imports, bundled into one classic script, as text. */
declare module "*?bundled" {
  const source: string;
  export default source;
}
