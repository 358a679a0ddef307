import type { FileKind } from "../../model/file/format.js";

/**
 * Files of checkpoints: safetensors, sealed as models are. Tensors `user_factors`, `item_factors`, `user_biases`, `item_biases`, and the
 * same with `best_` in front where validation ratings judged an earlier epoch best; what the training is, and how far it has come,
 * in the metadata `training` and `progress`.
 */
export const CHECKPOINT: FileKind = {
  format: "alternant-checkpoint",
  version: 1,
  noun: "checkpoint",
  corrupt: "corrupt-checkpoint",
  newer: "newer-checkpoint",
  remedy: "go on from an older one, or train from the beginning",
};
