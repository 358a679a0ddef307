import { AlternantError } from "../../errors.js";
import type { RunMessage } from "./protocol.js";
import { Run } from "./run.js";
import { RunControl } from "./run-control.js";
import { WorkerLane } from "./worker-lane.js";

/** Milliseconds in which lanes must have loaded their script and answered. */
const START_MS = 10_000;
const LOOK_MS = 1_000;

export interface CrewOptions {
  readonly threads: number;
  /** Kernels for shared memory. */
  readonly module: WebAssembly.Module;
  readonly workerUrl: string | URL | undefined;
}

/** What a run works on. */
export type RunJob = Omit<RunMessage, "type" | "run" | "control">;

/** Workers that start together and end together: when one fails, all are ended and every run with them. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #lanes: WorkerLane[] = [];
  readonly #runs: Map<number, Run> = new Map();
  #nextRun = 0;
  #ready = 0;
  #started: (error?: AlternantError) => void = () => {};
  #watch: ReturnType<typeof setInterval> | undefined;
  #end: Promise<void> | undefined;
  /** Why it has ended. */
  #error: AlternantError | undefined;

  private constructor(options: CrewOptions) {
    this.#options = options;
  }

  /** Starts all workers. @throws AlternantError "lane-failed" when one does not answer; none is left running */
  static async start(options: CrewOptions): Promise<Crew> {
    const crew = new Crew(options);
    await crew.#start();
    return crew;
  }

  /** Whether it has ended or is about to. */
  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  /** Lets all lanes work on a job. @throws AlternantError with which it has ended */
  run(job: RunJob): Run {
    if (this.#error !== undefined) throw this.#error;
    const { threads } = this.#options;
    const id = this.#nextRun++;
    const control = RunControl.create(threads);
    const run = new Run(control, job.chunks.length / 2, threads);
    if (this.#runs.size === 0) this.#setBusy(true);
    this.#runs.set(id, run);
    const forget = (): void => {
      this.#runs.delete(id);
      if (this.#runs.size === 0) this.#setBusy(false);
    };
    run.over.then(forget, forget);
    for (const lane of this.#lanes) lane.run({ ...job, type: "run", run: id, control: control.words });
    return run;
  }

  forget(memoryId: number): void {
    if (!this.hasEnded) for (const lane of this.#lanes) lane.forget(memoryId);
  }

  collect(): void {
    if (!this.hasEnded) for (const lane of this.#lanes) lane.collect();
  }

  /** Ends all workers at once; runs reject with the error when none works any more. Idempotent: the first error counts. */
  end(error: AlternantError): Promise<void> {
    if (this.#end === undefined) {
      this.#error = error;
      this.#end = this.#terminate().then(() => {
        this.#started(error);
        for (const run of this.#runs.values()) run.fail(error);
      });
    }
    return this.#end;
  }

  async #start(): Promise<void> {
    const { threads, module, workerUrl } = this.#options;
    const started = new Promise<void>((resolve, reject) => {
      this.#started = (error) => (error === undefined ? resolve() : reject(error));
    });
    const timer = setTimeout(() => this.#fail(0, `no answer within ${START_MS / 1000} s`), START_MS);
    const beats = new Int32Array(new SharedArrayBuffer(threads * 4));
    try {
      for (let lane = 0; lane < threads; lane++)
        this.#lanes.push(
          new WorkerLane({ lane, module, beats }, workerUrl, {
            onReady: () => {
              if (++this.#ready === threads) this.#started();
            },
            onDone: ({ run, unsolved }) => this.#runs.get(run)?.leave(lane, unsolved),
            onEnd: (reason) => this.#fail(lane, reason),
          }),
        );
    } catch (error) {
      this.#fail(this.#lanes.length, error instanceof Error ? error.message : String(error));
    }
    try {
      await started;
    } finally {
      clearTimeout(timer);
    }
    this.#setBusy(false);
  }

  /** A process stays alive for lanes that work, and not for those that wait. */
  #setBusy(busy: boolean): void {
    if (this.hasEnded) return;
    for (const lane of this.#lanes) lane.keepAlive(busy);
    clearInterval(this.#watch);
    if (busy) this.#watch = setInterval(() => this.#look(), LOOK_MS);
  }

  #look(): void {
    const silent = this.#lanes.find((lane) => lane.isSilent());
    if (silent) this.#fail(silent.index, "it has stopped answering");
  }

  #fail(lane: number, reason: string): void {
    void this.end(this.#ready < this.#options.threads ? this.#notStarted(reason) : this.#lost(lane, reason));
  }

  async #terminate(): Promise<void> {
    clearInterval(this.#watch);
    await Promise.all(this.#lanes.map((lane) => lane.terminate()));
  }

  #notStarted(reason: string): AlternantError {
    const { workerUrl } = this.#options;
    return new AlternantError(
      "lane-failed",
      workerUrl === undefined
        ? `The lanes' workers could not be started: ${reason}. Where a Content-Security-Policy forbids workers from blobs, serve the package's "alternant/worker" and give its address as workerUrl; threads: 1 needs none.`
        : `The lanes' worker script ${String(workerUrl)} could not be started: ${reason}. workerUrl must be the address of this version's "alternant/worker"; in a cross-origin isolated page it must be served with Cross-Origin-Embedder-Policy too.`,
    );
  }

  #lost(lane: number, reason: string): AlternantError {
    return new AlternantError(
      "lane-failed",
      `Lane ${lane + 1} of ${this.#options.threads} failed: ${reason}. All lanes were ended, and the work that they were at is lost. Call again: the engine starts new ones.`,
    );
  }
}
