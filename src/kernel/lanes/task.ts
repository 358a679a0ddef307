import { openSide } from "../../ratings/open-side.js";
import type { Kernels } from "../kernels.js";
import { lambdaView, rowSumsView } from "../layout.js";
import { packRange } from "../lists/index-task.js";
import { ListSweep } from "../lists/sweep.js";
import { RowSolver } from "../row-solver.js";
import { Sweep } from "../sweep.js";
import { TallSweep } from "../tall/sweep.js";
import type { PassTask, Task } from "./protocol.js";

/** Milliseconds of one call: a stop is seen after it. */
const CALL_MS = 8;

/** Goes through rows [from, to) of a task; stops after every call and tells what it did, in the unit that the task counts. */
export type Walk = (from: number, to: number) => Iterable<number>;

/** How one lane works on a task. */
export function openTask(task: Task, memory: WebAssembly.Memory, kernels: Kernels, lane: number): Walk {
  if (task.kind === "pass") return openPass(task, memory, kernels, lane);
  if (task.kind === "tall") {
    const sweep = new TallSweep(kernels, task.layout, lane);
    return (from, to) => sweep.run(task.work, from, to);
  }
  if (task.kind === "index") return (from, to) => packRange(memory, task, from, to);
  const sweep = new ListSweep(memory, kernels, task.layout, lane, CALL_MS);
  return (from, to) => sweep.run(task, from, to);
}

/** Counts ratings. */
function openPass(
  { pass, layout, half }: PassTask,
  memory: WebAssembly.Memory,
  kernels: Kernels,
  lane: number,
): Walk {
  const sweep = new Sweep(new RowSolver(memory, kernels, layout, lane), layout.factors, CALL_MS);
  const ratings = openSide(half.ratings);
  const own = { ...half, ratings, lambdas: lambdaView(memory, half.solved) };
  const sums = rowSumsView(memory, layout, ratings.rowCount);
  return (from, to) => sweep.run(pass, own, from, to, sums);
}
