import type { CallName, Calls, DataFacts, EngineFacts, ModelFacts } from "../protocol.js";
import type { Notices } from "./notices.js";
import { type CallOptions, isStopped, WorkerClient, WorkerError } from "./worker-client.js";

/** Something that takes a while and can be stopped; one at a time. */
export interface Job {
  readonly kind: "world" | "read" | "open" | "train" | "save";
  /** What is said while it runs: "Reading ratings.csv". */
  readonly label: string;
  /** 0 … 1; undefined where it is not known. */
  share: number | undefined;
  /** What else is said: "1,200,000 ratings". */
  detail: string;
  readonly controller: AbortController;
}

interface Events {
  engine: EngineFacts | undefined;
  data: DataFacts | undefined;
  model: ModelFacts | undefined;
  job: Job | undefined;
}

type Listener<T> = (value: T) => void;

/** What the page knows, and the worker that knows the rest. */
export class App {
  engine: EngineFacts | undefined;
  data: DataFacts | undefined;
  model: ModelFacts | undefined;
  job: Job | undefined;
  readonly notices: Notices;
  #worker: WorkerClient;
  readonly #listeners: { [K in keyof Events]: Set<Listener<Events[K]>> } = {
    engine: new Set(),
    data: new Set(),
    model: new Set(),
    job: new Set(),
  };

  constructor(notices: Notices) {
    this.notices = notices;
    this.#worker = this.#startWorker();
  }

  on<K extends keyof Events>(name: K, listener: Listener<Events[K]>): void {
    this.#listeners[name].add(listener);
  }

  #tell<K extends keyof Events>(name: K, value: Events[K]): void {
    for (const listener of this.#listeners[name]) listener(value);
  }

  setData(data: DataFacts | undefined): void {
    this.data = data;
    this.#tell("data", data);
  }

  setModel(model: ModelFacts | undefined): void {
    this.model = model;
    this.#tell("model", model);
  }

  call<K extends CallName>(
    name: K,
    params: Calls[K]["params"],
    options?: CallOptions<Calls[K]["news"]>,
  ): Promise<Calls[K]["result"]> {
    return this.#worker.call(name, params, options);
  }

  /** Says what something failed of, and what can be done about a worker that is no more. */
  fail(error: unknown): void {
    if (error instanceof WorkerError && error.code === "worker-died")
      this.notices.fail(error, { label: "Start again", act: () => this.#startAgain() });
    else this.notices.fail(error);
  }

  /** Learns what works here, or says why nothing does. */
  async start(): Promise<void> {
    try {
      this.engine = await this.call("start", null);
      this.#tell("engine", this.engine);
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  /**
   * Runs a job, tells how it goes, and says in words what it failed of.
   *
   * @returns undefined where it failed or was stopped
   */
  async run<T>(kind: Job["kind"], label: string, work: (job: Job) => Promise<T>): Promise<T | undefined> {
    if (this.job !== undefined) {
      this.notices.say(`${this.job.label} is still going on. Stop it first, or wait.`);
      return undefined;
    }
    this.notices.clear();
    const job: Job = { kind, label, share: undefined, detail: "", controller: new AbortController() };
    this.job = job;
    this.#tell("job", job);
    try {
      return await work(job);
    } catch (error) {
      if (isStopped(error)) this.notices.say(`${label}: stopped.`);
      else this.fail(error);
      return undefined;
    } finally {
      if (this.job === job) {
        this.job = undefined;
        this.#tell("job", undefined);
      }
    }
  }

  progress(job: Job, share: number | undefined, detail: string): void {
    if (this.job !== job || job.controller.signal.aborted) return;
    job.share = share;
    job.detail = detail;
    this.#tell("job", job);
  }

  /** Stops what runs, and waits until it has stopped. */
  async stop(): Promise<void> {
    const { job } = this;
    if (job === undefined) return;
    job.controller.abort();
    this.#tell("job", job);
    await new Promise<void>((resolve) => {
      const done: Listener<Job | undefined> = (now) => {
        if (now === job) return;
        this.#listeners.job.delete(done);
        resolve();
      };
      if (this.job === job) this.on("job", done);
      else resolve();
    });
  }

  #startWorker(): WorkerClient {
    return new WorkerClient((error) => {
      this.job = undefined;
      this.#tell("job", undefined);
      this.setModel(undefined);
      this.setData(undefined);
      this.fail(error);
    });
  }

  #startAgain(): void {
    this.notices.clear();
    this.#worker = this.#startWorker();
    // What it failed of has been said.
    this.start().catch(() => undefined);
  }
}
