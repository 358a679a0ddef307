/**
 * Files of ratings, titles and models, in Node.
 *
 * @module alternant/node
 */

export { loadModel, saveModel } from "./model-file.js";
export type { FileName } from "./open-file.js";
export { readRatings, readTitles } from "./read.js";
export { type FileContent, writeFileAtomically } from "./write.js";
