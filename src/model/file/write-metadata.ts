import type { ModelParts } from "../parts.js";
import { FORMAT, VERSION } from "./format.js";

/** The metadata of a model file, the place of the checksum first. Strings only: safetensors allows nothing else. */
export function metadataOf(parts: ModelParts): [name: string, value: string][] {
  return [
    ["crc32", "00000000"],
    ["format", FORMAT],
    ["version", String(VERSION)],
    ["mean", JSON.stringify(parts.mean)],
    ["range", JSON.stringify(parts.range)],
    ["history", parts.history.kind],
    ["options", JSON.stringify(parts.options)],
    ["info", JSON.stringify(parts.info)],
  ];
}
