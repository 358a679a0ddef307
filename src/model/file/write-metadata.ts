import type { ModelParts } from "../parts.js";
import { MODEL } from "./format.js";

/** The metadata of a model file, the place of the checksum first. Strings only: safetensors allows nothing else. */
export function metadataOf(parts: ModelParts): [name: string, value: string][] {
  return [
    ["crc32", "00000000"],
    ["format", MODEL.format],
    ["version", String(versionOf(parts))],
    ["mean", JSON.stringify(parts.mean)],
    ["range", JSON.stringify(parts.range)],
    ["history", parts.history.kind],
    ["options", JSON.stringify(parts.options)],
    ["info", JSON.stringify(parts.info)],
    ...itemsOnly(parts),
  ];
}

function versionOf({ itemsOnly, history }: ModelParts): number {
  const weighted = history.kind === "ratings" && history.byUser.weights !== undefined;
  return itemsOnly !== undefined || weighted ? 2 : 1;
}

function itemsOnly({ itemsOnly, users }: ModelParts): [name: string, value: string][] {
  return itemsOnly === undefined
    ? []
    : [["items_only", JSON.stringify({ userIds: users.kind, ...itemsOnly })]];
}
