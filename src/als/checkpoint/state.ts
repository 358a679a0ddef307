import type { RunNumbers } from "../result.js";
import type { SessionState } from "../session.js";
import type { StoppingState } from "../validation.js";
import type { TrainingIdentity } from "./identity.js";

/** What a checkpoint holds. */
export interface CheckpointState {
  /** The training that it is of. */
  readonly identity: TrainingIdentity;
  /** After how many epochs, and what the last came to. */
  readonly run: RunNumbers;
  readonly session: SessionState;
  /** Where validation ratings judge epochs. */
  readonly stopping: StoppingState | undefined;
}
