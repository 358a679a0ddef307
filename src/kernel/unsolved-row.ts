/** A row that the kernels could not solve: ends its half-epoch. Internal; the caller is told by `describeUnsolved`. */
export class UnsolvedRow extends Error {
  readonly row: number;
  /** A `RowState` that is not `solved`. */
  readonly state: number;

  constructor(row: number, state: number) {
    super(`row ${row} ended in state ${state}`);
    this.row = row;
    this.state = state;
  }
}
