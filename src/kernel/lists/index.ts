export { type BestItems, bestItems } from "./best-items.js";
export { type IndexBuilder, indexBuilder } from "./index-builder.js";
export { type Ranks, rankTargets } from "./ranks.js";
export type { Listing, ListRun, Tally } from "./session.js";
export type { ItemLists } from "./source.js";
export type { IndexQuery, Scored, VectorIndex } from "./vector-index.js";
