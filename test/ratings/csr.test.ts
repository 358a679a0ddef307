import { afterEach, describe, expect, it, vi } from "vitest";
import { Ratings } from "../../src/ratings/index.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

const rows: [string, string, number][] = [
  ["ann", "Alien", 5],
  ["bob", "Brazil", 3.5],
  ["ann", "Casablanca", 2],
  ["bob", "Alien", 1],
];

describe("Csr", () => {
  it("holds both orientations in ascending order", () => {
    const { byUser, byItem } = Ratings.from(rows);
    expect([byUser.rowCount, byUser.columnCount, byUser.count]).toEqual([2, 3, 4]);
    expect([...byUser.starts]).toEqual([0, 2, 4]);
    expect([...byUser.columns]).toEqual([0, 2, 0, 1]);
    expect([...byUser.values]).toEqual([5, 2, 1, 3.5]);
    expect([byItem.rowCount, byItem.columnCount, byItem.count]).toEqual([3, 2, 4]);
    expect([...byItem.starts]).toEqual([0, 2, 3, 4]);
    expect([...byItem.columns]).toEqual([0, 1, 1, 0]);
    expect([...byItem.values]).toEqual([5, 1, 3.5, 2]);
  });

  it("reads a range into buffers of either precision and leaves the rest of them alone", () => {
    const { byUser } = Ratings.from(rows);
    for (const values of [new Float32Array(4).fill(9), new Float64Array(4).fill(9)]) {
      const columns = new Int32Array(4).fill(9);
      byUser.read(1, 3, columns, values);
      expect([...columns]).toEqual([2, 0, 9, 9]);
      expect([...values]).toEqual([2, 1, 9, 9]);
    }
  });

  it("finds the position of a rating, and −1 where there is none", () => {
    const { byUser } = Ratings.from(rows);
    expect([0, 1, 2].map((column) => byUser.find(0, column))).toEqual([0, -1, 1]);
    expect([0, 1, 2].map((column) => byUser.find(1, column))).toEqual([2, 3, -1]);
  });

  it("stores values in single precision only where every one survives it", () => {
    const single = Ratings.from(rows);
    expect(single.byUser.values).toBeInstanceOf(Float32Array);
    expect(single.byItem.values).toBeInstanceOf(Float32Array);
    expect(single.byUser.valueBytes).toBe(4);
    const double = Ratings.from([...rows, ["cid", "Alien", 0.1]]);
    expect(double.byUser.values).toBeInstanceOf(Float64Array);
    expect(double.byItem.values).toBeInstanceOf(Float64Array);
    expect(double.byItem.valueBytes).toBe(8);
    expect(double.get("cid", "Alien")).toBe(0.1);
    const weighted = Ratings.from([{ user: "ann", item: "Alien", weight: 0.1 }]);
    expect(weighted.byUser.values).toBeInstanceOf(Float32Array);
    expect(weighted.byUser.weights).toEqual(new Float64Array([0.1]));
    expect(weighted.byItem.weights).toEqual(new Float64Array([0.1]));
  });

  describe("its memory", () => {
    const arrays = (): ArrayBufferLike[] => {
      const { byUser, byItem, timestamps } = Ratings.from([{ user: 1, item: 2, weight: 3, timestamp: 4 }]);
      const sides = [byUser, byItem].flatMap(({ starts, columns, values, weights }) => [
        starts.buffer,
        columns.buffer,
        values.buffer,
        weights!.buffer,
      ]);
      return [...sides, timestamps!.buffer];
    };
    it.skipIf(typeof SharedArrayBuffer === "undefined")("is shared where that works", () => {
      for (const buffer of arrays()) expect(buffer).toBeInstanceOf(SharedArrayBuffer);
      vi.stubGlobal("crossOriginIsolated", true);
      for (const buffer of arrays()) expect(buffer).toBeInstanceOf(SharedArrayBuffer);
    });

    it("is plain without isolation, and where there is no shared memory", () => {
      vi.stubGlobal("crossOriginIsolated", false);
      for (const buffer of arrays()) expect(buffer).toBeInstanceOf(ArrayBuffer);
      vi.stubGlobal("crossOriginIsolated", true);
      vi.stubGlobal("SharedArrayBuffer", undefined);
      for (const buffer of arrays()) expect(buffer).toBeInstanceOf(ArrayBuffer);
    });
  });
});
