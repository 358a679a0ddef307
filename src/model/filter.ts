import { nameClass } from "../class-name.js";
import { describe } from "../errors.js";
import { checkOptions } from "../options.js";
import type { Id, Vocabulary } from "../ratings/vocabulary.js";
import { indicesOf, unknownIds } from "./lookup.js";

/** What a filter lets through: an item has to pass everything that is given. */
export interface ItemFilterOptions<I extends Id = Id> {
  /** Ids of the only items that may be listed. */
  readonly allow?: readonly I[];
  /** Ids of items that may not be listed. */
  readonly deny?: readonly I[];
  /** Asked once for each item that passes the rest, in vocabulary order; true lets it through. */
  where?(item: I): boolean;
}

interface Compiled {
  readonly items: Vocabulary<Id>;
  readonly bits: Uint32Array;
}

const compiled: WeakMap<object, Compiled> = new WeakMap();

/**
 * Items that may be listed, compiled once by `model.filter` and reused: it acts inside the selection, so lists are never
 * shorter than they need be. Frozen; good for every model that has the same `items`, such as one that `truncate` has made.
 */
export class ItemFilter<I extends Id = Id> {
  static {
    nameClass(ItemFilter, "ItemFilter");
  }

  /** How many items pass. */
  readonly size: number;
  /** Ties a filter to the kind of ids of its items; never there at run time. */
  declare protected readonly item: I;

  /**
   * For models.
   *
   * @internal
   */
  constructor(items: Vocabulary<I>, bits: Uint32Array, size: number) {
    this.size = size;
    compiled.set(this, { items: items as Vocabulary<Id>, bits });
    Object.freeze(this);
  }
}

/** @throws TypeError, RangeError; AlternantError "unknown-id" naming every unknown id; what `where` throws */
export function compileFilter<I extends Id>(
  items: Vocabulary<I>,
  options: ItemFilterOptions<I>,
): ItemFilter<I> {
  checkOptions("filter", options, ["allow", "deny", "where"]);
  const { allow, deny, where } = options;
  if (where !== undefined && typeof where !== "function")
    throw new TypeError(`where must be a function of an item's id, not ${describe(where)}`);
  const unknown: I[] = [];
  const allowed = allow === undefined ? undefined : knownIndices("allow", allow, items, unknown);
  const denied = deny === undefined ? undefined : knownIndices("deny", deny, items, unknown);
  if (unknown.length > 0) throw unknownIds("filter: this", "item", unknown, items);
  const bits = new Uint32Array(Math.ceil(items.size / 32));
  if (allowed === undefined) for (let item = 0; item < items.size; item++) setBit(bits, item);
  else for (const item of allowed) setBit(bits, item);
  if (denied !== undefined) for (const item of denied) clearBit(bits, item);
  let size = 0;
  for (let item = 0; item < items.size; item++) {
    if (!hasBit(bits, item)) continue;
    if (where === undefined || passes(where, items.id(item))) size++;
    else clearBit(bits, item);
  }
  return new ItemFilter(items, bits, size);
}

function passes<I extends Id>(where: (item: I) => boolean, item: I): boolean {
  const passed: unknown = where(item);
  if (typeof passed === "boolean") return passed;
  // A promise, as an async function gives it, would let everything through.
  throw new TypeError(
    `where must return true or false, but for item ${describe(item)} it returned ${describe(passed)}`,
  );
}

/** Indices of a list's ids; what the vocabulary does not know is put into `unknown`. @throws TypeError */
export function knownIndices<I extends Id>(
  name: string,
  ids: readonly I[],
  items: Vocabulary<I>,
  unknown: I[],
): Int32Array {
  const indices = indicesOf("item", ids, items, name);
  for (let at = 0; at < indices.length; at++) if (indices[at] === -1) unknown.push(ids[at]!);
  return indices;
}

/**
 * The bits of a filter, of which bit j & 31 of word j >> 5 says whether item j passes.
 *
 * @throws TypeError for what is no filter; RangeError for one of other items
 */
export function filterBits<I extends Id>(
  filter: ItemFilter<I> | undefined,
  items: Vocabulary<I>,
): Uint32Array | undefined {
  if (filter === undefined) return undefined;
  const found = typeof filter === "object" && filter !== null ? compiled.get(filter) : undefined;
  if (found === undefined)
    throw new TypeError(`filter must be made by model.filter(), not ${describe(filter)}`);
  if (found.items !== (items as Vocabulary<Id>))
    throw new RangeError(
      "filter was made by a model of other items; make it with the filter() of the model that is asked",
    );
  return found.bits;
}

export function hasBit(bits: Uint32Array, index: number): boolean {
  return ((bits[index >> 5]! >>> (index & 31)) & 1) === 1;
}

function setBit(bits: Uint32Array, index: number): void {
  bits[index >> 5]! |= 1 << (index & 31);
}

export function clearBit(bits: Uint32Array, index: number): void {
  bits[index >> 5]! &= ~(1 << (index & 31));
}
