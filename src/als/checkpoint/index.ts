export { identityOf, type TrainingCall, type TrainingIdentity } from "./identity.js";
export { readResume } from "./resume.js";
export { writeCheckpoint } from "./write.js";
