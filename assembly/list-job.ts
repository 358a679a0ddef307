// What one call over lists works on: some users × some panels of items. TypeScript writes the fields
// (src/kernel/lists/job.ts mirrors this order and a test compares the two); addresses are bytes from the memory's start.

@unmanaged
export class ListJob {
  /** Factors of all items in panels (panels.ts). */
  panels: usize;
  /** One number an item in the precision of the factors: its bias, −∞ for those that fill up the last panel. */
  panelBiases: usize;
  /** float64 biases of the items, or 0 where there are none. */
  itemBiases: usize;
  /** Factors of this call's users in groups. */
  groups: usize;
  /** float64 μ + b of each of this call's users. */
  bases: usize;
  /** float64 of each user: more than a fast score can be away from the exact one, +∞ where that is not known. */
  slacks: usize;
  /** uint32 starts of the users' items to leave out within `excluded`, and the end. */
  excludedStarts: usize;
  /** int32 items, ascending for each user. */
  excluded: usize;
  /** uint32 of each user: the first item to leave out that no call has come to. */
  cursors: usize;
  /** Room for the scores of one group × `chunkPanels` panels. */
  scores: usize;
  /** float64 scores of each user's best items: users × `count`. */
  bestScores: usize;
  /** int32 items of them. */
  bestItems: usize;
  /** int32 of each user: how many there are. */
  bestCounts: usize;
  /** float64 of each user: an item whose fast score is below it is not among the best. */
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
