import { untilAborted } from "../../abort.js";
import type { ByteSource } from "../../model/file/bytes-of.js";
import { checkContent, checkDescription } from "./differences.js";
import type { TrainingCall, TrainingIdentity } from "./identity.js";
import { openCheckpoint } from "./read.js";
import type { CheckpointState } from "./state.js";

/**
 * What a training is to go on from.
 *
 * @param own tells what that training is
 * @throws TypeError for what are no bytes; AlternantError "corrupt-checkpoint", "newer-checkpoint", "checkpoint-mismatch", "aborted"
 */
export async function readResume(
  source: ByteSource,
  call: TrainingCall,
  own: () => Promise<TrainingIdentity>,
  signal: AbortSignal | undefined,
): Promise<CheckpointState> {
  const opened = await openCheckpoint(source);
  checkDescription(opened.identity, opened.epochs, call);
  checkContent(opened.identity, await untilAborted(own(), signal, "ALS.fit"));
  return opened.read();
}
