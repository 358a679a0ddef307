import { type ByteSource, bytesOf } from "../../model/file/bytes-of.js";
import { checkSeal } from "../../model/file/check-seal.js";
import { BLOCK } from "../../model/file/checksum.js";
import { corrupt } from "../../model/file/corrupt.js";
import { isNumber, isObject, parseEntry } from "../../model/file/entry.js";
import { checkVersion } from "../../model/file/read-metadata.js";
import { type Header, type Refuse, readHeader, readTensors } from "../../model/file/read-safetensors.js";
import { TensorReader } from "../../model/file/tensor-reader.js";
import type { Factors } from "../../model/index.js";
import { createYielder, type Yielder } from "../../yield.js";
import type { RunNumbers } from "../result.js";
import type { SessionState } from "../session.js";
import type { StoppingState } from "../validation.js";
import { CHECKPOINT } from "./format.js";
import type { TrainingIdentity } from "./identity.js";
import type { CheckpointState } from "./state.js";

const damaged: Refuse = (why, cause) => corrupt(why, cause, CHECKPOINT);

/** What a checkpoint says of itself. */
export interface CheckpointDescription {
  readonly identity: TrainingIdentity;
  /** After how many epochs it was made. */
  readonly epochs: number;
}

/** A checkpoint whose bytes are whole, of which no more than what it says of itself has been looked at. */
export interface OpenedCheckpoint extends CheckpointDescription {
  /**
   * All of it, read with turns for the event loop.
   *
   * @throws (rejects) AlternantError "corrupt-checkpoint" where it is not what such a training leaves: a checksum keeps out accidents and
   *   not authors
   */
  read(): Promise<CheckpointState>;
}

/** @throws TypeError for what are no bytes, AlternantError "corrupt-checkpoint", "newer-checkpoint" */
export async function openCheckpoint(source: ByteSource): Promise<OpenedCheckpoint> {
  const file = await bytesOf(source, "resume: a checkpoint");
  await checkSeal(file, CHECKPOINT);
  const { header, identity, progress } = described(file);
  const { epochs } = progress;
  const read = (): Promise<CheckpointState> =>
    stateOf(new TensorReader(readTensors(file, header, damaged), damaged), identity, progress);
  return { identity, epochs, read };
}

/**
 * The same without a look at its checksum or its factors.
 *
 * @param beginning at least up to the end of the header
 * @throws AlternantError "corrupt-checkpoint", "newer-checkpoint"
 */
export function describeCheckpoint(beginning: Uint8Array): CheckpointDescription {
  const { identity, progress } = described(beginning);
  return { identity, epochs: progress.epochs };
}

function described(file: Uint8Array): { header: Header; identity: TrainingIdentity; progress: Progress } {
  const header = readHeader(file, file.length, damaged);
  const { metadata } = header;
  checkVersion(metadata, CHECKPOINT);
  const identity = parseEntry(metadata, "training", isIdentity, CHECKPOINT);
  return { header, identity, progress: parseEntry(metadata, "progress", isProgress, CHECKPOINT) };
}

interface EpochNumbers {
  readonly epochs: number;
  readonly loss: number;
  readonly rmse?: number;
  readonly seconds: number;
  readonly fall?: number;
  readonly start: RunNumbers["start"];
  readonly penalties: readonly [users: number, items: number];
}

interface Progress extends EpochNumbers {
  readonly stopping?: { readonly since: number; readonly best: EpochNumbers & { readonly value: number } };
}

async function stateOf(
  reader: TensorReader,
  identity: TrainingIdentity,
  progress: Progress,
): Promise<CheckpointState> {
  const { stopping: told } = progress;
  if ((told === undefined) !== (identity.validation === null))
    throw damaged("it is judged by validation ratings, or it is not: it says both");
  const session = await sessionOf(reader, identity, "", progress);
  const stopping: StoppingState | undefined = told && {
    since: told.since,
    best: {
      value: told.best.value,
      run: runOf(told.best),
      state: told.since === 0 ? session : await sessionOf(reader, identity, "best_", told.best),
    },
  };
  reader.finish();
  return { identity, run: runOf(progress), session, stopping };
}

