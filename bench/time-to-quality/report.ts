import { fixed, type Report, tableOf } from "../table.js";
import type { SettingResult } from "./result.js";

/** What a setting's tables tell. */
export function reportsOf({ shape, feedback, factors, metric, rows, tolerances }: SettingResult): Report[] {
  const where = `${shape}, ${feedback}, K = ${factors}`;
  return [
    tableOf(
      `${where}: until (J − J*)/J* ≤ 0.001, and until ${metric} is within 0.2 % of plain ALS's best`,
      rows,
      [
        { heading: "variant", align: "left", cell: (row) => row.variant },
        { heading: "precision", align: "left", cell: (row) => row.precision },
        { heading: "λ", cell: (row) => `${row.lambda}×` },
        { heading: "seeds", cell: (row) => row.seeds },
        { heading: "J: epochs", cell: (row) => row.loss.epochs ?? undefined },
        { heading: "seconds", cell: (row) => fixed(2, row.loss.seconds) },
        { heading: "× plain", cell: (row) => fixed(2, row.loss.ratio) },
        { heading: `${metric}: epochs`, cell: (row) => row.quality.epochs ?? undefined },
        { heading: "seconds", cell: (row) => fixed(2, row.quality.seconds) },
        { heading: "× plain", cell: (row) => fixed(2, row.quality.ratio) },
      ],
    ),
    tableOf(`${where}: where J that falls by at most a tolerance would end training`, tolerances, [
      { heading: "variant", align: "left", cell: (row) => row.variant },
      { heading: "tolerance", cell: (row) => row.tolerance.toExponential(0) },
      { heading: "epochs", cell: (row) => row.epochs ?? undefined },
      { heading: "J above J*", cell: (row) => percent(row.lossGap) },
      { heading: `${metric} worse than plain's best`, cell: (row) => percent(row.qualityGap) },
    ]),
  ];
}

function percent(share: number | null): string | undefined {
  return share === null ? undefined : `${(100 * share).toFixed(3)} %`;
}
