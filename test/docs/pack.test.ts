import { describe, expect, it } from "vitest";
import { read } from "../house/sources.js";

interface PackRow {
  readonly seconds: number;
  readonly ratingsPerSecond: number;
  readonly peakMB: number;
}

interface CheckpointRow {
  readonly what: string;
  readonly bytes: number;
  readonly epochSeconds: number;
  readonly firstSeconds: number;
  readonly laterSeconds: number;
  readonly saveSeconds: number;
  readonly loadSeconds: number;
}

const packed = JSON.parse(read("bench/results/pack.json")) as {
  readonly ratings: number;
  readonly csvBytes: number;
  readonly packedBytes: number;
  readonly ratio: number;
  readonly rows: readonly [PackRow, PackRow, PackRow];
};
const checkpoints = JSON.parse(read("bench/results/checkpoint.json")) as {
  readonly rows: readonly CheckpointRow[];
};
const [packing, file, memory] = packed.rows;
const thousands = (number: number): string => Math.round(number).toLocaleString("en-US");

describe("of ratings in a file", () => {
  it("docs/big-data.md says what bench/results/pack.json holds", () => {
    const page = read("docs/big-data.md").replace(/\s+/g, " ");
    const sizes = [packed.ratings, packed.csvBytes / 1e6, packed.packedBytes / 1e6].map(thousands);
    const cells = [
      ...sizes,
      packing.seconds.toFixed(1),
      thousands(packing.peakMB),
      file.seconds.toFixed(2),
      thousands(file.peakMB),
    ];
    expect(page).toContain(`| ${cells.join(" | ")} | measured |`);
    expect(page).toContain(
      `That is ${(packing.ratingsPerSecond / 1e6).toFixed(1)} million ratings packed a second. In memory the same 100 million ratings take at most ${thousands(memory.peakMB)} MB, and an epoch ${memory.seconds.toFixed(2)} s: from the file it takes ${packed.ratio.toFixed(2)} times as long`,
    );
  });

  it("docs/performance.md says the same", () => {
    const page = read("docs/performance.md").replace(/\s+/g, " ");
    expect(page).toContain(
      `\`alternant pack\` ${packing.seconds.toFixed(1)} s, ${(packing.ratingsPerSecond / 1e6).toFixed(2)} million ratings a second, ${thousands(packing.peakMB)} MB resident at its peak; an epoch from the file ${file.seconds.toFixed(2)} s and ${thousands(file.peakMB)} MB, in memory ${memory.seconds.toFixed(2)} s and ${thousands(memory.peakMB)} MB, ${packed.ratio.toFixed(2)} times as long from the file`,
    );
  });
});

describe("of checkpoints docs/training.md says what bench/results/checkpoint.json holds", () => {
  it.each(checkpoints.rows)("$what", (row) => {
    const times = [
      row.firstSeconds,
      row.laterSeconds,
      row.saveSeconds,
      row.loadSeconds,
      row.epochSeconds,
    ].map((seconds) => `${seconds.toFixed(2)} s`);
    expect(read("docs/training.md")).toContain(
      `| ${row.what} | ${(row.bytes / 1e6).toFixed(1)} MB | ${times.join(" | ")} |`,
    );
  });
});
