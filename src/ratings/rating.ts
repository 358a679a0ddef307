import type { Id, IdKind } from "./vocabulary.js";

/** A rating as iteration yields it; `weight` and `timestamp` are there when the ratings have them. */
export interface Rating<U extends Id = Id, I extends Id = Id> {
  user: U;
  item: I;
  value: number;
  weight?: number;
  timestamp?: number;
}

/**
 * A rating as it is given: `[user, item]` and an object without `value` mean value 1. A `weight` left out is 1 (where
 * other rows have one); a `timestamp` is a number in any unit, on all rows or on none.
 */
export type RatingRow<U extends Id = Id, I extends Id = Id> =
  | readonly [user: U, item: I]
  | readonly [user: U, item: I, value: number]
  | {
      readonly user: U;
      readonly item: I;
      readonly value?: number;
      readonly weight?: number;
      readonly timestamp?: number;
    };

/** Ratings as columns of equal length; values left out are all 1. */
export interface RatingColumns<U extends Id = Id, I extends Id = Id> {
  users: ArrayLike<U>;
  items: ArrayLike<I>;
  values?: ArrayLike<number>;
  weights?: ArrayLike<number>;
  timestamps?: ArrayLike<number>;
}

/** What to do with a pair that is rated more than once. */
export type Duplicates = "error" | "last" | "mean" | "sum";

/** The kind that ids are turned into, for both sides or each by itself. */
export type IdsOption = IdKind | { users?: IdKind; items?: IdKind };

export interface RatingsOptions<J extends IdsOption = IdsOption> {
  /**
   * "string" turns numbers into strings, "number" turns strings such as "42" into numbers and refuses others.
   * Without it, ids stay what they are, and each side must be all strings or all numbers.
   */
  ids?: J;
  /**
   * A pair rated more than once is an error unless this says which value holds: the "last" given, their "mean" or
   * their "sum". The timestamp is always the last one's; "mean" and "sum" don't go with weights.
   */
  duplicates?: Duplicates;
}

/** Literal types become string or number, as `["ann", "Alien", 5]` should give ids of type string; brands stay. */
export type Widened<T extends Id> = T extends Id
  ? Record<never, never> extends Record<T, 1>
    ? T
    : T extends string
      ? string
      : number
  : never;

type IdOfKind<K extends IdKind> = K extends "string" ? string : number;

/** The type of user ids, given what the rows hold and what the option `ids` says. */
export type UserId<U extends Id, J extends IdsOption> = J extends IdKind
  ? IdOfKind<J>
  : J extends { users: infer K extends IdKind }
    ? IdOfKind<K>
    : Widened<U>;

/** The type of item ids, given what the rows hold and what the option `ids` says. */
export type ItemId<I extends Id, J extends IdsOption> = J extends IdKind
  ? IdOfKind<J>
  : J extends { items: infer K extends IdKind }
    ? IdOfKind<K>
    : Widened<I>;
