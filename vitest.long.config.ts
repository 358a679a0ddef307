import { playwright } from "@vitest/browser-playwright";
import { defineConfig, type TestProjectInlineConfiguration, type ViteUserConfig } from "vitest/config";
import { inlinedPlugin } from "./scripts/inlined.mjs";
import { AreaReport } from "./test/browser/area-report.js";
import { builtLibrary } from "./test/browser/built-library.js";
import { chromiumOptions } from "./test/browser/chromium.js";
import { publicTests } from "./test/browser/public-tests.js";
import { ISOLATION } from "./test/browser/static-files.js";
import { AREAS, IN_PAGE, NODE_ONLY } from "./test/browser/suite.js";

const launchOptions = await chromiumOptions();
const isPublic = await publicTests();

/** The suite in Chromium, in pages with cross-origin isolation (threads) or without. */
function chromium(
  name: string,
  groupOrder: number,
  isolated: boolean,
  areas: readonly string[],
): TestProjectInlineConfiguration {
  return {
    plugins: [builtLibrary(isPublic), inlinedPlugin()],
    server: { headers: isolated ? { ...ISOLATION } : {} },
    // Found while tests run, it would have the page load anew.
    optimizeDeps: { include: ["fast-check", "ml-matrix"], noDiscovery: true },
    test: {
      name,
      include: areas.map((area) => `${area}/**/*.test.ts`),
      exclude: Object.keys(NODE_ONLY),
      setupFiles: ["test/browser/expect-isolation.ts"],
      provide: { isolated },
      testTimeout: 60_000,
      hookTimeout: 60_000,
      fileParallelism: false,
      sequence: { groupOrder },
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions }),
        instances: [{ browser: "chromium" }],
      },
    },
  };
}

const config: ViteUserConfig = defineConfig({
  test: {
    reporters: ["default", new AreaReport(isPublic)],
    projects: [
      {
        plugins: [inlinedPlugin()],
        test: {
          name: "long",
          pool: "forks",
          include: ["test/long/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 0 },
        },
      },
      chromium("chromium, isolated", 1, true, [...AREAS, IN_PAGE]),
      // Kernels by themselves know nothing of isolation: once is enough.
      chromium(
        "chromium, not isolated",
        2,
        false,
        AREAS.filter((area) => area !== "test/assembly"),
      ),
    ],
  },
});

export default config;
