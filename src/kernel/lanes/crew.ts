import { AlternantError } from "../../errors.js";
import { tellsEnds, type WorkerScript } from "./port.js";
import type { RunMessage } from "./protocol.js";
import { Run } from "./run.js";
import { RunControl } from "./run-control.js";
import { WorkerLane } from "./worker-lane.js";

/** Milliseconds in which one lane after the other must have loaded its script and answered. */
const START_MS = 10_000;
const LOOK_MS = 1_000;

export interface CrewOptions {
  readonly threads: number;
  /** Kernels for shared memory. */
  readonly module: WebAssembly.Module;
  readonly script: WorkerScript;
}

/** What a run works on. */
export type RunJob = Omit<RunMessage, "type" | "run" | "control">;

/** Workers that start together and end together: when one fails, all are ended and every run with them. */
export class Crew {
  /** Resolves when all workers have answered. Rejects with "lane-failed" when one does not; none is left running then. */
  readonly ready: Promise<void>;
  readonly #options: CrewOptions;
  readonly #lanes: WorkerLane[] = [];
  readonly #runs: Map<number, Run> = new Map();
  #nextRun = 0;
  #answered = 0;
  #settleReady: (error?: AlternantError) => void = () => {};
  #watch: ReturnType<typeof setTimeout> | undefined;
  #end: Promise<void> | undefined;
  /** Why it has ended. */
  #error: AlternantError | undefined;

  /** Starts all workers. */
  constructor(options: CrewOptions) {
    this.#options = options;
    this.ready = new Promise<void>((resolve, reject) => {
      this.#settleReady = (error) => (error === undefined ? resolve() : reject(error));
    });
    // Whoever waits is told; it may be nobody.
    this.ready.catch(() => {});
    this.#start();
  }

  /** Whether it has ended or is about to. */
  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  /**
   * Lets all lanes work on a job; the crew is ready.
   *
   * @throws AlternantError with which it has ended, "not-supported" for ratings that cannot be posted
   */
  run(job: RunJob): Run {
    if (this.#error !== undefined) throw this.#error;
    const { threads } = this.#options;
    const id = this.#nextRun++;
    const control = RunControl.create(threads);
    const run = new Run(control, job.chunks.length / 2, threads);
    try {
      for (const lane of this.#lanes) lane.run({ ...job, type: "run", run: id, control: control.words });
    } catch (cause) {
      control.stop();
      throw new AlternantError(
        "not-supported",
        `The ratings cannot be sent to other threads (${(cause as Error).message}): share() of a source must return { kind: "csr", columnCount, starts, columns, values } with arrays in SharedArrayBuffers, or undefined.`,
        { cause },
      );
    }
    if (this.#runs.size === 0) this.#setBusy(true);
    this.#runs.set(id, run);
    const forget = (): void => {
      this.#runs.delete(id);
      if (this.#runs.size === 0) this.#setBusy(false);
    };
    run.over.then(forget, forget);
    return run;
  }

  /** Waits until the last worker of a crew that is ending is gone. @throws AlternantError with which it has ended */
  async throwIfEnded(): Promise<void> {
    if (this.#end === undefined) return;
    await this.#end;
    throw this.#error;
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
      clearTimeout(this.#watch);
      this.#end = Promise.all(this.#lanes.map((lane) => lane.terminate())).then(() => {
        this.#settleReady(error);
        for (const run of this.#runs.values()) run.fail(error);
      });
    }
    return this.#end;
  }

  #start(): void {
    const { threads, module, script } = this.#options;
    const beats = new Int32Array(new SharedArrayBuffer(threads * 4));
    this.#awaitAnswer();
    try {
      for (let lane = 0; lane < threads; lane++)
        this.#lanes.push(
          new WorkerLane({ lane, module, beats }, script, {
            onReady: () => this.#onReady(),
            onDone: ({ run, unsolved, refused }) =>
              this.#runs
                .get(run)
                ?.leave(lane, unsolved, refused && new AlternantError(refused.code, refused.message)),
            onEnd: (reason) => this.#fail(lane, reason),
          }),
        );
    } catch (error) {
      this.#fail(this.#lanes.length, error instanceof Error ? error.message : String(error));
    }
  }

  #onReady(): void {
    if (this.hasEnded) return;
    if (++this.#answered < this.#options.threads) {
      this.#awaitAnswer();
      return;
    }
    this.#setBusy(false);
    this.#settleReady();
  }

  #awaitAnswer(): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(
      () => this.#fail(this.#answered, `no answer within ${START_MS / 1000} s`),
      START_MS,
    );
  }

  /** A process stays alive for lanes that work, and not for those that wait. */
  #setBusy(busy: boolean): void {
    if (this.hasEnded) return;
    for (const lane of this.#lanes) lane.keepAlive(busy);
    clearTimeout(this.#watch);
    if (busy) this.#look();
  }

  /** Looks now and then for lanes that ended without a word. */
  #look(): void {
    this.#watch = setTimeout(() => {
      const silent = this.#lanes.find((lane) => lane.isSilent());
      if (silent) this.#fail(silent.index, "it has stopped answering");
      else this.#look();
    }, LOOK_MS);
  }

  #fail(lane: number, reason: string): void {
    const started = this.#answered === this.#options.threads;
    void this.end(started ? this.#lost(lane, reason) : this.#notStarted(reason));
  }

  #notStarted(reason: string): AlternantError {
    const { url: workerUrl } = this.#options.script;
    const inPage = !tellsEnds();
    const [what, remedy, hint] =
      workerUrl === undefined
        ? [
            "The lanes' workers",
            "threads: 1 needs none",
            ` Where a Content-Security-Policy forbids workers from blobs, serve the package's "alternant/worker" and give its address as workerUrl.`,
          ]
        : [
            `The lanes' worker script ${String(workerUrl)}`,
            `workerUrl must be the address of this version's "alternant/worker"`,
            " In a cross-origin isolated page it must be served with Cross-Origin-Embedder-Policy too.",
          ];
    return new AlternantError(
      "lane-failed",
      `${what} could not be started: ${reason}. ${remedy}.${inPage ? hint : ""}`,
    );
  }

  #lost(lane: number, reason: string): AlternantError {
    return new AlternantError(
      "lane-failed",
      `Lane ${lane + 1} of ${this.#options.threads} failed: ${reason}. All lanes were ended, and the work that they were at is lost. Call again: the engine starts new ones.`,
    );
  }
}
