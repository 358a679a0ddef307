import { defineConfig, type ViteUserConfig } from "vitest/config";
import { wasmAsBase64 } from "./scripts/vitest-wasm.js";

const shared = { pool: "forks" as const, testTimeout: 60_000, hookTimeout: 60_000 };

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        plugins: [wasmAsBase64()],
        test: {
          ...shared,
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/assembly/**", "test/long/**"],
        },
      },
      {
        // Relaxed SIMD is behind a flag on Node 20; workers inherit it only from the process.
        plugins: [wasmAsBase64()],
        test: {
          ...shared,
          name: "kernels",
          include: ["test/assembly/**/*.test.ts"],
          execArgv: ["--experimental-wasm-relaxed-simd"],
        },
      },
    ],
  },
});

export default config;
