import { type Id, type IdKind, Vocabulary } from "../../ratings/vocabulary.js";
import type { HistoryKind, ItemRows, ItemsOnly, ModelHistory, ModelParts } from "../parts.js";
import { bytesOf } from "./bytes-of.js";
import { checkSeal } from "./check-seal.js";
import { corrupt } from "./corrupt.js";
import { fromInt64 } from "./int64.js";
import { numberIds, stringIds } from "./read-ids.js";
import { checkVersion, readItemsOnly, readMetadata } from "./read-metadata.js";
import { readHeader, readTensors } from "./read-safetensors.js";
import { TensorReader } from "./tensor-reader.js";

/**
 * Reads what `writeModel` wrote. The checksum comes first; then everything is checked that could make a model
 * fail or answer nonsense later, because a checksum keeps out accidents and not authors.
 *
 * @throws AlternantError "corrupt-model", "newer-model"
 */
export async function readModel(source: Uint8Array | ArrayBuffer | Blob): Promise<ModelParts> {
  const file = await bytesOf(source, "a model");
  await checkSeal(file);
  const header = readHeader(file);
  checkVersion(header.metadata);
  return partsOf(new TensorReader(readTensors(file, header)), header.metadata);
}

function partsOf(reader: TensorReader, metadata: ReadonlyMap<string, string>): ModelParts {
  const alone = readItemsOnly(metadata);
  return alone === undefined ? wholeParts(reader, metadata) : itemParts(reader, metadata, alone);
}

/** A model of items alone. */
function itemParts(
  reader: TensorReader,
  metadata: ReadonlyMap<string, string>,
  { userIds, rescaling }: ItemsOnly & { readonly userIds: IdKind },
): ModelParts {
  const [m, factors] = reader.sizes("item_factors", 2) as [number, number];
  if (m === 0 || factors === 0)
    throw corrupt(`it has ${m} items and ${factors} factors; a model has at least one of each`);
  const { history, ...described } = readMetadata(metadata, undefined, m);
  if (history !== "none") throw corrupt(`it has no users, and its history is "${history}"`);
  const itemFactors = reader.floats("item_factors", [m, factors]);
  const parts = {
    users: new Vocabulary<Id>(userIds, []),
    items: vocabularyOf(reader, "item", m),
    factors,
    userFactors: itemFactors.slice(0, 0),
    itemFactors,
    userBiases: undefined,
    itemBiases: reader.has("item_biases") ? reader.doubles("item_biases", [m]) : undefined,
    userCounts: new Int32Array(0),
    itemCounts: reader.integers("item_counts", [m], Infinity),
    history: { kind: history },
    itemsOnly: { rescaling },
    ...described,
  };
  reader.finish();
  return parts;
}

function wholeParts(reader: TensorReader, metadata: ReadonlyMap<string, string>): ModelParts {
  const [n, factors] = reader.sizes("user_factors", 2) as [number, number];
  const [m] = reader.sizes("item_factors", 2) as [number, number];
  if (n === 0 || m === 0 || factors === 0)
    throw corrupt(`it has ${n} users, ${m} items and ${factors} factors; a model has at least one of each`);
  const { history, ...described } = readMetadata(metadata, n, m);
  const precision = reader.dtype("user_factors");
  const parts = {
    users: vocabularyOf(reader, "user", n),
    items: vocabularyOf(reader, "item", m),
    factors,
    userFactors: reader.floats("user_factors", [n, factors]),
    itemFactors: reader.floats("item_factors", [m, factors], precision),
    userBiases: reader.has("user_biases") ? reader.doubles("user_biases", [n]) : undefined,
    itemBiases: reader.has("item_biases") ? reader.doubles("item_biases", [m]) : undefined,
    userCounts: reader.integers("user_counts", [n], Infinity),
    itemCounts: reader.integers("item_counts", [m], Infinity),
    history: historyOf(reader, history, n, m),
    ...described,
  };
  reader.finish();
  return parts;
}

function vocabularyOf(reader: TensorReader, side: "user" | "item", count: number): Vocabulary {
  const ids = reader.take(`${side}_ids`, ["U8", "I64"]);
  return ids.dtype === "I64"
    ? numberIds(ids, count)
    : stringIds(ids, reader.take(`${side}_id_offsets`, ["I64"]), count);
}

function historyOf(reader: TensorReader, kind: HistoryKind, users: number, items: number): ModelHistory {
  if (kind === "none") return { kind };
  const [count] = reader.sizes("history_items", 1) as [number];
  const starts = fromInt64(reader.take("history_starts", ["I64"]).data);
  const byUser = { starts, columns: reader.integers("history_items", [count], items) };
  if (!isRows(byUser, users)) throw corrupt("its history is not one ascending list of items for each user");
  if (kind === "items") return { kind, byUser };
  const values = reader.floats("history_values", [count]);
  if (!reader.has("history_weights")) return { kind, byUser: { ...byUser, values } };
  const weights = reader.floats("history_weights", [count]);
  if (!weights.every((weight) => weight > 0)) throw corrupt('tensor "history_weights" holds one not above 0');
  return { kind, byUser: { ...byUser, values, weights } };
}

/** Whether starts ascend from 0 to the number of columns, and columns strictly inside each row. */
function isRows(
  rows: { starts: Float64Array | undefined; columns: Int32Array },
  count: number,
): rows is ItemRows {
  const { starts, columns } = rows;
  if (starts?.length !== count + 1 || starts[0] !== 0 || starts[count] !== columns.length) return false;
  for (let row = 0; row < count; row++) {
    const end = starts[row + 1]!;
    if (end < starts[row]! || end > columns.length) return false;
    for (let at = starts[row]! + 1; at < end; at++) if (columns[at]! <= columns[at - 1]!) return false;
  }
  return true;
}
