import Table from "cli-table3";

/** A column: its heading and what stands in it for a row; set to the right unless it says otherwise. */
export interface Column<Row> {
  readonly heading: string;
  readonly align?: "left";
  readonly cell: (row: Row) => string | number | undefined;
}

/** A table for the terminal and the same for a page. */
export interface Report {
  readonly text: string;
  readonly markdown: string;
}

/** Rows under a title; a cell that is undefined shows as a dash. */
export function tableOf<Row>(title: string, rows: readonly Row[], columns: readonly Column<Row>[]): Report {
  const headings = columns.map(({ heading }) => heading);
  const aligns = columns.map(({ align }) => align ?? "right");
  const cells = rows.map((row) => columns.map(({ cell }) => String(cell(row) ?? "–")));
  const table = new Table({
    head: headings,
    colAligns: aligns,
    style: { head: [], border: [], compact: true },
  });
  table.push(...cells);
  const line = (fields: readonly string[]) => `| ${fields.join(" | ")} |`;
  const rule = aligns.map((align) => (align === "right" ? "---:" : "---"));
  return {
    text: `\n${title}\n${table.toString()}`,
    markdown: [`## ${title}\n`, line(headings), line(rule), ...cells.map(line)].join("\n"),
  };
}

/** Prints a table. */
export function printTable<Row>(title: string, rows: readonly Row[], columns: readonly Column<Row>[]): void {
  console.log(tableOf(title, rows, columns).text);
}

/** A number with a fixed count of decimals, so that a column's points stand below each other. */
export function fixed(decimals: number, value: number | null | undefined): string | undefined {
  return value?.toFixed(decimals);
}
