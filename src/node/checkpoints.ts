import { mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { shortName } from "../als/checkpoint/identity.js";
import { type CheckpointDescription, describeCheckpoint, openCheckpoint } from "../als/checkpoint/read.js";
import { AlternantError, describe } from "../errors.js";
import { isLeftBehind } from "./left-behind.js";
import { type FileName, pathOf, unreadable } from "./open-file.js";
import { temporaryName, unwritable, writeFileBy } from "./write.js";

/** Checkpoints of a training that a folder keeps. */
const KEPT = 2;
/** A header has no ids in it: a few kilobytes. */
const LONGEST_HEADER = 1 << 20;
/** The epoch, and eight digits that tell trainings in one folder apart. */
const NAME = /^epoch-(\d{5,})-([0-9a-f]{8})\.safetensors$/;
/** One that is being written: its training, and the process. */
const TEMPORARY = /^\.alternant-([0-9a-f]{8})-(\d+)-[0-9a-f]{12}\.tmp$/;

/** A checkpoint in a folder, by its name. */
export interface CheckpointFile {
  readonly path: string;
  readonly epoch: number;
  /** The training that it is of: {@link shortName}. */
  readonly training: string;
}

/** Files that this thread is writing, whatever the folder. */
const writing: Set<string> = new Set();

/**
 * Writes a checkpoint into a folder, whole or not at all, and removes the oldest ones of the same training: its two newest stay, and
 * this one. The folder is made where it is missing; other files in it, and checkpoints of other trainings, stay as they are.
 *
 * @param checkpoint what `epoch.checkpoint()` gave
 * @param directory a path or a `file:` URL
 * @returns the path of the file: `epoch-00010-1a2b3c4d.safetensors` in the folder
 * @throws (rejects) AlternantError "corrupt-checkpoint" for other bytes; "output-failed" naming the path and the reason, and "aborted":
 *   older checkpoints are whole then, and nothing else is left
 */
export async function saveCheckpoint(
  checkpoint: Uint8Array,
  directory: FileName,
  options: { signal?: AbortSignal } = {},
): Promise<string> {
  const folder = pathOf(directory);
  const { identity, epochs } = describeCheckpoint(checkpoint);
  const training = shortName(identity);
  const path = join(folder, `epoch-${String(epochs).padStart(5, "0")}-${training}.safetensors`);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw unwritable(folder, error);
  });
  await removeLeftovers(folder, training);
  const temporary = temporaryName(`alternant-${training}-${process.pid}`);
  writing.add(temporary);
  try {
    await writeFileBy(temporary, path, checkpoint, options.signal);
  } finally {
    writing.delete(temporary);
  }
  const own = (await checkpointsIn(folder)).filter((file) => file.training === training);
  for (const old of own.slice(KEPT)) if (old.path !== path) await remove(old.path);
  return path;
}

/**
 * The newest checkpoint in a folder that is whole; undefined where there is none, or no such folder. Where there are several trainings'
 * it is one of the training that a file was written for last: give each a folder of its own.
 *
 * @param directory a path or a `file:` URL
 * @throws (rejects) AlternantError "invalid-file" for a folder that cannot be read; where none is whole, "corrupt-checkpoint" or
 *   "newer-checkpoint" of the newest
 */
export async function loadCheckpoint(directory: FileName): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const files = await checkpointsIn(pathOf(directory));
  const times = await Promise.all(files.map(({ path }) => writtenAt(path)));
  const last = files[times.indexOf(Math.max(...times))];
  const own = files.filter(({ training }) => training === last?.training);
  return (await newestWhole(own, () => undefined))?.bytes;
}

/** The checkpoints in a folder by their names, latest epochs first; none where there is no such folder. @throws (rejects) AlternantError "invalid-file" */
export async function checkpointsIn(folder: string): Promise<CheckpointFile[]> {
  const names = await namesIn(folder);
  return names
    .flatMap((name): CheckpointFile[] => {
      const [, epoch, training] = NAME.exec(name) ?? [];
      return epoch === undefined
        ? []
        : [{ path: join(folder, name), epoch: Number(epoch), training: training! }];
    })
    .sort((a, b) => b.epoch - a.epoch);
}

/**
 * The first of these checkpoints that is whole; undefined where there are none.
 *
 * @param onDamaged told of those that are not, where there is a whole one behind them
 * @throws (rejects) AlternantError of the first, where none is
 */
export async function newestWhole(
  files: readonly CheckpointFile[],
  onDamaged: (error: AlternantError) => void,
): Promise<{ readonly file: CheckpointFile; readonly bytes: Uint8Array<ArrayBuffer> } | undefined> {
  const damaged: AlternantError[] = [];
  for (const file of files) {
    const bytes = await readFile(file.path).catch((error: unknown) => {
      throw unreadable(file.path, error);
    });
    try {
      await openCheckpoint(bytes);
      for (const error of damaged) onDamaged(error);
      return { file, bytes };
    } catch (error) {
      if (!(error instanceof AlternantError)) throw error;
      damaged.push(new AlternantError(error.code, `${file.path}: ${error.message}`, { cause: error }));
    }
  }
  if (damaged[0] !== undefined) throw damaged[0];
  return undefined;
}

/** What a checkpoint says of itself, by its header alone. @throws (rejects) AlternantError as {@link describeCheckpoint}, "invalid-file" */
export async function descriptionIn(path: string): Promise<CheckpointDescription> {
  const handle = await open(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    const start = new Uint8Array(8 + LONGEST_HEADER);
    const { bytesRead } = await handle.read(start);
    return describeCheckpoint(start.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

/** Removes what processes that were killed have left half-written. @throws (rejects) AlternantError "output-failed" */
export async function removeLeftovers(folder: string, training: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    const [, of, pid] = TEMPORARY.exec(name) ?? [];
    if (of !== training || writing.has(name)) continue;
    const path = join(folder, name);
    if (await isLeftBehind(path, Number(pid))) await remove(path);
  }
}

async function writtenAt(path: string): Promise<number> {
  const { mtimeMs } = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  return mtimeMs;
}

/** The names in a folder, those of folders apart. */
async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error.code === "ENOTDIR"
      ? new AlternantError("invalid-file", `${describe(folder)} is a file, not a folder of checkpoints`, {
          cause: error,
        })
      : unreadable(folder, error);
  });
  return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error: unknown) => {
    throw unwritable(path, error);
  });
}
