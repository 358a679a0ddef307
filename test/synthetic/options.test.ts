import { describe, expect, it } from "vitest";
import { type SyntheticWorldOptions, syntheticWorld } from "../../src/synthetic/index.js";
import { soon } from "../support/turns.js";

const small = { users: 10, items: 20, ratings: 100 };

async function refusal(options: unknown): Promise<Error> {
  return syntheticWorld(options as SyntheticWorldOptions).then(
    () => expect.unreachable("the world was made"),
    (error: Error) => error,
  );
}

describe("options of syntheticWorld", () => {
  it("refuses wrong types", async () => {
    for (const [options, message] of [
      [{ ...small, users: "10" }, 'users must be an integer from 2 to 16777216, not the string "10"'],
      [{ ...small, items: null }, "items must be an integer from 2 to 16777216, not null"],
      [{ ...small, ratings: 100n }, "ratings must be an integer from 2 to 2147483647, not 100n"],
      [{ ...small, seed: "1" }, 'seed must be an integer of at least 0, not the string "1"'],
      [{ ...small, signal: "stop" }, 'signal must be an AbortSignal, not "stop"'],
      [{ ...small, onProgress: true }, "onProgress must be a function, not true"],
      [null, "options must be an object, not null"],
    ] as const) {
      const error = await refusal(options);
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toBe(`syntheticWorld: ${message}`);
    }
  });

  it("refuses wrong values", async () => {
    for (const [options, message] of [
      [{ ...small, users: 1 }, "users must be an integer from 2 to 16777216, not 1"],
      [{ ...small, items: 2.5 }, "items must be an integer from 2 to 16777216, not 2.5"],
      [{ ...small, ratings: Number.NaN }, "ratings must be an integer from 2 to 2147483647, not NaN"],
      [{ ...small, seed: -1 }, "seed must be an integer of at least 0, not -1"],
    ] as const) {
      const error = await refusal(options);
      expect(error).toBeInstanceOf(RangeError);
      expect(error.message).toBe(`syntheticWorld: ${message}`);
    }
  });

  it("refuses more ratings than half of the pairs and fewer than one for each user and item", async () => {
    for (const ratings of [101, 19, 1_000_000]) {
      const error = await refusal({ ...small, ratings });
      expect(error).toBeInstanceOf(RangeError);
      expect(error.message).toBe(
        "syntheticWorld: ratings must be from 20 to 100 for 10 users and 20 items (one for each of them at least, " +
          `half of the pairs at most), not ${ratings}; change ratings, or users and items`,
      );
    }
    for (const ratings of [20, 100])
      expect((await syntheticWorld({ ...small, ratings })).ratings.count).toBe(ratings);
  });

  it("refuses unknown options, with the nearest right one", async () => {
    const error = await refusal({ ...small, user: 10 });
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toContain('syntheticWorld: unknown option "user"; did you mean "users"?');
  });
});

describe("a world in the making", () => {
  const size = { users: 2_000, items: 1_000, ratings: 200_000 };

  it("rejects at once when it was aborted before", async () => {
    const reason = new Error("no need");
    const error = await refusal({ ...size, signal: AbortSignal.abort(reason) });
    expect(error).toMatchObject({ name: "AbortError", code: "aborted", cause: reason });
  });

  it("rejects when it is aborted on the way, and goes no further", async () => {
    const controller = new AbortController();
    const fractions: number[] = [];
    const error = await refusal({
      ...size,
      signal: controller.signal,
      onProgress: ({ fraction }: { fraction: number }) => {
        fractions.push(fraction);
        if (fractions.length === 3) controller.abort();
      },
    });
    expect(error).toMatchObject({ name: "AbortError", code: "aborted" });
    expect(fractions.at(-1)).toBeLessThan(0.9);
  });

  it("lets the event loop run meanwhile", async () => {
    let turns = 0;
    let done = false;
    const turn = (): void => {
      turns++;
      if (!done) soon(turn);
    };
    soon(turn);
    const start = performance.now();
    await syntheticWorld(size);
    done = true;
    // One pause every 8 ms, but for pauses that other processes stretch.
    expect(turns).toBeGreaterThan((performance.now() - start) / 8 / 4);
    expect(turns).toBeGreaterThan(2);
  });

  it("tells its progress from 0 to 1", async () => {
    const fractions: number[] = [];
    await syntheticWorld({ ...size, onProgress: ({ fraction }) => fractions.push(fraction) });
    expect(fractions.length).toBeGreaterThan(50);
    expect(fractions.length).toBeLessThanOrEqual(101);
    for (let i = 1; i < fractions.length; i++) expect(fractions[i]).toBeGreaterThan(fractions[i - 1]!);
    expect(fractions[0]).toBeLessThan(0.05);
    expect(fractions.at(-1)).toBe(1);
  });

  it("passes on what onProgress throws", async () => {
    const mishap = new Error("progress bar broke");
    const onProgress = (): never => {
      throw mishap;
    };
    expect(await refusal({ ...size, onProgress })).toBe(mishap);
  });
});
