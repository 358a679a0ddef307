import type { ErrorCode } from "../../errors.js";
import type { SharedSide } from "../../ratings/source.js";
import type { HalfEpoch } from "../half-epoch.js";
import type { FitLayout } from "../layout.js";
import type { IndexTask } from "../lists/index-task.js";
import type { ListTask } from "../lists/task.js";
import type { Pass } from "../sweep.js";
import type { TallTask } from "../tall/task.js";

/** A half-epoch as it is posted to a lane: ratings are shared, nothing is copied; λ lie in the fit's memory. */
export type SharedHalf = Omit<HalfEpoch, "ratings" | "lambdas"> & { readonly ratings: SharedSide };

/** The first message to a lane: who it is, and the kernels' core. */
export interface StartMessage {
  readonly type: "start";
  readonly lane: number;
  readonly module: WebAssembly.Module;
  /** One word a lane, which it raises after every call: a host that hears nothing can see that it works. */
  readonly beats: Int32Array<SharedArrayBuffer>;
}

/** A pass over the rows of a half. */
export interface PassTask {
  readonly kind: "pass";
  readonly pass: Pass;
  readonly layout: FitLayout;
  readonly half: SharedHalf;
}

/** What lanes are asked to do, row by row: of a fit's half, of lists, of an index, or of tall matrices. */
export type Task = PassTask | ListTask | IndexTask | TallTask;

/** A task for all lanes together. */
export interface RunMessage {
  readonly type: "run";
  readonly run: number;
  readonly memoryId: number;
  /** With the first run in it; lanes keep an instance over it. */
  readonly memory: WebAssembly.Memory | undefined;
  /** The whole of the kernels, where the task needs more than their core. */
  readonly module: WebAssembly.Module | undefined;
  readonly task: Task;
  /** `[from, to)` rows of each chunk. */
  readonly chunks: Int32Array;
  readonly control: Int32Array<SharedArrayBuffer>;
}

/** A memory will not be used again: its instance can go. */
export interface ForgetMessage {
  readonly type: "forget";
  readonly memoryId: number;
}

/** Much that was shared is no longer used: collect garbage. */
export interface CollectMessage {
  readonly type: "collect";
}

export type HostMessage = StartMessage | RunMessage | ForgetMessage | CollectMessage;

/** What a lane says. */
export type LaneMessage =
  | { readonly type: "ready"; readonly abi: number }
  /** It has left the run; `unsolved` is a row that ended it, `refused` an error that tells its cause and its remedy. */
  | {
      readonly type: "done";
      readonly run: number;
      readonly unsolved?: { row: number; state: number };
      readonly refused?: { code: ErrorCode; message: string };
    }
  /** Something that must not happen was thrown; it takes no more messages. */
  | { readonly type: "broken"; readonly reason: string };
