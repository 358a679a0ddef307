import type { ModelParts } from "../parts.js";
import { seal } from "./checksum.js";
import type { Tensor } from "./format.js";
import { toInt64 } from "./int64.js";
import { idTensors } from "./write-ids.js";
import { metadataOf } from "./write-metadata.js";
import { writeSafetensors } from "./write-safetensors.js";

/** A model as a safetensors file, sealed with a checksum. @throws AlternantError "too-large" */
export function writeModel(parts: ModelParts): Uint8Array<ArrayBuffer> {
  const { users, items, factors } = parts;
  const tensors = [
    numbers("user_factors", [users.size, factors], parts.userFactors),
    numbers("item_factors", [items.size, factors], parts.itemFactors),
    numbers("user_counts", [users.size], parts.userCounts),
    numbers("item_counts", [items.size], parts.itemCounts),
    ...idTensors("user", users),
    ...idTensors("item", items),
  ];
  if (parts.userBiases !== undefined) tensors.push(numbers("user_biases", [users.size], parts.userBiases));
  if (parts.itemBiases !== undefined) tensors.push(numbers("item_biases", [items.size], parts.itemBiases));
  if (parts.history.kind !== "none") {
    const { starts, columns } = parts.history.byUser;
    tensors.push({ name: "history_starts", dtype: "I64", shape: [starts.length], data: toInt64(starts) });
    tensors.push(numbers("history_items", [columns.length], columns));
    if (parts.history.kind === "ratings") {
      const { values, weights } = parts.history.byUser;
      tensors.push(numbers("history_values", [columns.length], values));
      if (weights !== undefined) tensors.push(numbers("history_weights", [columns.length], weights));
    }
  }
  const kept = parts.itemsOnly ? tensors.filter(({ name }) => !name.startsWith("user_")) : tensors;
  const file = writeSafetensors(metadataOf(parts), kept);
  seal(file);
  return file;
}

function numbers(
  name: string,
  shape: readonly number[],
  values: Float64Array | Float32Array | Int32Array,
): Tensor {
  const dtype = values instanceof Float64Array ? "F64" : values instanceof Float32Array ? "F32" : "I32";
  return { name, dtype, shape, data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}
