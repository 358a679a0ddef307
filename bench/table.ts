import Table from "cli-table3";

/** A column: its heading and what stands in it for a row; set to the right unless it says otherwise. */
export interface Column<Row> {
  readonly heading: string;
  readonly align?: "left";
  readonly cell: (row: Row) => string | number | undefined;
}

/** Prints rows under a title; a cell that is undefined shows as a dash. */
export function printTable<Row>(title: string, rows: readonly Row[], columns: readonly Column<Row>[]): void {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const table = new Table({
    head: columns.map(({ heading }) => heading),
    colAligns: columns.map(({ align }) => align ?? "right"),
    style: { head: [], border: [], compact: true },
  });
  table.push(...cells.map((row) => row.map((cell) => String(cell ?? "–"))));
  console.log(`\n${title}\n${table.toString()}`);
}

/** A number with a fixed count of decimals, so that a column's points stand below each other. */
export function fixed(decimals: number, value: number | null | undefined): string | undefined {
  return value?.toFixed(decimals);
}
