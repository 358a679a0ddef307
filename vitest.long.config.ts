import { defineConfig, type ViteUserConfig } from "vitest/config";
import { inlinedPlugin } from "./scripts/inlined.mjs";

const config: ViteUserConfig = defineConfig({
  plugins: [inlinedPlugin()],
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
