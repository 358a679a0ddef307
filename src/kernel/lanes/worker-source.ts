import source from "./worker.ts?bundled";

/** The worker script that comes with the package, in a module of its own: loaded where workers are started from it. */
export const WORKER_SOURCE: string = source;
