// What one call over lists works on: some users × some panels of items. TypeScript writes the fields
// (src/kernel/lists/job.ts mirrors this order and a test compares the two); addresses are bytes from the memory's start.
//
// Items lie at places, in an order of falling bounds where best items are looked for, by index where targets are ranked. Each
// has a bound, made as a score is, of a vector of its own (src/kernel/lists/bounds.ts): no score is above it by more than
// the user's slack.

@unmanaged
export class ListJob {
  /** Factors of all items in panels (panels.ts). */
  panels: usize;
  /** What bounds are made of, in panels; the same as `panels` where a bound is a fast score. */
  boundPanels: usize;
  /** The same in 16 bits a number, for a call with one user (panels.ts); or 0. */
  halves: usize;
  /** One number a place in the precision of the factors: the item's bias or 0, −∞ for those that fill up the last panel. */
  panelBiases: usize;
  /** float64 biases by place, or 0 where there are none. */
  itemBiases: usize;
  /** int32 item at each place, or 0 where places are items. */
  order: usize;
  /** float64 ‖u‖ by place, where scores are cosines; else 0. */
  lengths: usize;
  /** The same in the precision of the factors. */
  panelLengths: usize;
  /** float64 greatest c + s·‖u‖ of each chunk of panels, for CHUNK_STEPS + 1 lengths s of users; 0 where none is to be skipped. */
  chunkBounds: usize;
  /** Factors of this call's users in groups. */
  groups: usize;
  /** What their bounds are made of, in groups. */
  boundGroups: usize;
  /** float64 μ + b of each of this call's users. */
  bases: usize;
  /** float64 of each user: more than an exact score can be above its bound, +∞ where that is not known. */
  slacks: usize;
  /** float64 ‖w‖ of each user. */
  norms: usize;
  /** float64 of each user: ‖w‖ in steps of the lengths that chunks have bounds for. */
  steps: usize;
  /** uint32 starts of the users' items to leave out within `excluded`, and the end. */
  excludedStarts: usize;
  /** int32 items, ascending for each user. */
  excluded: usize;
  /** Bits of the items that may be listed, or 0 where all may. */
  filter: usize;
  /** uint32 of each user: the first item to leave out that no call has come to, where targets are ranked. */
  cursors: usize;
  /** float64: an item with a lower score is not listed. */
  floor: usize;
  /** Room for the scores of one group × `chunkPanels` panels. */
  scores: usize;
  /** Two float64: bounds that were made, and exact scores. */
  tally: usize;
  /** float64 scores of each user's best items: users × `count`. */
  bestScores: usize;
  /** int32 items of them. */
  bestItems: usize;
  /** int32 of each user: how many there are. */
  bestCounts: usize;
  /** float64 of each user: an item whose bound is below it is not among the best. */
  thresholds: usize;
  /** uint32 starts of the users' targets, and the end. */
  targetStarts: usize;
  /** int32 item of each target. */
  targets: usize;
  /** float64 exact score of each target. */
  targetScores: usize;
  /** int32 of each target: items with a higher score. */
  better: usize;
  /** int32 of each target: other items with the same score. */
  tied: usize;
  /** int32 of each target: those of them with a lower index. */
  tiedBefore: usize;
  userCount: i32;
  itemCount: i32;
  /** K. */
  factors: i32;
  /** Numbers that a bound is made of. */
  boundFactors: i32;
  /** This call's panels, and all that there are: the first call prepares, the last one puts lists in order. */
  panelFrom: i32;
  panelTo: i32;
  panelCount: i32;
  /** Panels that are scored at a time. */
  chunkPanels: i32;
  /** Items to keep of each user; 0 to rank targets. */
  count: i32;
  /** A target with so many better items is not followed any further. */
  limit: i32;
}
