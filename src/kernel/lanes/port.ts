import { describe } from "../../errors.js";
import { nodeBuiltin } from "../../node-builtins.js";
import type { HostMessage, LaneMessage } from "./protocol.js";

/** What a worker runs: a script at an address, or else one given as text. */
export interface WorkerScript {
  readonly url: string | URL | undefined;
  readonly source: string;
}

/** A worker, whatever the platform. */
export interface Port {
  post(message: HostMessage): void;
  /** Ends it at once, whatever it does; resolves when it has ended, as far as the platform can tell. */
  terminate(): Promise<void>;
  /** Whether a process stays alive for it (Node). */
  keepAlive(alive: boolean): void;
}

export interface PortEvents {
  onMessage(message: LaneMessage): void;
  /** It has failed or ended by itself: no more messages come. */
  onEnd(reason: string): void;
}

/** Node's worker threads, and those of runtimes that have them too; undefined in browsers. */
type NodeThreads = NonNullable<ReturnType<typeof nodeThreads>>;

function nodeThreads(): ReturnType<typeof nodeBuiltin<"node:worker_threads">> {
  return nodeBuiltin("node:worker_threads");
}

/** Whether a worker that ends by itself is told of: browsers do not. */
export function tellsEnds(): boolean {
  return nodeThreads() !== undefined;
}

/** Starts a worker. @throws what the platform throws */
export function openPort(script: WorkerScript, name: string, events: PortEvents): Port {
  const threads = nodeThreads();
  return threads ? openNodePort(threads, script, name, events) : openWebPort(script, name, events);
}

function openNodePort(
  threads: NodeThreads,
  { url, source }: WorkerScript,
  name: string,
  events: PortEvents,
): Port {
  // A worker needs none of the process's own flags: a loader or debugger given there is not for it.
  const options = { name, execArgv: [] };
  const worker =
    url === undefined
      ? new threads.Worker(source, { ...options, eval: true })
      : new threads.Worker(nodeFile(url), options);
  worker.on("message", (message: LaneMessage) => events.onMessage(message));
  worker.on("messageerror", (error) => events.onEnd(error.message));
  worker.on("error", (error: unknown) =>
    events.onEnd(error instanceof Error ? error.message : `it threw ${describe(error)}`),
  );
  worker.on("exit", (code) => events.onEnd(`it exited with code ${code}`));
  return {
    post: (message) => worker.postMessage(message),
    terminate: async () => void (await worker.terminate()),
    keepAlive: (alive) => (alive ? worker.ref() : worker.unref()),
  };
}

/** What Node's Worker takes: a URL object for anything that has a scheme, else a path. */
function nodeFile(url: string | URL): string | URL {
  return typeof url === "string" && /^[a-z][a-z0-9+.-]+:/i.test(url) ? new URL(url) : url;
}

function openWebPort({ url, source }: WorkerScript, name: string, events: PortEvents): Port {
  const blob =
    url === undefined ? URL.createObjectURL(new Blob([source], { type: "text/javascript" })) : undefined;
  const release = (): void => {
    if (blob !== undefined) URL.revokeObjectURL(blob);
  };
  let worker: Worker;
  try {
    worker = new Worker(url ?? blob!, { name });
  } catch (error) {
    release();
    throw error;
  }
  worker.onmessage = ({ data }: MessageEvent<LaneMessage>) => {
    // Its script has run, so the blob is no longer needed.
    release();
    events.onMessage(data);
  };
  worker.onmessageerror = () => events.onEnd("a message could not be read");
  worker.onerror = (event) => {
    event.preventDefault();
    release();
    events.onEnd(event.message || "its script could not be loaded or threw");
  };
  return {
    post: (message) => worker.postMessage(message),
    terminate: async () => {
      release();
      worker.terminate();
    },
    keepAlive: () => {},
  };
}
