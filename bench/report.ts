import type { EpochRow } from "./epochs.js";
import type { KernelRow } from "./kernel-rows.js";
import type { Peak } from "./peak/measure.js";
import { fixed, printTable } from "./table.js";

export function printPeaks(peaks: readonly Peak[]): void {
  printTable("Peak: the fastest of a family of kernels that only multiply and add", peaks, [
    { heading: "build", align: "left", cell: (row) => row.build },
    { heading: "precision", align: "left", cell: (row) => row.precision },
    { heading: "GFLOP/s", cell: (row) => fixed(1, row.gflops) },
    { heading: "its median", cell: (row) => fixed(1, row.medianGflops) },
    { heading: "kernel", align: "left", cell: (row) => row.variant },
  ]);
}

export function printKernels(rows: readonly KernelRow[]): void {
  printTable("Kernels, one thread (rows: 145 ratings a row, biases none)", rows, [
    { heading: "kernel", align: "left", cell: (row) => row.kernel },
    { heading: "factors", cell: (row) => row.factors },
    { heading: "build", align: "left", cell: (row) => row.build },
    { heading: "precision", align: "left", cell: (row) => row.precision },
    { heading: "GFLOP/s", cell: (row) => fixed(1, row.gflops) },
    { heading: "median", cell: (row) => fixed(1, row.medianGflops) },
    { heading: "of peak", cell: (row) => percent(row.shareOfPeak) },
    { heading: "useful", cell: (row) => percent(row.usefulShare) },
  ]);
}

export function printEpochs(rows: readonly EpochRow[]): void {
  const times = (value: number | null): string | undefined =>
    value === null ? undefined : `${value.toFixed(1)}×`;
  printTable(
    "Epochs of explicit ALS, exact solves (fastest round; ratios are medians of the rounds' quotients, “to first” to the first row with a 1 above)",
    rows,
    [
      { heading: "shape", align: "left", cell: (row) => row.shape },
      { heading: "factors", cell: (row) => row.factors },
      { heading: "precision", align: "left", cell: (row) => row.precision },
      { heading: "arithmetic", align: "left", cell: (row) => row.arithmetic },
      { heading: "threads", cell: (row) => row.threads },
      { heading: "biases", align: "left", cell: (row) => row.biases },
      { heading: "items s", cell: (row) => fixed(3, row.itemsSeconds) },
      { heading: "users s", cell: (row) => fixed(3, row.usersSeconds) },
      { heading: "epoch s", cell: (row) => fixed(3, row.secondsPerEpoch) },
      { heading: "median", cell: (row) => fixed(3, row.medianSecondsPerEpoch) },
      { heading: "of peak", cell: (row) => percent(row.shareOfPeak) },
      { heading: "to first", cell: (row) => fixed(3, row.ratioToFirst) },
      { heading: "plain s", cell: (row) => fixed(3, row.plainSecondsPerEpoch) },
      { heading: "ratio", cell: (row) => times(row.plainRatio) },
      { heading: "blocked s", cell: (row) => fixed(3, row.blockedSecondsPerEpoch) },
      { heading: "ratio", cell: (row) => times(row.blockedRatio) },
    ],
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
