import { defineConfig, type ViteUserConfig } from "vitest/config";
import { inlinedPlugin } from "./scripts/inlined.mjs";

const shared = { pool: "forks" as const, testTimeout: 60_000, hookTimeout: 60_000 };

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        plugins: [inlinedPlugin()],
        test: {
          ...shared,
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/assembly/**", "test/browser/in-page/**", "test/long/**", "test/packages/**"],
        },
      },
      {
        // Relaxed SIMD is behind a flag on Node 20; workers inherit it only from the process.
        plugins: [inlinedPlugin()],
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
