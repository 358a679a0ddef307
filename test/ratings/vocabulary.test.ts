import { describe, expect, it } from "vitest";
import { Vocabulary } from "../../src/ratings/index.js";
import { VocabularyBuilder } from "../../src/ratings/vocabulary-builder.js";

describe("Vocabulary", () => {
  it("numbers ids in the order given", () => {
    const vocabulary = new Vocabulary<string>("string", ["b", "a", "c"]);
    expect(vocabulary.size).toBe(3);
    expect(vocabulary.kind).toBe("string");
    expect([...vocabulary]).toEqual(["b", "a", "c"]);
    expect([0, 1, 2].map((index) => vocabulary.id(index))).toEqual(["b", "a", "c"]);
    expect(["a", "b", "c"].map((id) => vocabulary.index(id))).toEqual([1, 0, 2]);
  });

  it("has undefined for unknown ids, also for one that only looks alike", () => {
    const strings = new Vocabulary<string | number>("string", ["1", "__proto__"]);
    expect(strings.index("2")).toBeUndefined();
    expect(strings.index(1)).toBeUndefined();
    expect(strings.index("__proto__")).toBe(1);
    expect(strings.index("constructor")).toBeUndefined();
    const numbers = new Vocabulary<string | number>("number", [0, 1]);
    expect(numbers.index("1")).toBeUndefined();
    expect(numbers.index(0)).toBe(0);
  });

  it.each([-1, 2, 0.5, Number.NaN])("refuses index %d", (index) => {
    expect(() => new Vocabulary("string", ["a", "b"]).id(index)).toThrow(
      new RangeError(`index must be an integer from 0 to 1, not ${index}`),
    );
  });

  it("refuses ids of another kind and ids that come twice", () => {
    expect(() => new Vocabulary<string | number>("string", ["a", 1])).toThrow(
      new TypeError("id 1 must be a string, not 1"),
    );
    expect(() => new Vocabulary("number", [7, 8, 7])).toThrow(
      new RangeError("ids must be different, but 7 is both id 0 and id 2"),
    );
  });
});

describe("VocabularyBuilder", () => {
  it("gives an id the same index each time, in runs and out of them", () => {
    const builder = new VocabularyBuilder("user", undefined, (row) => `row ${row}`);
    const ids = [0, 0, 5, 0, 5, 5, -3, 0];
    expect(ids.map((id, row) => builder.add(id, row))).toEqual([0, 0, 1, 0, 1, 1, 2, 0]);
    expect([...builder.build()]).toEqual([0, 5, -3]);
  });

  it("refuses −0 also where 0 is known", () => {
    const builder = new VocabularyBuilder("user", undefined, (row) => `row ${row}`);
    builder.add(0, 0);
    expect(() => builder.add(-0, 1)).toThrow(/^row 1: user must be an integer .* not -0;/);
  });

  it("refuses more ids than a Map takes", () => {
    const builder = new VocabularyBuilder("item", undefined, (row) => `row ${row}`, 2);
    builder.add("a", 0);
    builder.add("b", 1);
    expect(builder.add("a", 2)).toBe(0);
    expect(() => builder.add("c", 3)).toThrow(
      expect.objectContaining({
        code: "too-large",
        message: "row 3: more than 2 different items; drop the rarest, or train on a sample",
      }),
    );
  });
});
