import { relative, sep } from "node:path";
import type { Reporter, TestModule, TestProject, TestSpecification, Vitest } from "vitest/node";
import { root } from "./public-tests.js";

/** Tests of a folder that passed, by what they ran against. */
interface Passed {
  built: number;
  sources: number;
}

/**
 * Tells how many tests of each area passed in Chromium, against the built library and against sources, and fails the
 * run where an area had none: a suite that lost its tests on the way must not look green. A run of chosen files or names
 * is told and not judged.
 */
export class AreaReport implements Reporter {
  readonly #isPublic: (file: string) => boolean;
  #vitest: Vitest | undefined;
  #fileCounts: ReadonlyMap<TestProject, number> = new Map();

  /** @param isPublic whether a test file, from the project's root, runs against the built library */
  constructor(isPublic: (file: string) => boolean) {
    this.#isPublic = isPublic;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    const counts = new Map<TestProject, number>();
    for (const { project } of specifications)
      if (project.isBrowserEnabled()) counts.set(project, (counts.get(project) ?? 0) + 1);
    this.#fileCounts = counts;
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const { logger, config } = this.#vitest!;
    for (const [project, fileCount] of this.#fileCounts) {
      const areas = this.#count(modules, project);
      const told = [...areas].map(([area, { built, sources }]) => `${area} ${built} + ${sources}`);
      logger.log(`${project.name}, tests passed of the built library + of sources: ${told.join(", ")}`);
      const whole = (await project.globTestFiles()).testFiles.length === fileCount && !config.testNamePattern;
      const empty = [...areas].filter(([, { built, sources }]) => built + sources === 0);
      if (!whole || empty.length === 0) continue;
      logger.error(`${project.name}: no test passed in ${empty.map(([area]) => area).join(", ")}`);
      process.exitCode = 1;
    }
  }

  #count(modules: readonly TestModule[], project: TestProject): Map<string, Passed> {
    const folders = project.config.include.map((pattern) => pattern.replace("/**/*.test.ts", ""));
    const areas = new Map<string, Passed>(folders.map((folder) => [folder, { built: 0, sources: 0 }]));
    for (const module of modules) {
      if (module.project !== project) continue;
      const file = relative(root, module.moduleId).split(sep).join("/");
      const area = areas.get(folders.find((folder) => file.startsWith(`${folder}/`)) ?? "");
      if (area !== undefined)
        area[this.#isPublic(file) ? "built" : "sources"] += [...module.children.allTests("passed")].length;
    }
    return areas;
  }
}
