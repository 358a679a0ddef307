import { nodeBuiltin } from "../node-builtins.js";

/** (module (import "env" "memory" (memory 1 65536 shared))) */
const SHARING = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x02, 0x12, 0x01],
  ...[0x03, 0x65, 0x6e, 0x76, 0x06, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 0x02, 0x03, 0x01, 0x80, 0x80, 0x04],
);

/** Threads that were chosen, and why. */
export interface ThreadChoice {
  readonly threads: number;
  readonly why: string;
}

/** Lanes that an engine may have. */
export const MOST_THREADS = 256;

/** How many lanes to start: as many as were asked for, else one for every core; one where memory cannot be shared. */
export function chooseThreads(asked: number | undefined): ThreadChoice {
  if (asked === 1) return { threads: 1, why: "one thread was asked for" };
  const obstacle = obstacleToSharing();
  if (obstacle !== undefined) return { threads: 1, why: `one thread: ${obstacle}` };
  if (asked !== undefined) return { threads: asked, why: `${asked} threads were asked for` };
  const threads = Math.min(MOST_THREADS, Math.max(1, availableCores()));
  return { threads, why: threads === 1 ? "this machine has one core" : "one for each core" };
}

/** Threads that an engine has here which is asked for so many, or for none in particular. */
export function threadsFor(asked: number | undefined): number {
  return chooseThreads(asked).threads;
}

/** Why lanes cannot work here, and what to do about it. */
function obstacleToSharing(): string | undefined {
  if (globalThis.crossOriginIsolated === false)
    return 'this page is not cross-origin isolated, so it cannot share memory between threads. Serve it with the headers "Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp" to use all cores';
  if (typeof SharedArrayBuffer !== "function") return "this JavaScript engine has no SharedArrayBuffer";
  if (!hasWorkers()) return "this runtime cannot start workers";
  if (!WebAssembly.validate(SHARING)) return "this JavaScript engine has no WebAssembly threads";
  return undefined;
}

/** Cores that this process may use. */
function availableCores(): number {
  return nodeBuiltin("node:os")?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1;
}

/** Whether this runtime can start workers at all. */
function hasWorkers(): boolean {
  return nodeBuiltin("node:worker_threads") !== undefined || typeof Worker === "function";
}
