import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LeaveOutOptions, Ratings } from "../../src/ratings/index.js";
import { distinctRows, expectExactly, fromUsers } from "./reference.js";

/** Users 1 … users, the nth of them with n ratings. */
function staircase(users: number): Ratings<number, number> {
  const rows = Array.from({ length: users }, (_, u) =>
    Array.from({ length: u + 1 }, (_, item) => [u + 1, item, 1 + ((u + item) % 5)] as const),
  );
  return Ratings.from<number, number>(rows.flat());
}

const countsOf = (ratings: Ratings): number[] =>
  Array.from(ratings.byUser.starts.slice(1), (end, user) => end - ratings.byUser.starts[user]!);

describe("leaveOut", () => {
  it("holds out exactly so many of each user that has more", () => {
    const { train, test, usersWithoutTest } = staircase(6).leaveOut({ perUser: 2, seed: 1 });
    expect(countsOf(test)).toEqual([0, 0, 2, 2, 2, 2]);
    expect(countsOf(train)).toEqual([1, 2, 1, 2, 3, 4]);
    expect(usersWithoutTest).toBe(2);
  });

  it("holds out a share of each user, at least one and not all", () => {
    const of = (perUser: number) => countsOf(staircase(8).leaveOut({ perUser, seed: 1 }).test);
    expect(of(0.2)).toEqual([0, 1, 1, 1, 1, 1, 1, 2]);
    expect(of(0.5)).toEqual([0, 1, 2, 2, 3, 3, 4, 4]);
    expect(of(0.99)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("keeps every rating once, with the vocabularies of all", () => {
    fc.assert(
      fc.property(
        distinctRows(1),
        fc.constantFrom(0.2, 0.7, 1, 2),
        fc.integer({ min: 0, max: 2 ** 40 }),
        (rows, perUser, seed) => {
          const ratings = Ratings.from(rows);
          const many = countsOf(ratings).some((count) => count > Math.max(1, perUser));
          if (!many) {
            expect(() => ratings.leaveOut({ perUser, seed })).toThrow(
              expect.objectContaining({ code: "no-ratings" }),
            );
            return;
          }
          const { train, test, usersWithoutTest } = ratings.leaveOut({ perUser, seed });
          for (const part of [train, test]) {
            expect(part.users).toBe(ratings.users);
            expect(part.items).toBe(ratings.items);
          }
          expectExactly(
            train,
            rows.filter(({ user, item }) => train.get(user, item) !== undefined),
          );
          expectExactly(
            test,
            rows.filter(({ user, item }) => test.get(user, item) !== undefined),
          );
          expect(new Map([...fromUsers(train), ...fromUsers(test)])).toEqual(fromUsers(ratings));
          expect(train.count + test.count).toBe(ratings.count);
          expect(countsOf(train).every((count) => count > 0)).toBe(true);
          expect(countsOf(test).filter((count) => count === 0).length).toBe(usersWithoutTest);
          const again = ratings.leaveOut({ perUser, seed });
          expect(fromUsers(again.test)).toEqual(fromUsers(test));
        },
      ),
    );
  });

  it("draws every rating of a user as often as every other", () => {
    const ratings = Ratings.from<number, number>([0, 1, 2, 3].map((item) => [0, item, 1]));
    const drawn = new Array<number>(4).fill(0);
    for (let seed = 0; seed < 4000; seed++)
      for (const { item } of ratings.leaveOut({ perUser: 1, seed }).test) drawn[item]!++;
    // Expected 1000 each, standard deviation 27.
    for (const count of drawn) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it("takes the last by timestamp, weights and timestamps along", () => {
    const ratings = Ratings.fromColumns({
      users: [1, 1, 1, 2, 2, 2],
      items: [10, 11, 12, 10, 11, 12],
      values: [1, 2, 3, 4, 5, 6],
      weights: [1, 2, 3, 4, 5, 6],
      timestamps: [300, 100, 200, 5, 7, 7],
    });
    const { train, test } = ratings.leaveOut({ perUser: 1, by: "last" });
    expect([...test]).toEqual([
      { user: 1, item: 10, value: 1, weight: 1, timestamp: 300 },
      { user: 2, item: 12, value: 6, weight: 6, timestamp: 7 },
    ]);
    expect([...train].map(({ timestamp }) => timestamp)).toEqual([100, 200, 5, 7]);
  });

  it.each<[object, RegExp]>([
    [{ perUser: 0, seed: 1 }, /^Ratings\.leaveOut: perUser must be a finite number above 0/],
    [{ perUser: 1.5, seed: 1 }, /^Ratings\.leaveOut: perUser must be an integer of at least 1/],
    [{ perUser: 1 }, /^Ratings\.leaveOut: seed must be an integer of at least 0, not undefined/],
    [{ perUser: 1, by: "first", seed: 1 }, /^Ratings\.leaveOut: by must be "random" or "last"/],
    [{ perUser: 1, by: "last" }, /^Ratings\.leaveOut: by: "last" needs timestamps/],
    [{ perUsers: 1, seed: 1 }, /^Ratings\.leaveOut: unknown option "perUsers"; did you mean "perUser"/],
    [{ perUser: 9, seed: 1 }, /^Ratings\.leaveOut: no user has more than 9 ratings/],
    [{ perUser: Number.NaN, seed: 1 }, /^Ratings\.leaveOut: perUser must be a finite number above 0/],
  ])("refuses %o", (options, message) => {
    expect(() => staircase(4).leaveOut(options as LeaveOutOptions)).toThrow(message);
  });
});
