import { nameClass } from "../class-name.js";
import { checkInteger } from "../options.js";
import type { Id } from "../ratings/vocabulary.js";
import { writeModel } from "./file/write.js";
import type { Inspection, InspectOptions } from "./inspect.js";
import { withUsers } from "./no-users.js";
import type { ModelParts } from "./parts.js";
import type {
  CanonicalOptions,
  DecomposeOptions,
  FactorExtremes,
  ModelSvd,
  TopOptions,
  WeightedItem,
} from "./results.js";
import { rowsOf, SolvingModel } from "./solving-model.js";
import { partsOf } from "./stored-model.js";
import type { Top } from "./top.js";
import { topOf } from "./top-lists.js";

/**
 * A trained model: r̂ = μ + b + c + wᵀu, with biases b, c and latent factors w, u of a user and an item. Immutable;
 * everything that it returns is a copy or frozen.
 *
 * Comes from an estimator such as `ALS`, or from {@link Model.fromBytes}. Where the engine has `Symbol.dispose`, it
 * can be declared with `using`. After {@link Model.dispose} every use throws AlternantError "disposed".
 */
export class Model<U extends Id = Id, I extends Id = Id> extends SolvingModel<U, I> {
  static {
    nameClass(Model, "Model");
  }

  /**
   * The items highest and lowest on latent feature k = 0 … factors − 1, the most extreme first: a feature means
   * nothing until it is looked at. Items without training ratings are left out.
   */
  factor(k: number, options: TopOptions = {}): FactorExtremes<I> {
    const { factors, items, itemFactors, itemCounts } = partsOf(this);
    checkInteger("k", k, 0, factors - 1);
    const highest = topOf("factor", options);
    const lowest = topOf("factor", options);
    for (let item = 0; item < items.size; item++) {
      if (itemCounts[item] === 0) continue;
      const value = itemFactors[item * factors + k]!;
      highest.offer(item, value);
      lowest.offer(item, -value);
    }
    const list = (top: Top): WeightedItem<I>[] =>
      top.drain().map(({ index }) => ({ item: items.id(index), value: itemFactors[index * factors + k]! }));
    return { highest: list(highest), lowest: list(lowest) };
  }

  /**
   * The singular value decomposition of R̂ without μ and biases: what W Uᵀ is made of, in axes that mean something by
   * themselves, which factors do not (any invertible map of them gives the same predictions). In float64; nothing N × M is
   * formed. Where values are equal, their axes are some orthonormal basis of what they span, the same on every machine.
   *
   * @throws AlternantError "too-large", "aborted", "lane-failed" when a thread died, "disposed" when the engine was
   */
  async svd(options: DecomposeOptions = {}): Promise<ModelSvd> {
    const parts = withUsers(partsOf(this));
    const { svdOf } = await import("./svd.js");
    return svdOf(parts, options);
  }

  /**
   * The same predictions from factors P√S and Q√S of {@link Model.svd}: feature k is the k-th most important taste.
   *
   * @throws as {@link Model.svd}
   */
  async canonical(options: CanonicalOptions = {}): Promise<Model<U, I>> {
    const parts = withUsers(partsOf(this));
    const { canonicalParts } = await import("./canonical.js");
    return new Model(await canonicalParts(parts, "canonical", parts.factors, options));
  }

  /**
   * A smaller model, of the first k axes of {@link Model.canonical}: no other of rank k is nearer to R̂ without μ and biases
   * in the sum of squares (Eckart, Young, "The approximation of one matrix by another of lower rank", 1936).
   *
   * @param k 1 … factors
   * @throws as {@link Model.svd}; RangeError for another k
   */
  async truncate(k: number, options: CanonicalOptions = {}): Promise<Model<U, I>> {
    const parts = withUsers(partsOf(this));
    const { canonicalParts } = await import("./canonical.js");
    return new Model(
      await canonicalParts(parts, "truncate", checkInteger("k", k, 1, parts.factors), options),
    );
  }

  /**
   * What the model has learnt: the axes of its singular value decomposition ({@link Model.svd}) by importance, each with
   * the items highest and lowest on it, and how many there really are. Unlike single features of raw factors, axes mean
   * something each.
   *
   * @throws RangeError for more axes than factors; as {@link Model.svd}
   */
  async inspect(options: InspectOptions = {}): Promise<Inspection<I>> {
    const parts = withUsers(partsOf(this));
    const { inspect } = await import("./inspect.js");
    return inspect(parts, options);
  }

  /**
   * The smaller model that is enough for {@link Model.foldIn}, `popular`, `similarItems`, `factor` and what else asks of items: without
   * users, their factors and history, so that a page can have it and nobody's taste need leave the page. It can be saved and loaded;
   * what asks of users throws "no-users".
   *
   * @throws AlternantError "not-supported", as {@link Model.foldIn}
   */
  async forFoldIn(): Promise<Model<U, I>> {
    return new Model(await (await rowsOf(this)).itemsOnly());
  }

  /** The model as a safetensors file with a checksum, for {@link Model.fromBytes}. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return writeModel(partsOf(this));
  }

  /**
   * Reads what {@link Model.toBytes} wrote. Only the file knows the type of its ids: the caller states it.
   *
   * @throws AlternantError "corrupt-model" for a damaged file or one that isn't a model; "newer-model" for one of a
   * later format version
   */
  static async fromBytes<U extends Id = Id, I extends Id = Id>(
    bytes: Uint8Array | ArrayBuffer | Blob,
  ): Promise<Model<U, I>> {
    const { readModel } = await import("./file/read.js");
    return new Model<U, I>((await readModel(bytes)) as unknown as ModelParts<U, I>);
  }
}
