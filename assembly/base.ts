// What all pairs of a row add to its system, rated or not (implicit feedback): computed once for all rows of a half-epoch by
// gramian.ts and src/kernel/gramian.ts. A head of 64 bytes, then β·Σuuᵀ over every row of the fixed side as a matrix laid out
// like a row's system, whole and not only its upper triangle, with β·Σm·u (turned) and β·Σu as the columns behind.

/** Sums over all pairs of a row, in float64. */
@unmanaged
export class BaseHead {
  /** −β·Σm, m what the fixed side's bias and the mean say of a pair: the target of an unrated one is 0 − m. */
  targets: f64;
  /** β·Σm². */
  squares: f64;
  /** β times the rows of the fixed side. */
  weight: f64;
}

/** Bytes before the matrix. */
export const BASE_HEAD: usize = 64;
