import { ABI } from "../kernels.js";
import { openPort, type Port, tellsEnds, type WorkerScript } from "./port.js";
import type { LaneMessage, RunMessage, StartMessage } from "./protocol.js";

/** Looks, a second apart, in which a lane that owes an answer has not moved: it is dead, which browsers do not tell. */
const SILENT_LOOKS = 10;

export interface WorkerLaneEvents {
  onReady(): void;
  onDone(message: Extract<LaneMessage, { type: "done" }>): void;
  /** It will do nothing more. */
  onEnd(reason: string): void;
}

/** The host's side of one lane: the worker, and what it owes. */
export class WorkerLane {
  readonly index: number;
  readonly #port: Port;
  readonly #beats: Int32Array;
  /** Memories that it has an instance over. */
  readonly #memories: Set<number> = new Set();
  /** Runs that it was sent and has not answered. */
  #owed = 0;
  #lastBeat = 0;
  #silentLooks = 0;

  /** Starts the worker. @throws what the platform throws for a URL that it does not take */
  constructor(start: Omit<StartMessage, "type">, script: WorkerScript, events: WorkerLaneEvents) {
    this.index = start.lane;
    this.#beats = start.beats;
    this.#port = openPort(script, `alternant lane ${start.lane}`, {
      onMessage: (message) => {
        if (message.type === "ready" && message.abi === ABI) events.onReady();
        else if (message.type === "ready") events.onEnd("it is of another version of the package");
        else if (message.type === "broken") events.onEnd(message.reason);
        else {
          this.#owed--;
          events.onDone(message);
        }
      },
      onEnd: (reason) => events.onEnd(reason),
    });
    this.#port.post({ type: "start", ...start });
  }

  /** Sends a run, with its memory if it has not seen that yet. */
  run(message: RunMessage): void {
    const known = this.#memories.has(message.memoryId);
    this.#port.post(known ? { ...message, memory: undefined } : message);
    this.#memories.add(message.memoryId);
    if (this.#owed++ === 0) this.#silentLooks = 0;
  }

  /** The memory will not be used again. */
  forget(memoryId: number): void {
    if (this.#memories.delete(memoryId)) this.#port.post({ type: "forget", memoryId });
  }

  collect(): void {
    this.#port.post({ type: "collect" });
  }

  /**
   * Whether it owes an answer and has not moved for too many looks, where the platform would not have told its end. Looks
   * and not time: while a page sleeps, nobody looks and nobody moves.
   */
  isSilent(): boolean {
    if (this.#owed === 0 || tellsEnds()) return false;
    const beat = Atomics.load(this.#beats, this.index);
    this.#silentLooks = beat === this.#lastBeat ? this.#silentLooks + 1 : 0;
    this.#lastBeat = beat;
    return this.#silentLooks >= SILENT_LOOKS;
  }

  keepAlive(alive: boolean): void {
    this.#port.keepAlive(alive);
  }

  terminate(): Promise<void> {
    return this.#port.terminate();
  }
}
