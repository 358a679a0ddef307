import { defineConfig, type ViteUserConfig } from "vitest/config";
import { inlinedPlugin } from "./scripts/inlined.mjs";
import { relaxedFlags } from "./scripts/relaxed.mjs";
import { TIMED } from "./test/house/timed.js";
import { DEADLINE } from "./test/support/deadlines.js";

const shared = { pool: "forks" as const, testTimeout: 60_000, hookTimeout: 60_000 };

const config: ViteUserConfig = defineConfig({
  test: {
    // Most of a test is one thread's work, and the runner's own default leaves one processor to itself.
    maxWorkers: "100%",
    projects: [
      {
        plugins: [inlinedPlugin()],
        test: {
          ...shared,
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/assembly/**",
            "test/browser/in-page/**",
            "test/long/**",
            "test/packages/**",
            ...TIMED,
          ],
        },
      },
      {
        plugins: [inlinedPlugin()],
        test: {
          ...shared,
          ...DEADLINE,
          name: "timed",
          include: [...TIMED],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Relaxed SIMD is behind a flag on Node 20; workers inherit it only from the process.
        plugins: [inlinedPlugin()],
        test: {
          ...shared,
          name: "kernels",
          include: ["test/assembly/**/*.test.ts"],
          execArgv: [...relaxedFlags],
        },
      },
    ],
  },
});

export default config;
