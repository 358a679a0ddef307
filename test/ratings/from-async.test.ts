import { afterEach, describe, expect, it, vi } from "vitest";
import { AlternantError } from "../../src/errors.js";
import { RatingsBuilder } from "../../src/ratings/builder.js";
import { type RatingRow, Ratings } from "../../src/ratings/index.js";
import { SLICE } from "../../src/ratings/slices.js";
import { soon } from "../support/turns.js";

type Row = [user: number, item: number, value: number];

function* rows(count: number): Generator<Row> {
  for (let n = 0; n < count; n++) yield [n % 1009, Math.floor(n / 1009), n % 5];
}

async function* slowly<T>(given: Iterable<T>, closed: () => void = () => undefined): AsyncGenerator<T> {
  try {
    for (const row of given) {
      await new Promise<void>(soon);
      yield row;
    }
  } finally {
    closed();
  }
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("Ratings.fromAsync", () => {
  it("takes rows that come over time, and rows that are there", async () => {
    const expected = Ratings.from(rows(20));
    for (const given of [slowly(rows(20)), rows(20), [...rows(20)]])
      expect([...(await Ratings.fromAsync(given))]).toEqual([...expected]);
  });

  it("takes an asynchronous iterable whose promises are not this realm's", async () => {
    const given = [...rows(3)];
    const thenable: AsyncIterable<Row> = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          const value = given.shift();
          const step = value === undefined ? { done: true, value } : { done: false, value };
          // biome-ignore lint/suspicious/noThenProperty: that is the point
          return { then: (resolve: (step: unknown) => void) => resolve(step) } as never;
        },
      }),
    };
    const controller = new AbortController();
    expect((await Ratings.fromAsync(thenable, { signal: controller.signal })).count).toBe(3);
  });

  it("rejects as from throws, counting rows from 0", async () => {
    const bad = [...rows(100), [5, 500, Number.NaN] as Row];
    const message =
      /^row 100: the value must be a finite number from -1e15 to 1e15, not NaN \(user 5, item 500\)/;
    await expect(Ratings.fromAsync(bad)).rejects.toThrow(message);
    await expect(Ratings.fromAsync(slowly(bad))).rejects.toThrow(RangeError);
    await expect(Ratings.fromAsync([])).rejects.toThrow(
      new AlternantError("no-ratings", "Ratings.fromAsync: there are no ratings; give at least one"),
    );
    await expect(Ratings.fromAsync([...rows(3), ...rows(1)])).rejects.toThrow(
      expect.objectContaining({ code: "duplicate-rating" }),
    );
    await expect(Ratings.fromAsync(7 as unknown as RatingRow[])).rejects.toThrow(
      new TypeError("Ratings.fromAsync: rows must be iterable or async iterable, not 7"),
    );
    await expect(Ratings.fromAsync(rows(3), { singal: undefined } as object)).rejects.toThrow(
      'Ratings.fromAsync: unknown option "singal"; did you mean "signal"?',
    );
  });

  it("closes its source when a row is bad, and passes on what the source throws", async () => {
    const closed = vi.fn();
    const bad = [...rows(2), [1, 1, Infinity] as Row, ...rows(2)];
    await expect(Ratings.fromAsync(slowly(bad, closed))).rejects.toThrow(RangeError);
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
    async function* failing(): AsyncGenerator<Row> {
      yield [1, 1, 1];
      throw new Error("the disk is gone");
    }
    await expect(Ratings.fromAsync(failing())).rejects.toThrow(new Error("the disk is gone"));
  });

  it("reports progress about every 100,000 rows and at the end", async () => {
    const seen: number[] = [];
    await Ratings.fromAsync(rows(250_000), { onProgress: (progress) => seen.push(progress.rows) });
    expect(seen).toEqual([100_000, 200_000, 250_000]);
  });
});

