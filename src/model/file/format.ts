import type { ErrorCode } from "../../errors.js";

// The format: 8 bytes header length (u64, little-endian), a JSON header padded with spaces, then the tensors' bytes,
// little-endian, without holes. https://github.com/huggingface/safetensors#format

/** Bytes of an element of each type. */
export const SIZES = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

export type Dtype = keyof typeof SIZES;

export interface Tensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** The elements' bytes. */
  readonly data: Uint8Array;
}

/** A kind of sealed safetensors file: what its metadata say that it is, and what messages say of it. */
export interface FileKind {
  readonly format: string;
  /** The newest version of the format that this code reads. */
  readonly version: number;
  /** "model". */
  readonly noun: string;
  readonly corrupt: ErrorCode;
  readonly newer: ErrorCode;
  /** What to do about a damaged file, as a message ends. */
  readonly remedy: string;
}

/**
 * Files of models. They are written in the oldest version that has what a model holds: 2 for a model of items alone, which has no
 * tensors of users, and for a history of ratings with weights (`history_weights`); 1 otherwise.
 */
export const MODEL: FileKind = {
  format: "alternant",
  version: 2,
  noun: "model",
  corrupt: "corrupt-model",
  newer: "newer-model",
  remedy: "fetch it again or train again",
};
