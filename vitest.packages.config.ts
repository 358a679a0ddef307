import { defineConfig, type ViteUserConfig } from "vitest/config";
import { RowReport } from "./test/packages/row-report.js";

/** The packed library in everybody's project: `npm run test:packages`. */
const config: ViteUserConfig = defineConfig({
  test: {
    name: "packages",
    reporters: ["default", new RowReport()],
    globalSetup: "test/packages/setup.ts",
    include: ["test/packages/**/*.test.ts"],
    pool: "forks",
    testTimeout: 180_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});

export default config;
