/**
 * Files of ratings, titles, models and checkpoints, in Node.
 *
 * @module alternant/node
 */

export { loadCheckpoint, saveCheckpoint } from "./checkpoints.js";
export { loadModel, saveModel } from "./model-file.js";
export type { FileName } from "./open-file.js";
export { type PackOptions, type PackProgress, packRatings } from "./pack-ratings.js";
export { openRatings } from "./packed/open.js";
export type { PackedFacts } from "./packed/pack-into.js";
export { PackedRatings } from "./packed/packed-ratings.js";
export { readRatings, readTitles } from "./read.js";
export { type FileContent, writeFileAtomically } from "./write.js";
