import { AlternantError } from "../../errors.js";
import { ABI, createKernels, type Kernels } from "../kernels.js";
import { UnsolvedRow } from "../unsolved-row.js";
import { collectGarbageSoon } from "./collect.js";
import type { HostMessage, LaneMessage, RunMessage, StartMessage } from "./protocol.js";
import { RunControl } from "./run-control.js";
import { openTask, type Walk } from "./task.js";

interface Instance {
  readonly memory: WebAssembly.Memory;
  /** Whether the kernels are more than their core: once a task has needed that. */
  readonly whole: boolean;
  readonly kernels: Kernels;
}

/** A lane's side of the protocol: takes the host's messages one after the other. */
export class Lane {
  readonly #reply: (message: LaneMessage) => void;
  readonly #instances: Map<number, Instance> = new Map();
  #start: StartMessage | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(reply: (message: LaneMessage) => void) {
    this.#reply = reply;
  }

  receive(message: HostMessage): void {
    this.#last = this.#last
      .then(() => this.#handle(message))
      .catch((error: unknown) => {
        const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
        this.#reply({ type: "broken", reason });
      });
  }

  async #handle(message: HostMessage): Promise<void> {
    if (message.type === "start") {
      this.#start = message;
      this.#reply({ type: "ready", abi: ABI });
    } else if (message.type === "forget") this.#instances.delete(message.memoryId);
    else if (message.type === "collect") collectGarbageSoon();
    else await this.#run(message);
  }

  async #run(message: RunMessage): Promise<void> {
    if (this.#start === undefined) throw new Error("a run came before the start");
    const { lane } = this.#start;
    const control = new RunControl(message.control);
    const { memory, kernels } = await this.#instance(message);
    control.enter(lane);
    let unsolved: UnsolvedRow | undefined;
    let refused: AlternantError | undefined;
    try {
      this.#work(message.chunks, openTask(message.task, memory, kernels, lane), control, this.#start);
    } catch (error) {
      if (error instanceof UnsolvedRow) unsolved = error;
      else if (error instanceof AlternantError) refused = error;
      else throw error;
      control.stop();
    }
    this.#reply({
      type: "done",
      run: message.run,
      ...(unsolved && { unsolved: { row: unsolved.row, state: unsolved.state } }),
      ...(refused && { refused: { code: refused.code, message: refused.message } }),
    });
  }

  /** Claims chunks until there are none, or the run has been stopped. */
  #work(chunks: Int32Array, walk: Walk, control: RunControl, { lane, beats }: StartMessage): void {
    while (!control.stopped) {
      const chunk = control.claim();
      if (2 * chunk >= chunks.length) return;
      for (const done of walk(chunks[2 * chunk]!, chunks[2 * chunk + 1]!)) {
        control.count(lane, done);
        Atomics.add(beats, lane, 1);
        if (control.stopped) return;
      }
    }
  }

  async #instance({ memoryId, memory: sent, module: whole }: RunMessage): Promise<Instance> {
    const known = this.#instances.get(memoryId);
    if (known !== undefined && (whole === undefined || known.whole)) return known;
    const memory = known?.memory ?? sent;
    if (memory === undefined) throw new Error(`memory ${memoryId} was never sent`);
    const kernels = await createKernels(whole ?? this.#start!.module, memory);
    const instance = { memory, whole: whole !== undefined, kernels };
    this.#instances.set(memoryId, instance);
    return instance;
  }
}