async function sessionOf(
  reader: TensorReader,
  { ratings, options }: TrainingIdentity,
  prefix: string,
  { penalties }: EpochNumbers,
): Promise<SessionState> {
  const yielder = createYielder();
  const dtype = options["precision"] === "float32" ? "F32" : "F64";
  const take = async <T extends Factors>(name: string, values: T, shape: readonly number[]): Promise<T> => {
    const type = values instanceof Float64Array ? "F64" : "F32";
    const { data } = reader.take(`${prefix}${name}`, [type], shape);
    await fill(name, values, data, yielder);
    return values;
  };
  const side = async (
    name: "user" | "item",
    rows: number,
    penalty: number,
  ): Promise<SessionState["users"]> => {
    const width = options["factors"] as number;
    const factors = dtype === "F32" ? new Float32Array(rows * width) : new Float64Array(rows * width);
    return {
      factors: await take(`${name}_factors`, factors, [rows, width]),
      biases:
        options["biases"] === "full"
          ? await take(`${name}_biases`, new Float64Array(rows), [rows])
          : undefined,
      penalty,
    };
  };
  return {
    users: await side("user", ratings.users, penalties[0]),
    items: await side("item", ratings.items, penalties[1]),
  };
}

/** Copies numbers, all of which must be finite, out of a file. */
async function fill(name: string, values: Factors, data: Uint8Array, yielder: Yielder): Promise<void> {
  const bytes = new Uint8Array(values.buffer);
  const step = BLOCK / values.BYTES_PER_ELEMENT;
  for (let from = 0; from < values.length; from += step) {
    const at = from * values.BYTES_PER_ELEMENT;
    bytes.set(data.subarray(at, at + BLOCK), at);
    for (const value of values.subarray(from, from + step))
      if (!Number.isFinite(value)) throw damaged(`tensor "${name}" holds ${value}, which is not finite`);
    if (yielder.due()) await yielder.pause();
  }
}

function runOf({
  epochs,
  loss,
  rmse = Number.NaN,
  seconds,
  fall = Number.NaN,
  start,
}: EpochNumbers): RunNumbers {
  return { epochs, loss, rmse, seconds, fall, start };
}

function isIdentity(value: unknown): value is TrainingIdentity {
  if (!isObject(value)) return false;
  const { ratings, options, arithmetic, validation, initial } = value;
  return (
    isObject(ratings) &&
    [ratings["users"], ratings["items"], ratings["count"]].every(isCount) &&
    typeof ratings["hash"] === "string" &&
    isObject(options) &&
    isCount(options["factors"]) &&
    typeof arithmetic === "string" &&
    (validation === null || isObject(validation)) &&
    (initial === null || typeof initial === "string")
  );
}

function isProgress(value: unknown): value is Progress {
  if (!isEpoch(value)) return false;
  const { epochs, stopping } = value;
  if (stopping === undefined) return true;
  if (!isObject(stopping)) return false;
  const { since, best } = stopping;
  // Every epoch is judged: the best is as long ago as it is said to be.
  return isEpoch(best) && isNumber(best["value"]) && isInteger(since) && best.epochs + since === epochs;
}

function isEpoch(value: unknown): value is EpochNumbers & Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false;
  const { epochs, loss, rmse, seconds, fall, start, penalties } = value;
  return (
    isCount(epochs) &&
    [loss, seconds].every(isNumber) &&
    [rmse, fall].every((number) => number === undefined || isNumber(number)) &&
    isObject(start) &&
    typeof start["name"] === "string" &&
    typeof start["why"] === "string" &&
    Array.isArray(penalties) &&
    penalties.length === 2 &&
    penalties.every(isNumber)
  );
}

function isCount(value: unknown): value is number {
  return isInteger(value) && value > 0;
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
