import { join } from "node:path";

/** The package's folder: `bench/run.mjs` starts each benchmark there. */
export const ROOT: string = process.cwd();
/** Where bundles, results and the peak's binaries go. */
export const BENCH_OUTPUT: string = join(ROOT, "build/bench");
