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

/** Long tests of memory, or of what the API promises in milliseconds: nothing else runs beside them. */
const ALONE = [
  "test/long/{lanes,memory,page,peak,train-memory}.test.ts",
  "test/long/playground/{big,main-thread,million-items}.test.ts",
];

const long = {
  pool: "forks" as const,
  testTimeout: 600_000,
  hookTimeout: 120_000,
  // What a page comes to takes longer where another test has the processors.
  expect: { poll: { timeout: 20_000 } },
  sequence: { groupOrder: 0 },
};

const config: ViteUserConfig = defineConfig({
  test: {
    // Two of the tests that mostly wait for a browser.
    maxWorkers: 2,
    reporters: ["default", new AreaReport(isPublic)],
    projects: [
      {
        plugins: [inlinedPlugin()],
        test: { ...long, name: "long", include: ["test/long/**/*.test.ts"], exclude: [...ALONE] },
      },
      {
        plugins: [inlinedPlugin()],
        test: {
          ...long,
          name: "long, alone",
          include: [...ALONE],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      chromium("chromium, isolated", 2, true, [...AREAS, IN_PAGE]),
      // Kernels by themselves know nothing of isolation: once is enough.
      chromium(
        "chromium, not isolated",
        3,
        false,
        AREAS.filter((area) => area !== "test/assembly"),
      ),
    ],
  },
});

export default config;
