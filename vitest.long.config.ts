import { defineConfig, type ViteUserConfig } from "vitest/config";
import { wasmAsBase64 } from "./scripts/vitest-wasm.js";

const config: ViteUserConfig = defineConfig({
  plugins: [wasmAsBase64()],
  test: {
    name: "long",
    pool: "forks",
    include: ["test/long/**/*.test.ts"],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});

export default config;
