export { RatingsBuilder } from "./builder.js";
export { checkContents, checkSource, notRatings } from "./check-source.js";
export type { ConcatOptions } from "./concat.js";
export type { CsrArrays, Values } from "./csr.js";
export { Csr, csrOf, openSide } from "./csr.js";
export type { DecayOptions } from "./decay.js";
export type { DrawBy } from "./draw.js";
export type { FilterOptions } from "./filter.js";
export type { HeldOutUsers, HoldOutUsersOptions } from "./hold-out-users.js";
export type { LeaveOutOptions, LeftOut } from "./leave-out.js";
export type {
  Duplicates,
  IdsOption,
  ItemId,
  Rating,
  RatingColumns,
  RatingRow,
  RatingsOptions,
  UserId,
} from "./rating.js";
export { Ratings } from "./ratings.js";
export type { ReadOptions } from "./read.js";
export type { RatingsSide, RatingsSource, SharedSide } from "./source.js";
export type { SplitOptions } from "./split.js";
export type { Id, IdKind } from "./vocabulary.js";
export { Vocabulary } from "./vocabulary.js";
