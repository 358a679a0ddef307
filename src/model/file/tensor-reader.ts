import { describe } from "../../errors.js";
import type { Factors } from "../parts.js";
import { corrupt as corruptModel } from "./corrupt.js";
import type { Dtype, Tensor } from "./format.js";
import type { Refuse } from "./read-safetensors.js";

/** Hands out each tensor once, copied and checked, so that none is forgotten. */
export class TensorReader {
  readonly #tensors: Map<string, Tensor>;
  readonly #corrupt: Refuse;

  constructor(tensors: Map<string, Tensor>, corrupt: Refuse = corruptModel) {
    this.#tensors = tensors;
    this.#corrupt = corrupt;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  dtype(name: string): Dtype {
    return this.#get(name).dtype;
  }

  /** The extents of a tensor of the given rank. */
  sizes(name: string, rank: number): readonly number[] {
    const { shape } = this.#get(name);
    if (shape.length !== rank)
      throw this.#corrupt(`tensor "${name}" has shape [${shape}], not one of ${rank} extents`);
    return shape;
  }

  take(name: string, dtypes: readonly Dtype[], shape?: readonly number[]): Tensor {
    const tensor = this.#get(name);
    if (!dtypes.includes(tensor.dtype))
      throw this.#corrupt(`tensor "${name}" has type ${tensor.dtype}, not ${dtypes.join(" or ")}`);
    if (shape !== undefined && String(tensor.shape) !== String(shape))
      throw this.#corrupt(`tensor "${name}" has shape [${tensor.shape}], not [${shape}]`);
    this.#tensors.delete(name);
    return tensor;
  }

  floats(name: string, shape: readonly number[], dtype?: Dtype): Factors {
    const tensor = this.take(name, dtype === undefined ? ["F32", "F64"] : [dtype], shape);
    return this.#finite(
      name,
      tensor.dtype === "F32" ? new Float32Array(copy(tensor)) : new Float64Array(copy(tensor)),
    );
  }

  doubles(name: string, shape: readonly number[]): Float64Array<ArrayBuffer> {
    return this.#finite(name, new Float64Array(copy(this.take(name, ["F64"], shape))));
  }

  /** Integers in 0 … below − 1. */
  integers(name: string, shape: readonly number[], below: number): Int32Array<ArrayBuffer> {
    const values = new Int32Array(copy(this.take(name, ["I32"], shape)));
    for (const value of values)
      if (value < 0 || value >= below)
        throw this.#corrupt(`tensor "${name}" holds ${value}, which is out of bounds`);
    return values;
  }

  /** Refuses tensors that nobody asked for: a model saved again would lose them. */
  finish(): void {
    const [name] = this.#tensors.keys();
    if (name !== undefined) throw this.#corrupt(`it holds the unknown tensor ${describe(name)}`);
  }

  #finite<T extends Float32Array | Float64Array>(name: string, values: T): T {
    for (const value of values)
      if (!Number.isFinite(value))
        throw this.#corrupt(`tensor "${name}" holds ${value}, which is not finite`);
    return values;
  }

  #get(name: string): Tensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw this.#corrupt(`tensor "${name}" is missing`);
    return tensor;
  }
}

/** A tensor's bytes in a buffer of their own, which also aligns them. */
function copy(tensor: Tensor): ArrayBuffer {
  const bytes = new Uint8Array(tensor.data.length);
  bytes.set(tensor.data);
  return bytes.buffer;
}
