import { beforeAll, describe, expect, it } from "vitest";
import { ALS, Model, rmse } from "../../src/index.js";
import { hex } from "../support/bytes.js";
import { forged } from "./craft.js";
import { drawRatings } from "./fold-in-problems.js";

const ratings = drawRatings({ seed: 2, users: 60 });
let whole: Model<string, string>;
let small: Model<string, string>;
let loaded: Model<string, string>;
beforeAll(async () => {
  whole = await new ALS({ factors: 6, epochs: 2, scalingStar: 1, scaling: 0.5 }).fit(ratings);
  small = await whole.forFoldIn();
  loaded = await Model.fromBytes<string, string>(small.toBytes());
});

describe("a model of items alone", () => {
  it("holds nothing of users", () => {
    const bytes = small.toBytes();
    expect(bytes.length).toBeLessThan(whole.toBytes().length / 2);
    expect(new TextDecoder("latin1").decode(bytes)).not.toMatch(/user \d|user_|history_/);
    for (const model of [small, loaded]) {
      expect(model.userCount).toBe(0);
      expect(model.users.kind).toBe("string");
      expect([...model.users]).toEqual([]);
      expect(model.history).toBe("none");
      expect(model.info.parameters.model).toBe(whole.itemCount * 7);
      expect(model.info.data).toEqual(whole.info.data);
    }
  });

  it("is the same after a file, and after another one of it", async () => {
    expect(hex(loaded.toBytes())).toBe(hex(small.toBytes()));
    expect(hex((await loaded.forFoldIn()).toBytes())).toBe(hex(small.toBytes()));
  });

  it("answers what asks of items as the whole model does", async () => {
    for (const model of [small, loaded]) {
      await model.prepare();
      expect(model.popular()).toEqual(whole.popular());
      expect(model.similarItems("item 3")).toEqual(whole.similarItems("item 3"));
      expect(model.factor(2)).toEqual(whole.factor(2));
      expect(model.itemVector("item 3")).toEqual(whole.itemVector("item 3"));
      expect(model.itemBias("item 3")).toBe(whole.itemBias("item 3"));
      expect(model.copyFactors("items")).toEqual(whole.copyFactors("items"));
      expect(model.cosine({ item: "item 3" }, { item: "item 1" })).toBe(
        whole.cosine({ item: "item 3" }, { item: "item 1" }),
      );
      expect(model.score(-1, 3)).toBe(whole.score(-1, 3));
    }
  });

  it("says of everything that needs users that it has none", async () => {
    const none = expect.objectContaining({
      code: "no-users",
      message: expect.stringContaining("This model has no users: it is for folding in (forFoldIn())"),
    });
    for (const model of [small, loaded]) {
      for (const asked of [
        () => model.predict("user 1", "item 1"),
        () => model.predictBlock(["user 1"], ["item 1"]),
        () => model.recommend("user 1"),
        () => model.similarUsers("user 1"),
        () => model.userVector("user 1"),
        () => model.userBias("user 1"),
        () => model.ratedItems("user 1"),
        () => model.copyFactors("users"),
        () => model.cosine({ user: "user 1" }, { item: "item 1" }),
        () => model.popularity(),
      ])
        expect(asked).toThrow(none);
      for (const asked of [
        model.recommendMany(["user 1"]),
        model.recommendAll().next(),
        model.svd(),
        model.canonical(),
        model.truncate(2),
        model.inspect(),
        model.foldInItem(["user 1"]),
        new ALS({ factors: 6 }).fit(ratings, { initial: model }),
      ])
        await expect(asked).rejects.toEqual(none);
    }
  });

  it("scores ratings of anybody as somebody unknown", async () => {
    expect((await rmse(loaded, ratings)).unknownUsers).toBe(ratings.userCount);
  });
});

describe("its file", () => {
  it("has format version 2, and whole models still have 1", () => {
    const text = (model: Model<string, string>) =>
      new TextDecoder("latin1").decode(model.toBytes().subarray(8, 100));
    expect(text(small)).toContain('"version":"2"');
    expect(text(whole)).toContain('"version":"1"');
  });

  it.each([
    ["no scaling", "{}"],
    ["a scaling that is none", '{"userIds":"string","rescaling":0}'],
    ["ids that are none", '{"userIds":"symbol","rescaling":1}'],
    ["a list", "[]"],
  ])("is refused with %s", async (_, text) => {
    const bad = forged(small.toBytes(), ({ metadata }) => metadata.set("items_only", text));
    await expect(Model.fromBytes(bad)).rejects.toMatchObject({
      code: "corrupt-model",
      message: expect.stringContaining('"items_only" is not what a model has there'),
    });
  });

  it("is refused with tensors of users, or a history", async () => {
    const withUsers = forged(small.toBytes(), ({ tensors }) =>
      tensors.set("user_counts", { dtype: "I32", shape: [1], data: new Uint8Array(4) }),
    );
    await expect(Model.fromBytes(withUsers)).rejects.toMatchObject({ code: "corrupt-model" });
    const withHistory = forged(small.toBytes(), ({ metadata }) => metadata.set("history", "items"));
    await expect(Model.fromBytes(withHistory)).rejects.toMatchObject({ code: "corrupt-model" });
  });
});

describe("a history of ratings with weights", () => {
  it("is kept with them, and in its file", async () => {
    const weighted = drawRatings({ seed: 3, weights: true });
    const model = await new ALS({ factors: 3, epochs: 1, history: "ratings" }).fit(weighted);
    const again = await Model.fromBytes<string, string>(model.toBytes());
    for (const user of weighted.users) {
      const rated = model.ratedItems(user);
      expect(again.ratedItems(user)).toEqual(rated);
      for (const { item, value, weight } of rated) {
        const given = [...weighted].find((rating) => rating.user === user && rating.item === item)!;
        expect([value, weight]).toEqual([given.value, given.weight]);
      }
    }
    const bad = forged(model.toBytes(), ({ tensors }) => tensors.get("history_weights")!.data.fill(0));
    await expect(Model.fromBytes(bad)).rejects.toMatchObject({ code: "corrupt-model" });
  });
});
