import type { Worker } from "node:worker_threads";
import threads from "node:worker_threads";

/** The workers that are started while it watches. */
export interface WorkerWatch {
  readonly started: readonly Worker[];
  /** How many of them have not ended. */
  alive(): number;
  stop(): void;
}

/** Watches Node's constructor of workers, which the lanes ask the process for each time. */
export function watchWorkers(): WorkerWatch {
  const Original = threads.Worker;
  const started: Worker[] = [];
  let ended = 0;
  threads.Worker = class extends Original {
    constructor(...given: ConstructorParameters<typeof Original>) {
      super(...given);
      started.push(this);
      this.once("exit", () => ended++);
    }
  };
  return {
    started,
    alive: () => started.length - ended,
    stop: () => {
      threads.Worker = Original;
    },
  };
}
