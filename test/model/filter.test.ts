import { describe, expect, it } from "vitest";
import { ItemFilter, Model } from "../../src/model/index.js";
import { handMade, randomModel } from "./fixtures.js";

const model = new Model(handMade());
const titles = (filter: ItemFilter<string>, of: Model<string, string> = model): string[] =>
  of.recommend("ann", { exclude: "none", filter }).map(({ item }) => item);

describe("a filter", () => {
  it("lets through what is allowed, not denied, and passes the predicate", () => {
    expect(titles(model.filter({}))).toEqual(["Casablanca", "Alien", "Brazil"]);
    expect(titles(model.filter({ allow: ["Brazil", "Alien", "Brazil"] }))).toEqual(["Alien", "Brazil"]);
    expect(titles(model.filter({ deny: ["Alien"] }))).toEqual(["Casablanca", "Brazil"]);
    expect(titles(model.filter({ where: (title) => title < "B" }))).toEqual(["Alien"]);
    const all = { allow: ["Alien", "Brazil"], deny: ["Alien"], where: () => true };
    expect(titles(model.filter(all))).toEqual(["Brazil"]);
    expect(titles(model.filter({ allow: [] }))).toEqual([]);
  });

  it("asks the predicate once for each item that passes the rest, in vocabulary order", () => {
    const asked: string[] = [];
    const where = (title: string) => asked.push(title) > 1;
    const filter = model.filter({ deny: ["Brazil"], where });
    expect(asked).toEqual(["Alien", "Casablanca"]);
    expect(filter.size).toBe(1);
    titles(filter);
    expect(asked).toHaveLength(2);
  });

  it("tells how many items pass, and is frozen", () => {
    const many = randomModel({ items: 100 });
    expect(many.filter({ where: (item) => String(item).endsWith("7") }).size).toBe(10);
    const filter = model.filter({ allow: ["Alien"] });
    expect(filter).toBeInstanceOf(ItemFilter);
    expect(Object.isFrozen(filter)).toBe(true);
    expect(Object.keys(filter)).toEqual(["size"]);
  });

  it("acts before entries are counted: no list is shorter than it need be", () => {
    const many = randomModel({ items: 100, users: 3 });
    const user = many.users.id(0);
    const filter = many.filter({ where: (item) => many.items.index(item)! % 2 === 1 });
    const expected = many
      .recommend(user, { count: 100, exclude: "none" })
      .filter(({ item }) => many.items.index(item)! % 2 === 1);
    expect(many.recommend(user, { count: 30, exclude: "none", filter })).toEqual(expected.slice(0, 30));
    expect(many.recommend(user, { count: 1e9, exclude: "none", filter })).toEqual(expected);
  });

  it("names every unknown id of both lists", () => {
    expect(() => model.filter({ allow: ["Dune", "Alien", "Heat"], deny: ["Jaws"] })).toThrow(
      expect.objectContaining({
        code: "unknown-id",
        message:
          'filter: this model does not know items "Dune", "Heat", "Jaws". The ids it knows are in model.items.',
      }),
    );
    expect(() => model.filter({ deny: ["Jaws"] })).toThrow('filter: this model does not know item "Jaws".');
  });

  it("passes on what its predicate throws, and nothing is broken afterwards", () => {
    const broken = new Error("no such shelf");
    const where = (title: string) => {
      if (title === "Brazil") throw broken;
      return true;
    };
    expect(() => model.filter({ where })).toThrow(broken);
    expect(titles(model.filter({}))).toHaveLength(3);
  });

  it("refuses a predicate that does not say true or false, such as an async one", () => {
    expect(() => model.filter({ where: (async () => false) as never })).toThrow(
      'where must return true or false, but for item "Alien" it returned an object (Promise)',
    );
    expect(() => model.filter({ where: "Alien" as never })).toThrow(TypeError);
  });

  it("refuses wrong options and wrong ids", () => {
    expect(() => model.filter({ alow: [] } as never)).toThrow('did you mean "allow"?');
    expect(() => model.filter({ allow: "Alien" as never })).toThrow("allow must be an array of item ids");
    for (const options of [{ deny: null }, { allow: null }, { allow: new Set(["Alien"]) }])
      expect(() => model.filter(options as never)).toThrow(
        /^(allow|deny) must be an array of item ids, not /,
      );
    expect(() => model.filter({ deny: ["Alien", {}] as never })).toThrow("deny[1] must be an id");
    expect(() => model.filter(undefined as never)).toThrow(TypeError);
  });

  it("is refused by a model of other items, and good for one that shares them", async () => {
    const other = new Model(handMade());
    const filter = model.filter({ allow: ["Alien"] });
    for (const ask of [
      () => other.recommend("ann", { filter }),
      () => other.similarItems("Alien", { filter }),
      () => other.recommendFor(["Alien"], { filter }),
    ])
      expect(ask).toThrow(/^filter was made by a model of other items/);
    expect(titles(filter, await model.truncate(1))).toEqual(["Alien"]);
    expect(() => model.recommend("ann", { filter: { size: 1 } as never })).toThrow(
      "filter must be made by model.filter(), not an object (Object)",
    );
    expect(() => model.recommend("ann", { filter: ["Alien"] as never })).toThrow(TypeError);
  });
});
