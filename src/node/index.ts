/**
 * Files of ratings, titles, models and checkpoints, in Node.
 *
 * @module alternant/node
 */

export { loadCheckpoint, saveCheckpoint } from "./checkpoints.js";
export { loadModel, saveModel } from "./model-file.js";
export type { FileName } from "./open-file.js";
export { readRatings, readTitles } from "./read.js";
export { type FileContent, writeFileAtomically } from "./write.js";
