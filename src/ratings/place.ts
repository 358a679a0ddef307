/** Where a column stands, or would stand, among those from `from` to `to` − 1, which ascend. */
export function placeOf(
  columns: ArrayLike<number>,
  column: number,
  from: number = 0,
  to: number = columns.length,
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (columns[middle]! < column) low = middle + 1;
    else high = middle;
  }
  return low;
}
