export { identityOf, type TrainingCall, type TrainingIdentity } from "./identity.js";
export { readResume } from "./resume.js";
export type { CheckpointState } from "./state.js";
export { writeCheckpoint } from "./write.js";
