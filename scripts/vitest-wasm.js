import { readFileSync } from "node:fs";

/** Serves `import base64 from "x.wasm"` to the tests as the library's build does (esbuild's base64 loader). */
export function wasmAsBase64() {
  return {
    name: "wasm-as-base64",
    enforce: "pre",
    load(id) {
      if (!id.endsWith(".wasm")) return null;
      return `export default ${JSON.stringify(readFileSync(id).toString("base64"))};`;
    },
  };
}
