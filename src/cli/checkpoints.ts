import { whatDiffers } from "../als/checkpoint/differences.js";
import {
  identityOf,
  shortName,
  type TrainingCall,
  type TrainingIdentity,
} from "../als/checkpoint/identity.js";
import type { EndedEpoch } from "../als/index.js";
import { AlternantError } from "../errors.js";
import {
  type CheckpointFile,
  checkpointsIn,
  descriptionIn,
  newestWhole,
  removeLeftovers,
  saveCheckpoint,
} from "../node/checkpoints.js";
import { type Context, Interrupted, quoted } from "./context.js";

/** What a training goes on from. */
export interface Resumed {
  /** After this epoch. */
  readonly epoch: number;
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** The newest checkpoint of a training in a folder; says where there are only others'. @throws (rejects) AlternantError where none of its own is whole */
export async function findCheckpoint(folder: string, call: TrainingCall): Promise<Resumed | undefined> {
  const files = await checkpointsIn(folder);
  if (files.length === 0) return undefined;
  const identity = await identityOf(call);
  const training = shortName(identity);
  await removeLeftovers(folder, training);
  const any = files.filter((file) => file.training === training);
  const own = any.filter(({ epoch }) => epoch <= call.options.epochs);
  const newest = await newestWhole(own, (error) =>
    console.error(`alternant: ${error.message} Going on from an older one.`),
  );
  if (newest === undefined) {
    const why =
      any[0] === undefined
        ? await otherTraining(files[0]!, identity)
        : `${any[0].path} is further on than --epochs ${call.options.epochs}.`;
    console.error(`alternant: ${why} Training from the beginning.`);
    return undefined;
  }
  const { file, bytes } = newest;
  return { epoch: file.epoch, file: file.path, bytes };
}

async function otherTraining({ path }: CheckpointFile, own: TrainingIdentity): Promise<string> {
  try {
    const { identity } = await descriptionIn(path);
    return `${path} is of another training: ${whatDiffers(identity, own)}.`;
  } catch (error) {
    if (!(error instanceof AlternantError)) throw error;
    return `${path}: ${error.message}`;
  }
}

/** Writes checkpoints of a training as it goes, and the last one at Ctrl-C. */
export class CheckpointWriter {
  readonly #folder: string;
  readonly #every: number;
  readonly #say: (text: string) => void;
  #interrupted = false;

  /** @param say says something on standard error, beside a progress bar */
  constructor(folder: string, every: number, say: (text: string) => void) {
    this.#folder = folder;
    this.#every = every;
    this.#say = say;
  }

  /** Has Ctrl-C end the training with the epoch that it is at. Returns what takes that back. */
  endByInterrupt(context: Context): () => void {
    return context.onInterrupt(() => {
      this.#interrupted = true;
      this.#say("the epoch is brought to its end for a checkpoint; Ctrl-C again stops at once");
    });
  }

  /**
   * What is to be done after an epoch. That a checkpoint cannot be written is told and no more: it is there for the model's sake,
   * and older ones are whole.
   *
   * @throws (rejects) Interrupted after Ctrl-C
   */
  async after(event: EndedEpoch): Promise<void> {
    const { epoch, epochs } = event;
    if (!this.#interrupted && epoch % this.#every !== 0 && epoch !== epochs) return;
    let file: string | undefined;
    try {
      file = await saveCheckpoint(await event.checkpoint(), this.#folder);
    } catch (error) {
      if (!(error instanceof AlternantError) || error.code !== "output-failed") throw error;
      this.#say(`epoch ${epoch} has no checkpoint: ${error.message}`);
    }
    if (this.#interrupted) throw new Interrupted(await this.#farewell(epoch, file));
  }

  async #farewell(epoch: number, file: string | undefined): Promise<string> {
    if (file !== undefined) return `. Epoch ${epoch} is in ${file}; to go on: ${commandToResume()}`;
    const [newest] = await checkpointsIn(this.#folder);
    if (newest === undefined) return ", and there is no checkpoint";
    return `. The newest checkpoint is ${newest.path}; to go on: ${commandToResume()}`;
  }
}

/** The command that was given, with --resume. */
function commandToResume(): string {
  const given = process.argv.slice(2);
  return ["alternant", ...given, ...(given.includes("--resume") ? [] : ["--resume"])].map(quoted).join(" ");
}
