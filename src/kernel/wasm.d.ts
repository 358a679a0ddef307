/** The build inlines binaries as base64 (esbuild's loader of that name). */
declare module "*.wasm" {
  const base64: string;
  export default base64;
}
