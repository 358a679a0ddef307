import { describe, expect, expectTypeOf, test } from "vitest";
import { mae, rmse, type Scorer } from "../../src/metrics/index.js";
import { Ratings } from "../../src/ratings/ratings.js";
import type { RatingsSource } from "../../src/ratings/source.js";
import { type Id, Vocabulary } from "../../src/ratings/vocabulary.js";

/** Scores users × items from a table; an unknown user counts as 3, an unknown item as 2, both as 1. */
function scorerOf(users: string[], items: string[], table: number[][]): Scorer<string, string> {
  return {
    users: new Vocabulary("string", users),
    items: new Vocabulary("string", items),
    range: [1, 5],
    score: (user, item) => (user < 0 ? (item < 0 ? 1 : 3) : item < 0 ? 2 : table[user]![item]!),
  };
}

const scorer = scorerOf(
  ["ann", "bob"],
  ["Alien", "Brazil"],
  [
    [4, 7],
    [-2, 2.5],
  ],
);

describe("rmse and mae", () => {
  test("clip to the training range unless told not to", async () => {
    const test = Ratings.from([
      ["ann", "Alien", 5],
      ["ann", "Brazil", 4],
      ["bob", "Alien", 2],
      ["bob", "Brazil", 2.5],
    ]);
    // Errors with clipping: 1, −1, 1, 0; without: 1, −3, 4, 0.
    const counts = { count: 4, unknownUsers: 0, unknownItems: 0 };
    expect(await rmse(scorer, test)).toEqual({ rmse: Math.sqrt(3 / 4), ...counts });
    expect(await rmse(scorer, test, { clip: true })).toEqual({ rmse: Math.sqrt(3 / 4), ...counts });
    expect(await rmse(scorer, test, { clip: false })).toEqual({ rmse: Math.sqrt(26 / 4), ...counts });
    expect(await mae(scorer, test)).toEqual({ mae: 3 / 4, ...counts });
    expect(await mae(scorer, test, { clip: false })).toEqual({ mae: 8 / 4, ...counts });
  });

  test("refuse a model of implicit feedback, whose scores are no ratings", async () => {
    const test = Ratings.from([["ann", "Alien", 5] as const]);
    for (const [name, metric] of Object.entries({ rmse, mae })) {
      await expect(metric({ ...scorer, options: { feedback: "implicit" } }, test)).rejects.toMatchObject({
        code: "not-supported",
        message: `${name}: the scores of a model with feedback: "implicit" are no ratings, so they have no error. Use rankingMetrics(model, test), or train with feedback: "explicit".`,
      });
      expect(await metric({ ...scorer, options: { feedback: "explicit" } }, test)).toMatchObject({
        count: 1,
      });
    }
  });

  test("match ids by name, score unknown ones by the baseline and count them once each", async () => {
    const test = Ratings.from([
      ["zoe", "Brazil", 5],
      ["zoe", "Alien", 3.5],
      ["zoe", "Dune", 4],
      ["bob", "Dune", 2],
      ["bob", "Brazil", 1.5],
      ["eve", "Dune", 1],
    ]);
    // Errors: 2, 0.5, 3, 0, −1, 0.
    const counts = { count: 6, unknownUsers: 2, unknownItems: 1 };
    expect(await rmse(scorer, test)).toEqual({ rmse: Math.sqrt((4 + 0.25 + 9 + 1) / 6), ...counts });
    expect(await mae(scorer, test)).toEqual({ mae: 6.5 / 6, ...counts });
  });

  test("match ids by name, not by index, also where both sides have as many", async () => {
    const test = Ratings.from([
      ["bob", "Brazil", 2.5],
      ["ann", "Alien", 4],
    ]);
    expect(await rmse(scorer, test)).toMatchObject({ rmse: 0, count: 2 });
  });

  test("count only ids that have test ratings", async () => {
    const all = Ratings.from([
      ["ann", "Alien", 5],
      ["ann", "Brazil", 5],
      ["bob", "Alien", 5],
      ["zoe", "Dune", 5],
    ]);
    const [a, b] = all.split({ test: 0.5, seed: 1 });
    const unknown = await Promise.all([a, b].map((half) => rmse(scorer, half)));
    expect(unknown.map((result) => result.unknownUsers).sort()).toEqual([0, 1]);
    expect(unknown.map((result) => result.unknownItems).sort()).toEqual([0, 1]);
    // A half has the vocabulary of the whole, with or without the model's being the same object.
    const shared: Scorer<string, string> = { ...scorer, users: a.users, items: a.items, score: () => 5 };
    expect(await rmse(shared, a)).toMatchObject({ rmse: 0, unknownUsers: 0, unknownItems: 0 });
  });

  test("let the event loop run, and stop when the signal says so", async () => {
    // Each score takes 20 µs: one pass over 2,000 × 10 ratings is 0.4 s of work.
    const slow: Scorer<number, number> = {
      users: new Vocabulary<number>("number", []),
      items: new Vocabulary<number>("number", []),
      range: [1, 5],
      score: () => {
        const end = performance.now() + 0.02;
        while (performance.now() < end);
        return 3;
      },
    };
    const rows = Array.from({ length: 20_000 }, (_, n) => [Math.floor(n / 10), n % 10, 3] as const);
    const test = Ratings.from(rows);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    try {
      expect(await rmse(slow, test)).toEqual({
        rmse: 0,
        count: 20_000,
        unknownUsers: 2000,
        unknownItems: 10,
      });
      expect(turns).toBeGreaterThan(5);
    } finally {
      clearInterval(timer);
    }
    const controller = new AbortController();
    const reason = new Error("enough");
    const running = mae(slow, test, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 1);
    await expect(running).rejects.toMatchObject({ name: "AbortError", code: "aborted", cause: reason });
    await expect(rmse(slow, test, { signal: controller.signal })).rejects.toMatchObject({ code: "aborted" });
  });

  test("refuse wrong arguments and scores that are not numbers", async () => {
    const test = Ratings.from([["ann", "Alien", 5]]);
    await expect(rmse(scorer, test, { clips: true } as never)).rejects.toThrow('did you mean "clip"?');
    await expect(rmse(scorer, test, { clip: 1 as never })).rejects.toThrow(TypeError);
    await expect(rmse(test as never, scorer as never)).rejects.toThrow("rmse needs a model first");
    await expect(mae(scorer, [["ann", "Alien", 5]] as never)).rejects.toThrow(
      "mae needs Ratings to compare with, not an array of 1",
    );
    for (const score of [NaN, Infinity])
      await expect(rmse({ ...scorer, score: () => score }, test, { clip: false })).rejects.toMatchObject({
        code: "not-finite",
      });
    await expect(rmse({ ...scorer, score: () => NaN }, test)).rejects.toMatchObject({ code: "not-finite" });
  });

  test("take only ratings with the ids of the model", () => {
    expectTypeOf(rmse<string, string>)
      .parameter(1)
      .toEqualTypeOf<RatingsSource<string, string>>();
    // Only checked, never called.
    const wrong = (ratings: Ratings<number, string>) =>
      // @ts-expect-error number ids where the model has strings
      rmse(scorer, ratings);
    expect(wrong).toBeTypeOf("function");
    expectTypeOf<Scorer<Id, Id>["score"]>().returns.toEqualTypeOf<number>();
  });
});
