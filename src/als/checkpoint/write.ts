import { BLOCK, begin, crc32, DIGITS_TO, putDigits } from "../../model/file/checksum.js";
import type { Tensor } from "../../model/file/format.js";
import { layOutSafetensors } from "../../model/file/write-safetensors.js";
import { createYielder } from "../../yield.js";
import type { RunNumbers } from "../result.js";
import type { SessionState } from "../session.js";
import { CHECKPOINT } from "./format.js";
import type { CheckpointState } from "./state.js";

/** A checkpoint as a file, sealed with a checksum; the event loop has its turns. @throws AlternantError "too-large" */
export async function writeCheckpoint(state: CheckpointState): Promise<Uint8Array<ArrayBuffer>> {
  const { identity, run, session, stopping } = state;
  const { factors } = identity.options as { factors: number };
  // Where the last epoch is the best, its factors stand there once.
  const best = stopping && stopping.since > 0 ? stopping.best : undefined;
  const { file, parts } = layOutSafetensors(
    [
      ["crc32", "00000000"],
      ["format", CHECKPOINT.format],
      ["version", String(CHECKPOINT.version)],
      ["training", JSON.stringify(identity)],
      ["progress", JSON.stringify(progressOf(run, session, stopping))],
    ],
    [...tensorsOf(session, factors, ""), ...(best ? tensorsOf(best.state, factors, "best_") : [])],
  );
  const yielder = createYielder();
  for (const { at, data } of parts)
    for (let from = 0; from < data.length; from += BLOCK) {
      file.set(data.subarray(from, from + BLOCK), at + from);
      if (yielder.due()) await yielder.pause();
    }
  let crc = begin(file);
  for (let at = DIGITS_TO; at < file.length; at += BLOCK) {
    crc = crc32(file.subarray(at, at + BLOCK), crc);
    if (yielder.due()) await yielder.pause();
  }
  putDigits(file, crc);
  return file;
}

function progressOf(
  run: RunNumbers,
  session: SessionState,
  stopping: CheckpointState["stopping"],
): Record<string, unknown> {
  return {
    ...epochOf(run, session),
    ...(stopping && {
      stopping: {
        since: stopping.since,
        best: { value: stopping.best.value, ...epochOf(stopping.best.run, stopping.best.state) },
      },
    }),
  };
}

/** JSON has no NaN: the RMSE of implicit feedback is left out, and what the first epoch has no loss before it to fall from. */
function epochOf(
  { epochs, loss, rmse, seconds, fall, start }: RunNumbers,
  { users, items }: SessionState,
): Record<string, unknown> {
  const penalties = [users.penalty, items.penalty];
  return {
    epochs,
    loss,
    ...(!Number.isNaN(rmse) && { rmse }),
    seconds,
    ...(!Number.isNaN(fall) && { fall }),
    start,
    penalties,
  };
}

function tensorsOf({ users, items }: SessionState, width: number, prefix: string): Tensor[] {
  return (
    [
      ["user", users],
      ["item", items],
    ] as const
  ).flatMap(([side, { factors, biases }]) => [
    numbers(`${prefix}${side}_factors`, [factors.length / width, width], factors),
    ...(biases === undefined ? [] : [numbers(`${prefix}${side}_biases`, [biases.length], biases)]),
  ]);
}

function numbers(name: string, shape: readonly number[], values: Float32Array | Float64Array): Tensor {
  const dtype = values instanceof Float64Array ? "F64" : "F32";
  return { name, dtype, shape, data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}
