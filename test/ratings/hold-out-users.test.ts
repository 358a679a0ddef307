import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type HoldOutUsersOptions, Ratings } from "../../src/ratings/index.js";
import { distinctRows, expectExactly, fromUsers } from "./reference.js";

/** So many users with so many ratings each. */
function grid(users: number, each: number): Ratings<number, number> {
  return Ratings.from<number, number>(
    Array.from({ length: users * each }, (_, n) => [Math.floor(n / each), n % each, 1 + (n % 5)] as const),
  );
}

const countsOf = (ratings: Ratings): number[] =>
  Array.from(ratings.byUser.starts.slice(1), (end, user) => end - ratings.byUser.starts[user]!);

describe("holdOutUsers", () => {
  it("holds out so many users, and tests the share of their ratings that is not given", () => {
    const { train, foldIn, test } = grid(20, 10).holdOutUsers({ users: 5, seed: 1 });
    expect(countsOf(train).toSorted()).toEqual([...Array(5).fill(0), ...Array(15).fill(10)].toSorted());
    expect(countsOf(foldIn).filter((count) => count > 0)).toEqual([8, 8, 8, 8, 8]);
    expect(countsOf(test).filter((count) => count > 0)).toEqual([2, 2, 2, 2, 2]);
    const halves = grid(20, 3).holdOutUsers({ users: 0.26, given: 0.9, seed: 1 });
    expect(countsOf(halves.test).filter((count) => count > 0)).toEqual([1, 1, 1, 1, 1]);
  });

  it("can hold out others for validation from what is left", () => {
    const first = grid(20, 4).holdOutUsers({ users: 5, seed: 1 });
    const second = first.train.holdOutUsers({ users: 5, seed: 1 });
    const rated = (ratings: Ratings): number[] =>
      countsOf(ratings).flatMap((count, user) => (count > 0 ? [user] : []));
    expect([...rated(second.train), ...rated(second.test), ...rated(first.test)].toSorted()).toEqual(
      Array.from({ length: 20 }, (_, user) => user).toSorted(),
    );
  });

  it("keeps every rating once; who is held out is in no training", () => {
    fc.assert(
      fc.property(
        distinctRows(3),
        fc.constantFrom(0.3, 1, 2),
        fc.constantFrom(0.5, 0.8),
        fc.integer({ min: 0, max: 2 ** 40 }),
        (rows, users, given, seed) => {
          const ratings = Ratings.from(rows);
          const counts = countsOf(ratings);
          const eligible = counts.filter((count) => count >= 2).length;
          const size = users < 1 ? Math.max(1, Math.round(users * eligible)) : users;
          if (size > eligible || size >= counts.length) {
            expect(() => ratings.holdOutUsers({ users, given, seed })).toThrow(
              expect.objectContaining({ code: "no-ratings" }),
            );
            return;
          }
          const { train, foldIn, test } = ratings.holdOutUsers({ users, given, seed });
          for (const part of [train, foldIn, test]) {
            expect(part.users).toBe(ratings.users);
            expect(part.items).toBe(ratings.items);
            expectExactly(
              part,
              rows.filter(({ user, item }) => part.get(user, item) !== undefined),
            );
          }
          expect(train.count + foldIn.count + test.count).toBe(ratings.count);
          expect(new Map([...fromUsers(train), ...fromUsers(foldIn), ...fromUsers(test)])).toEqual(
            fromUsers(ratings),
          );
          let heldOut = 0;
          counts.forEach((count, user) => {
            const [kept, shown, tested] = [train, foldIn, test].map((part) => countsOf(part)[user]!);
            if (kept! > 0) expect([kept, shown, tested]).toEqual([count, 0, 0]);
            else {
              heldOut++;
              expect(shown).toBe(Math.min(count - 1, Math.max(1, Math.round(given * count))));
              expect(tested).toBe(count - shown!);
            }
          });
          expect(heldOut).toBe(size);
          expect(fromUsers(ratings.holdOutUsers({ users, given, seed }).test)).toEqual(fromUsers(test));
        },
      ),
    );
  });

  it("tests the last ratings by timestamp", () => {
    const ratings = Ratings.fromColumns({
      users: [1, 1, 1, 2],
      items: [10, 11, 12, 10],
      timestamps: [3, 1, 2, 9],
      weights: [1, 2, 3, 4],
    });
    const { train, foldIn, test } = ratings.holdOutUsers({ users: 1, given: 0.5, by: "last", seed: 1 });
    expect([...test]).toEqual([{ user: 1, item: 10, value: 1, weight: 1, timestamp: 3 }]);
    expect([...foldIn].map(({ item }) => item)).toEqual([11, 12]);
    expect([...train]).toEqual([{ user: 2, item: 10, value: 1, weight: 4, timestamp: 9 }]);
  });

  it.each<[object, RegExp]>([
    [{ users: 0, seed: 1 }, /^Ratings\.holdOutUsers: users must be a finite number above 0/],
    [{ users: 2.5, seed: 1 }, /^Ratings\.holdOutUsers: users must be an integer of at least 1/],
    [{ users: 1 }, /^Ratings\.holdOutUsers: seed must be an integer of at least 0/],
    [
      { users: 1, given: 1, seed: 1 },
      /^Ratings\.holdOutUsers: given must be a finite number above 0 and below 1/,
    ],
    [{ users: 1, by: "last", seed: 1 }, /^Ratings\.holdOutUsers: by: "last" needs timestamps/],
    [
      { users: 4, seed: 1 },
      /^Ratings\.holdOutUsers: 4 users cannot be held out of 4 with at least 2 ratings/,
    ],
    [{ user: 1, seed: 1 }, /^Ratings\.holdOutUsers: unknown option "user"; did you mean "users"/],
  ])("refuses %o", (options, message) => {
    expect(() => grid(4, 3).holdOutUsers(options as HoldOutUsersOptions)).toThrow(message);
  });
});
