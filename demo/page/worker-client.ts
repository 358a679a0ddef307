import {
  type CallName,
  type Calls,
  type FromWorker,
  LIFE_LOCK,
  type Request,
  type ToldError,
} from "../protocol.js";

/** What went wrong in the worker, in its words. */
export class WorkerError extends Error {
  readonly code: string | undefined;

  constructor({ message, code }: ToldError) {
    super(message);
    this.name = "WorkerError";
    this.code = code;
  }
}

/** Whether somebody stopped it, which is no failure. */
export function isStopped(error: unknown): boolean {
  if (error instanceof WorkerError) return error.code === "aborted";
  return error instanceof DOMException && error.name === "AbortError";
}

export interface CallOptions<N> {
  readonly signal?: AbortSignal;
  readonly onNews?: (news: N) => void;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: WorkerError): void;
  readonly onNews: ((news: unknown) => void) | undefined;
}

const DIED: ToldError = {
  code: "worker-died",
  message:
    "The browser stopped the worker that held the ratings and the model, perhaps for want of memory. Start again, with fewer ratings or factors.",
};

/** The page's end of the worker: calls, their news, and word of its end. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #life: string = `${Date.now()}-${Math.random()}`;
  readonly #pending: Map<number, Pending> = new Map();
  readonly #onDeath: (error: WorkerError) => void;
  #lastId = 0;
  #dead: WorkerError | undefined;
  #watched = false;

  constructor(onDeath: (error: WorkerError) => void) {
    this.#onDeath = onDeath;
    const url = new URL("./worker.js", import.meta.url);
    url.searchParams.set("life", this.#life);
    this.#worker = new Worker(url, { type: "module", name: "alternant" });
    this.#worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => this.#receive(data));
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#die({
        code: "worker-died",
        message: `The worker failed: ${event.message || "its script could not be loaded"}. Load the page anew.`,
      });
    });
  }

  call<K extends CallName>(
    name: K,
    params: Calls[K]["params"],
    { signal, onNews }: CallOptions<Calls[K]["news"]> = {},
  ): Promise<Calls[K]["result"]> {
    if (this.#dead !== undefined) return Promise.reject(this.#dead);
    const id = ++this.#lastId;
    const cancel = (): void => this.#worker.postMessage({ cancel: id });
    return new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onNews: onNews as ((news: unknown) => void) | undefined });
      this.#worker.postMessage({ id, call: name, params } as Request);
      if (signal?.aborted) cancel();
      else signal?.addEventListener("abort", cancel, { once: true });
    }).finally(() => signal?.removeEventListener("abort", cancel)) as Promise<Calls[K]["result"]>;
  }

  #receive(message: FromWorker): void {
    this.#watch();
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    if ("news" in message) {
      pending.onNews?.(message.news);
      return;
    }
    this.#pending.delete(message.id);
    if ("error" in message) pending.reject(new WorkerError(message.error));
    else pending.resolve(message.result);
  }

  /** Waits for the lock that the worker holds while it lives: no event tells of a worker that the browser ended. */
  #watch(): void {
    if (this.#watched) return;
    this.#watched = true;
    if (!("locks" in navigator)) return;
    void navigator.locks.request(LIFE_LOCK + this.#life, () => this.#die(DIED));
  }

  #die(reason: ToldError): void {
    if (this.#dead !== undefined) return;
    const error = new WorkerError(reason);
    this.#dead = error;
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    this.#worker.terminate();
    this.#onDeath(error);
  }
}
