import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readHeader, readTensors } from "../../src/model/file/read-safetensors.js";
import { type Factors, Model, type ModelParts } from "../../src/model/index.js";
import { type Id, Vocabulary } from "../../src/ratings/vocabulary.js";
import { hex, sameBytes } from "../support/bytes.js";
import { type FixtureOptions, handMade, randomParts } from "./fixtures.js";

/** Everything that can be read from a model, floats as bytes so that equal means equal bits. */
function contents(model: Model) {
  const bits = (values: Factors) => [values.constructor.name, hex(values)];
  return {
    users: [model.users.kind, ...model.users],
    items: [model.items.kind, ...model.items],
    userFactors: bits(model.copyFactors("users").values),
    itemFactors: bits(model.copyFactors("items").values),
    userBiases: bits(Float64Array.from(model.users, (id) => model.userBias(id))),
    itemBiases: bits(Float64Array.from(model.items, (id) => model.itemBias(id))),
    factors: model.factors,
    mean: model.mean,
    range: model.range,
    history: model.history,
    rated: model.history === "none" ? [] : Array.from(model.users, (id) => model.ratedItems(id)),
    popular: model.popular({ count: 1000 }),
    options: model.options,
    info: model.info,
  };
}

function inSharedMemory(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

const kind = fc.constantFrom("string" as const, "number" as const);
const fixtures = fc.record<Required<FixtureOptions>>({
  seed: fc.integer({ min: 0, max: 10_000 }),
  users: fc.integer({ min: 1, max: 9 }),
  items: fc.integer({ min: 1, max: 12 }),
  factors: fc.integer({ min: 1, max: 9 }),
  precision: fc.constantFrom("float32", "float64"),
  biases: fc.boolean(),
  history: fc.constantFrom("none", "items", "ratings"),
  userIds: kind,
  itemIds: kind,
  coarse: fc.boolean(),
});

/** Any string that JavaScript can hold, lone surrogates, NUL and byte order marks included. */
const anyString = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 0xd7f0, max: 0xe010 }),
      fc.constantFrom(0, 0xfeff, 0x41, 0xd83d, 0xde00, 0xd800, 0xdfff),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((units) => String.fromCharCode(...units));

async function again(model: Model): Promise<Model> {
  return Model.fromBytes(model.toBytes());
}

