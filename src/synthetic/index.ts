export type { GenreWeights, Truth } from "./truth.js";
export { type SyntheticWorld, type SyntheticWorldOptions, syntheticWorld } from "./world.js";