describe("aborting", () => {
  it("rejects at once where the signal has aborted before, and reads nothing", async () => {
    const source = vi.fn(() => rows(3)[Symbol.iterator]());
    const reason = new Error("changed my mind");
    const attempt = Ratings.fromAsync({ [Symbol.iterator]: source }, { signal: AbortSignal.abort(reason) });
    await expect(attempt).rejects.toThrow(
      expect.objectContaining({
        name: "AbortError",
        code: "aborted",
        message: "Ratings.fromAsync was aborted",
        cause: reason,
      }),
    );
    expect(source).not.toHaveBeenCalled();
  });

  it("rejects while it waits for rows that never come, and lets go of the signal", async () => {
    const controller = new AbortController();
    const returned = vi.fn(async () => ({ done: true as const, value: undefined }));
    const removed = vi.spyOn(controller.signal, "removeEventListener");
    const stuck: AsyncIterable<Row> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined), return: returned }),
    };
    const attempt = Ratings.fromAsync(stuck, { signal: controller.signal });
    soon(() => controller.abort("enough"));
    await expect(attempt).rejects.toThrow(expect.objectContaining({ code: "aborted", cause: "enough" }));
    await vi.waitFor(() => expect(returned).toHaveBeenCalledOnce());
    expect(removed).toHaveBeenCalled();
  });

  it("rejects where the signal aborts as the next row is asked for", async () => {
    const controller = new AbortController();
    const stuck: AsyncIterable<Row> = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          controller.abort();
          return new Promise(() => undefined);
        },
      }),
    };
    await expect(Ratings.fromAsync(stuck, { signal: controller.signal })).rejects.toThrow(
      expect.objectContaining({ code: "aborted" }),
    );
  });

  it("rejects while it reads rows that are there, and closes their source", async () => {
    const controller = new AbortController();
    let closed = false;
    let read = 0;
    function* endless(): Generator<Row> {
      try {
        for (;;) yield [read % 7, read++, 1];
      } finally {
        closed = true;
      }
    }
    soon(() => controller.abort());
    await expect(Ratings.fromAsync(endless(), { signal: controller.signal })).rejects.toThrow(
      expect.objectContaining({ code: "aborted" }),
    );
    await vi.waitFor(() => expect(closed).toBe(true));
  });

  it("rejects while it sorts", async () => {
    const controller = new AbortController();
    let time = 0;
    // Every look at the clock finds a pause due, so that the abort is seen at the first one after reading.
    vi.spyOn(performance, "now").mockImplementation(() => (time += 100));
    function* then(): Generator<Row> {
      yield* rows(SLICE * 2 + 1);
      controller.abort();
    }
    await expect(Ratings.fromAsync(then(), { signal: controller.signal })).rejects.toThrow(
      expect.objectContaining({ code: "aborted" }),
    );
  });
});

describe("pauses", () => {
  it("come by the clock, which is read every 64 rows and after every slice of sorting", async () => {
    let time = 0;
    let looks = 0;
    vi.spyOn(performance, "now").mockImplementation(() => {
      looks++;
      return ++time;
    });
    let turns = 0;
    let running = true;
    const turn = (): void => {
      turns++;
      if (running) soon(turn);
    };
    soon(turn);
    const count = 64 * 1000;
    await Ratings.fromAsync(rows(count));
    running = false;
    // A millisecond passes with each look here. Reading, four passes of counting and scattering, and two checks.
    expect(looks).toBeGreaterThan(1000 + (6 * count) / SLICE);
    expect(turns).toBeGreaterThan(looks / 8);
  });

  it("are possible after every slice of sorting", () => {
    const steps = (given: Iterable<Row>): number => {
      const builder = new RatingsBuilder("test", {});
      for (const row of given) builder.addRow(row);
      const work = builder.assemble();
      let taken = 0;
      while (!work.next().done) taken++;
      return taken;
    };
    const more = (order: (given: Row[]) => Row[]): number =>
      steps(order([...rows(20 * SLICE)])) - steps(order([...rows(10 * SLICE)]));
    // Count, scatter (by item), look for duplicates, count, scatter (by user), sum.
    expect(more((given) => given)).toBeGreaterThanOrEqual(6 * 10);
    // And scatter (by item again): the items' users have to be brought into order.
    const middleFirst = (given: Row[]): Row[] => [...given.slice(500), ...given.slice(0, 500)];
    expect(more(middleFirst)).toBeGreaterThanOrEqual(7 * 10);
  });
});