describe("toBytes and fromBytes", () => {
  test("give back the same model bit for bit", async () => {
    await fc.assert(
      fc.asyncProperty(fixtures, async (fixture) => {
        const model = new Model(randomParts(fixture));
        const copy = await again(model);
        expect(contents(copy)).toEqual(contents(model));
        expect(sameBytes(copy.toBytes(), model.toBytes())).toBe(true);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  test("keep every finite number, −0 and subnormal ones included", async () => {
    const finite = { noNaN: true, noDefaultInfinity: true };
    const doubles = (length: number) =>
      fc
        .array(fc.double(finite), { minLength: length, maxLength: length })
        .map((list) => Float64Array.from(list));
    const singles = (length: number) =>
      fc
        .array(fc.float(finite), { minLength: length, maxLength: length })
        .map((list) => Float32Array.from(list));
    const factors = fc.oneof(
      fc.record({ userFactors: doubles(4), itemFactors: doubles(6) }),
      fc.record({ userFactors: singles(4), itemFactors: singles(6) }),
    );
    await fc.assert(
      fc.asyncProperty(factors, doubles(2), doubles(3), fc.double(finite), async (floats, b, c, mean) => {
        const range = [Math.min(mean, -0), Math.max(mean, 0)] as const;
        const model = new Model(handMade({ ...floats, userBiases: b, itemBiases: c, mean, range }));
        expect(contents(await again(model))).toEqual(contents(model));
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  test("keep every id", async () => {
    const ids = fc.oneof(
      fc.uniqueArray(anyString, { minLength: 1, maxLength: 12 }),
      fc.uniqueArray(fc.string({ minLength: 1, unit: "grapheme" }), { minLength: 1, maxLength: 12 }),
      fc.uniqueArray(fc.maxSafeInteger(), { minLength: 1, maxLength: 12 }),
    );
    await fc.assert(
      fc.asyncProperty(ids as fc.Arbitrary<Id[]>, async (list) => {
        const parts = randomParts({ users: list.length });
        const kind = typeof list[0] as "string" | "number";
        const model = new Model({ ...parts, users: new Vocabulary<Id>(kind, list) });
        const copy = await again(model);
        expect([...copy.users]).toEqual(list);
        for (const [index, id] of list.entries()) expect(copy.users.index(id)).toBe(index);
      }),
      { seed: 7, numRuns: 1000 },
    );
  });

  test.each([
    ["the names of an object's own parts", ["__proto__", "constructor", "toString", "hasOwnProperty"]],
    ["emoji, newlines, blanks", ["👩‍👩‍👧", "a\nb", "\r\n", " ", "\u0000", '"', "\\"]],
    ["byte order marks", ["\ufeffx", "x\ufeff", "\ufeff", "x"]],
    ["lone surrogates", ["\ud800", "\udc00", "\udc00\ud800", "a\ud83d", "\ude00b", "\ud83d\ude00", "\ufffd"]],
    [
      "the ends of a number's whole range",
      [-(2 ** 53 - 1), 2 ** 53 - 1, 0, -1, 2 ** 32, -(2 ** 32), 2 ** 31],
    ],
  ] as [string, Id[]][])("keep %s as ids", async (_, list) => {
    const parts = randomParts({ users: list.length });
    const kind = typeof list[0] as "string" | "number";
    const copy = await again(new Model({ ...parts, users: new Vocabulary<Id>(kind, list) }));
    expect([...copy.users]).toEqual(list);
  });

  test("keep options of any names and texts", async () => {
    const options = JSON.parse('{"__proto__":{"x":1},"text":"\\ud800 \\u2028 é","list":[null,true,1e-300]}');
    const model = new Model(handMade({ options }));
    expect(JSON.stringify((await again(model)).options)).toBe(JSON.stringify(options));
  });

  test("a model read back disposes, prepares and saves like any other", async () => {
    const copy = await again(new Model(handMade()));
    await copy.prepare();
    copy.dispose();
    expect(() => copy.toBytes()).toThrow(expect.objectContaining({ code: "disposed" }));
  });

  test("read bytes, buffers, blobs and views at odd places alike, and leave them as they were", async () => {
    const model = new Model(randomParts());
    const bytes = model.toBytes();
    const padded = new Uint8Array(bytes.length + 11).fill(0xff);
    padded.set(bytes, 3);
    const view = padded.subarray(3, 3 + bytes.length);
    const sources = [
      bytes,
      bytes.buffer,
      new Blob([bytes]),
      view,
      ...(typeof Buffer === "undefined" ? [] : [Buffer.from(view.buffer, 3, bytes.length)]),
      ...(typeof SharedArrayBuffer === "undefined" ? [] : [inSharedMemory(bytes)]),
    ];
    for (const source of sources) {
      const copy = await Model.fromBytes(source);
      expect(contents(copy)).toEqual(contents(model));
    }
    expect(view).toEqual(bytes);
    // What was read is a copy: the source may change afterwards.
    const copy = await Model.fromBytes(view);
    view.fill(0);
    expect(contents(copy)).toEqual(contents(model));
  });

  test.each([undefined, null, "model.safetensors", 5, {}, [1, 2], new Float64Array(4)])(
    "refuse %s as a source",
    async (source) => {
      await expect(Model.fromBytes(source as never)).rejects.toThrow(TypeError);
      await expect(Model.fromBytes(source as never)).rejects.toThrow("a model is read from a Uint8Array");
    },
  );
});

describe("the file", () => {
  const fileOf = (parts: ModelParts<string, Id>) => new Model(parts).toBytes();

  test("is safetensors: header padded to 8 bytes, tensors aligned, without holes, to the end", () => {
    for (const precision of ["float32", "float64"] as const)
      for (let users = 1; users < 9; users++) {
        const file = new Model(randomParts({ users, factors: 3, precision, history: "ratings" })).toBytes();
        const headerLength = Number(new DataView(file.buffer).getBigUint64(0, true));
        expect(headerLength % 8).toBe(0);
        const text = new TextDecoder().decode(file.subarray(8, 8 + headerLength));
        expect(text).toMatch(/^\{"__metadata__":\{"crc32":"[0-9a-f]{8}","format":"alternant","version":"1",/);
        expect(text).toMatch(/\} {0,7}$/);
        const { __metadata__: metadata, ...tensors } = JSON.parse(text);
        expect(Object.values(metadata).every((value) => typeof value === "string")).toBe(true);
        let end = 0;
        for (const { dtype, data_offsets: offsets } of Object.values(tensors) as {
          dtype: string;
          data_offsets: [number, number];
        }[]) {
          expect(offsets[0]).toBe(end);
          const size = Number(/\d+/.exec(dtype)![0]) / 8;
          expect((8 + headerLength + offsets[0]) % size).toBe(0);
          end = offsets[1];
        }
        expect(8 + headerLength + end).toBe(file.length);
      }
  });

  test("names its tensors", () => {
    const numbers = { items: new Vocabulary<Id>("number", [7, -8, 9]) };
    const file = fileOf({ ...handMade(), ...numbers });
    const tensors = readTensors(file, readHeader(file));
    expect(
      Object.fromEntries([...tensors].map(([name, { dtype, shape }]) => [name, `${dtype} ${shape}`])),
    ).toEqual({
      user_factors: "F64 2,2",
      item_factors: "F64 3,2",
      user_biases: "F64 2",
      item_biases: "F64 3",
      user_counts: "I32 2",
      item_counts: "I32 3",
      user_ids: "U8 6",
      user_id_offsets: "I64 3",
      item_ids: "I64 3",
      history_starts: "I64 3",
      history_items: "I32 3",
      history_values: "F32 3",
    });
    expect([...new BigInt64Array(tensors.get("item_ids")!.data.slice().buffer)]).toEqual([7n, -8n, 9n]);
    const bare = fileOf(
      handMade({ userBiases: undefined, itemBiases: undefined, history: { kind: "none" } }),
    );
    expect([...readTensors(bare, readHeader(bare)).keys()].sort()).toEqual(
      ["item_counts", "item_factors", "item_id_offsets", "item_ids"]
        .flatMap((name) => [name, name.replace("item", "user")])
        .sort(),
    );
  });

  test("is the same whenever it is written", () => {
    expect(fileOf(handMade())).toEqual(fileOf(handMade()));
  });
});
