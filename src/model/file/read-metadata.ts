import { AlternantError, describe } from "../../errors.js";
import type { IdKind } from "../../ratings/vocabulary.js";
import type { ModelInfo } from "../info.js";
import type { HistoryKind, ItemsOnly, ModelOptions } from "../parts.js";
import { corrupt } from "./corrupt.js";
import { isNumber, isObject, parseEntry } from "./entry.js";
import { type FileKind, MODEL } from "./format.js";

/** What a model file says in its metadata. */
export interface Metadata {
  readonly mean: number;
  readonly range: readonly [min: number, max: number];
  readonly history: HistoryKind;
  readonly options: ModelOptions;
  readonly info: ModelInfo;
}

/**
 * Checks that a file is of a kind, and of a version that can be read.
 *
 * @throws AlternantError with the code of a corrupt file of this kind, or of a newer one
 */
export function checkVersion(metadata: ReadonlyMap<string, string>, kind: FileKind = MODEL): void {
  const { format: expected, version: newest, noun } = kind;
  const format = metadata.get("format");
  if (format !== expected)
    throw corrupt(
      `it is not an Alternant ${noun}: its metadata entry "format" is ${describe(format)}, not "${expected}"`,
      undefined,
      kind,
    );
  const version = metadata.get("version");
  if (version === undefined || !/^[1-9]\d{0,8}$/.test(version))
    throw corrupt(`its format version is ${describe(version)}`, undefined, kind);
  if (Number(version) > newest)
    throw new AlternantError(
      kind.newer,
      `The ${noun} file has format version ${version}, and this version of alternant reads up to ${newest}; update alternant.`,
    );
}

/** Of a model of items alone; undefined for any other. @throws AlternantError "corrupt-model" */
export function readItemsOnly(
  metadata: ReadonlyMap<string, string>,
): (ItemsOnly & { readonly userIds: IdKind }) | undefined {
  return metadata.has("items_only") ? parseEntry(metadata, "items_only", isItemsOnly) : undefined;
}

function isItemsOnly(value: unknown): value is ItemsOnly & { readonly userIds: IdKind } {
  if (!isObject(value)) return false;
  const { userIds, rescaling } = value;
  return (userIds === "string" || userIds === "number") && isNumber(rescaling) && rescaling > 0;
}

/**
 * Reads and checks the metadata of a file of this version.
 *
 * @param users how many the file holds; undefined for a model of items alone
 * @throws AlternantError "corrupt-model"
 */
export function readMetadata(
  metadata: ReadonlyMap<string, string>,
  users: number | undefined,
  items: number,
): Metadata {
  const history = metadata.get("history");
  if (history !== "none" && history !== "items" && history !== "ratings")
    throw corrupt(`its history is ${describe(history)}`);
  const range = parseEntry(metadata, "range", isRange);
  const info = parseEntry(metadata, "info", isInfo);
  if ((users !== undefined && info.data.users !== users) || info.data.items !== items)
    throw corrupt(
      `it holds ${users === undefined ? "" : `${users} users × `}${items} items, and its info speaks of ${info.data.users} × ${info.data.items}`,
    );
  return {
    mean: parseEntry(metadata, "mean", isNumber),
    range,
    history,
    options: parseEntry(metadata, "options", isObject) as ModelOptions,
    info,
  };
}

type Fields = Readonly<Record<string, "number" | "count" | "string">>;

/** The shape of {@link ModelInfo}; entries beyond it are kept unread. */
const INFO: Readonly<Record<Exclude<keyof ModelInfo, "canonical" | "live">, Fields>> = {
  data: {
    users: "count",
    items: "count",
    ratings: "count",
    density: "number",
    mean: "number",
    usersWithoutRatings: "count",
    itemsWithoutRatings: "count",
  },
  parameters: { model: "count", full: "count" },
  run: {
    build: "string",
    why: "string",
    precision: "string",
    arithmetic: "string",
    threads: "count",
    epochs: "count",
    loss: "number",
    seconds: "number",
  },
};

function isInfo(value: unknown): value is ModelInfo {
  return Object.entries(INFO).every(([name, fields]) => {
    const part = isObject(value) ? value[name] : undefined;
    return isObject(part) && Object.entries(fields).every(([field, kind]) => isOf(kind, part[field]));
  });
}

function isOf(kind: Fields[string], value: unknown): boolean {
  if (kind === "string") return typeof value === "string";
  return kind === "number" ? isNumber(value) : Number.isSafeInteger(value) && (value as number) >= 0;
}

function isRange(value: unknown): value is readonly [min: number, max: number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [min, max] = value as unknown[];
  return isNumber(min) && isNumber(max) && min <= max;
}
