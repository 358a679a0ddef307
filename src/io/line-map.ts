/** Which line each row of a file came from, in a few numbers as long as every line holds one row. */
export class LineMap {
  readonly #rows: number[] = [];
  readonly #lines: number[] = [];
  #offset = 0;

  /** Says that row `row` (0-based, in ascending order) begins on line `line`. */
  set(row: number, line: number): void {
    if (line - row === this.#offset) return;
    this.#offset = line - row;
    this.#rows.push(row);
    this.#lines.push(line);
  }

  /** The line on which a row begins. */
  lineOf(row: number): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#rows[middle]! <= row) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? row : this.#lines[low - 1]! + (row - this.#rows[low - 1]!);
  }
}
