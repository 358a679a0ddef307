import { beforeAll, expect, test } from "vitest";
import { Model } from "../../src/model/index.js";
import { sameBytes } from "../support/bytes.js";
import dataUrl from "./golden/v1.safetensors?url&inline";
import itemsUrl from "./golden/v2-items.safetensors?url&inline";
import weightsUrl from "./golden/v2-weights.safetensors?url&inline";

async function bytesOf(url: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

let v1: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  v1 = await bytesOf(dataUrl);
});

test("a model file of format version 1 loads with all that it holds", async () => {
  const model = await Model.fromBytes<string, number>(v1);
  expect([...model.users]).toEqual(["ann", "__proto__", "👩‍👩‍👧", "\ud800", "naïve\nline"]);
  expect([...model.items]).toEqual([7, -3, 9007199254740991, 0]);
  expect(model.copyFactors("users")).toEqual({
    rows: 5,
    factors: 3,
    values: Float32Array.of(0.5, -1, 2, 0.25, 0.125, -0.75, 1, 1, 1, 0, 0, 0, -2, 0.5, 1.5),
  });
  expect(model.copyFactors("items")).toEqual({
    rows: 4,
    factors: 3,
    values: Float32Array.of(1, 0.5, -0.25, -1, 2, 0.5, 0.75, 0.75, 0, 0, 0, 0),
  });
  expect(model.mean).toBe(3.53125);
  expect(Array.from(model.users, (user) => model.userBias(user))).toEqual([0.25, -0.5, 0.1, 0, -0.125]);
  expect(Array.from(model.items, (item) => model.itemBias(item))).toEqual([-0.375, 0.5, 1e-300, 0]);
  expect(model.range).toEqual([0.5, 5]);
  expect(model.history).toBe("ratings");
  expect(Array.from(model.users, (user) => model.ratedItems(user))).toEqual([
    [
      { item: 7, value: 4 },
      { item: 9007199254740991, value: 0.5 },
    ],
    [{ item: -3, value: 3.3 }],
    [
      { item: 7, value: 5 },
      { item: -3, value: 2 },
      { item: 9007199254740991, value: 1 },
    ],
    [],
    [{ item: 7, value: 4.5 }],
  ]);
  expect(model.options).toEqual({
    factors: 3,
    regularization: { users: 0.5, items: 0.5, biases: 3 },
    biases: "full",
    seed: 1,
  });
  expect(model.info.data).toEqual({
    users: 5,
    items: 4,
    ratings: 7,
    density: 0.35,
    mean: 3.53125,
    usersWithoutRatings: 1,
    itemsWithoutRatings: 1,
  });
  expect(model.info.parameters).toEqual({ model: 36, full: 20 });
  expect(model.info.run).toMatchObject({ build: "simd", precision: "float32", epochs: 15, seconds: 0.5 });
});

test("a model file of format version 1 answers", async () => {
  const model = await Model.fromBytes<string, number>(v1);
  // 3.53125 + 0.25 + 0.5 + (0.5 · −1 − 1 · 2 + 2 · 0.5)
  expect(model.predict("ann", -3)).toBe(2.78125);
  expect(model.predict("\ud800", 0)).toBe(3.53125);
  expect(model.recommend("ann")).toEqual([
    { item: 0, score: 3.78125 },
    { item: -3, score: 2.78125 },
  ]);
  // Item 0 has no training ratings.
  expect(model.popular().map(({ item }) => item)).toEqual([-3, 9007199254740991, 7]);
});

test("writing it again gives the same file, while version 1 is what is written", async () => {
  const model = await Model.fromBytes(v1);
  expect(sameBytes(model.toBytes(), v1)).toBe(true);
});

test("a model of items alone of format version 2 loads, answers, and is written the same", async () => {
  const file = await bytesOf(itemsUrl);
  const model = await Model.fromBytes<string, string>(file);
  expect([...model.users]).toEqual([]);
  expect([...model.items]).toEqual(["Alien", "Brazil", "Casablanca"]);
  expect(model.copyFactors("items").values).toEqual(Float64Array.of(0.5, 0.25, -1, 2, 4, 0));
  // ν* = 0 over ν = 1: λ is multiplied by 5 rows ÷ (3 + 3) ratings. The system of one rating, t = 5 − 3 + 1:
  // (1 + λ, −2, −1; −2, 4 + λ, 2; −1, 2, 1 + λ_b) x = 3·(−1, 2, 1), λ = 5/12, λ_b = 2: x = 3·(−λ_b, 2λ_b, λ) ÷ (λλ_b + 5λ_b + λ).
  const folded = await model.foldIn([["Brazil", 5]]);
  const [lambda, biasLambda] = [5 / 12, 2];
  const scale = 3 / (lambda * biasLambda + 5 * biasLambda + lambda);
  expect(folded.vector[0]).toBeCloseTo(-biasLambda * scale, 14);
  expect(folded.vector[1]).toBeCloseTo(2 * biasLambda * scale, 14);
  expect(folded.bias).toBeCloseTo(lambda * scale, 14);
  expect(sameBytes(model.toBytes(), file)).toBe(true);
});

test("a history with weights of format version 2 loads, and is written the same", async () => {
  const file = await bytesOf(weightsUrl);
  const model = await Model.fromBytes<string, string>(file);
  expect(model.ratedItems("ann")).toEqual([
    { item: "Alien", value: 4, weight: 0.5 },
    { item: "Casablanca", value: 5, weight: 2 },
  ]);
  expect(model.ratedItems("bob")).toEqual([{ item: "Brazil", value: 1, weight: 1 }]);
  expect(sameBytes(model.toBytes(), file)).toBe(true);
});
