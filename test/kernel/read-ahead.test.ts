import { describe, expect, it } from "vitest";
import { readAhead } from "../../src/kernel/lanes/read-ahead.js";
import { Run } from "../../src/kernel/lanes/run.js";
import { RunControl } from "../../src/kernel/lanes/run-control.js";
import { AHEAD, ReadAhead } from "../../src/kernel/read-ahead.js";
import type { RatingsSide } from "../../src/ratings/index.js";
import { CAN_SHARE } from "../support/sharing.js";

const ROWS = 64;
/** A row has an eighth of what is brought near at most. */
const ROW = AHEAD / 8;

/** A side that says what it was asked to bring near. */
function sideOf(asked: [from: number, to: number][]): RatingsSide {
  return {
    rowCount: ROWS,
    columnCount: 1,
    count: ROWS * ROW,
    starts: Float64Array.from({ length: ROWS + 1 }, (_, row) => row * ROW),
    valueBytes: 4,
    read: () => {},
    ahead: async (from, to) => void asked.push([from, to]),
    share: () => undefined,
  };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe.runIf(CAN_SHARE)("reading ahead", () => {
  it("of one thread stays before it, no farther than it may, and ends with the side", async () => {
    const asked: [number, number][] = [];
    const side = sideOf(asked);
    const ahead = new ReadAhead(side);
    for (let position = 0; position < side.count; position += ROW / 8) {
      const before = asked.length;
      ahead.from(position);
      await Promise.resolve();
      await Promise.resolve();
      for (const [from, to] of asked.slice(before)) {
        expect(from).toBeGreaterThanOrEqual(position);
        expect(to).toBeLessThanOrEqual(position + AHEAD + ROW);
      }
    }
    expect(asked.at(-1)![1]).toBe(side.count);
    for (let at = 1; at < asked.length; at++) expect(asked[at]![0]).toBe(asked[at - 1]![1]);
  });

  it("of lanes follows the order in which they claim chunks, and skips what they have", async () => {
    const asked: [number, number][] = [];
    const chunks = Int32Array.from({ length: 2 * ROWS }, (_, i) => ROWS - 1 - (i >> 1) + (i % 2));
    const control = RunControl.create(1);
    const run = new Run(control, ROWS, 1);
    control.enter(0);
    control.claim();
    const reading = readAhead(run, chunks, sideOf(asked));
    await settled();
    const rows = (): number[] => asked.map(([from]) => from / ROW);
    // The first chunk is claimed; eight more are near.
    expect(rows()).toEqual([62, 61, 60, 59, 58, 57, 56, 55]);
    for (let claims = 0; claims < 20; claims++) control.claim();
    await settled();
    expect(rows().slice(8)).toEqual([42, 41, 40, 39, 38, 37, 36, 35]);
    run.stop();
    run.leave(0, undefined);
    await reading;
    expect(rows().length).toBe(16);
  });

  it("is nothing for a side that is near", async () => {
    const { ahead: _, ...side } = sideOf([]);
    expect(() => new ReadAhead(side).from(0)).not.toThrow();
    // Although the run is not over.
    const run = new Run(RunControl.create(1), 1, 1);
    await expect(readAhead(run, Int32Array.of(0, 1), side)).resolves.toBeUndefined();
  });
});
