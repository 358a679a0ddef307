import { describe, expect, test } from "vitest";
import { Model } from "../../src/model/index.js";
import { seededRandom } from "../../src/random.js";
import { type Draft, forged, resealed, withHeader } from "./craft.js";
import { handMade, randomModel } from "./fixtures.js";

const file = new Model(handMade()).toBytes();
const headerLength = new DataView(file.buffer).getUint32(0, true);

/** The code of the error that reading rejects with; "a model" when it does not. */
async function outcome(bytes: Uint8Array): Promise<string> {
  return Model.fromBytes(bytes).then(
    () => "a model",
    (error: { code?: string }) => error.code ?? String(error),
  );
}

describe("damage", () => {
  test("every single bit of the header", async () => {
    const results = new Set<string>();
    const copy = Uint8Array.from(file);
    for (let bit = 0; bit < 8 * (8 + headerLength); bit++) {
      copy[bit >> 3]! ^= 1 << (bit & 7);
      results.add(await outcome(copy));
      copy[bit >> 3]! ^= 1 << (bit & 7);
    }
    expect([...results]).toEqual(["corrupt-model"]);
    expect(await outcome(copy)).toBe("a model");
  });

  test("1,000 bits of the data", async () => {
    const large = randomModel({ users: 100, items: 80, factors: 8, history: "ratings" }).toBytes();
    const dataFrom = 8 + new DataView(large.buffer).getUint32(0, true);
    const random = seededRandom(11, "test");
    const results = new Set<string>();
    for (let n = 0; n < 1000; n++) {
      const bit = 8 * dataFrom + random.integer(8 * (large.length - dataFrom));
      large[bit >> 3]! ^= 1 << (bit & 7);
      results.add(await outcome(large));
      large[bit >> 3]! ^= 1 << (bit & 7);
    }
    expect([...results]).toEqual(["corrupt-model"]);
  });

  test("every truncation, and a byte too many", async () => {
    const results = new Set<string>();
    for (let length = 0; length < file.length; length++) results.add(await outcome(file.subarray(0, length)));
    results.add(await outcome(Uint8Array.of(...file, 0)));
    expect([...results]).toEqual(["corrupt-model"]);
  });

  test("every truncation with a right checksum", async () => {
    const results = new Set<string>();
    for (let length = 42; length < file.length; length++)
      results.add(await outcome(resealed(file.subarray(0, length))));
    results.add(await outcome(resealed(Uint8Array.of(...file, 0))));
    expect([...results]).toEqual(["corrupt-model"]);
  });

  test("every bit of the header with a right checksum: an error with a code, or a model that answers", async () => {
    const results = new Set<string>();
    const copy = Uint8Array.from(file);
    for (let bit = 0; bit < 8 * (8 + headerLength); bit++) {
      copy[bit >> 3]! ^= 1 << (bit & 7);
      const result = await Model.fromBytes(resealed(copy)).then(
        (model) => {
          for (const user of model.users) {
            model.recommend(user, { exclude: "none" });
            if (model.history !== "none") model.ratedItems(user);
          }
          return "a model";
        },
        (error: { code?: string }) => error.code ?? String(error),
      );
      results.add(result);
      copy[bit >> 3]! ^= 1 << (bit & 7);
    }
    expect([...results].sort()).toEqual(["a model", "corrupt-model", "newer-model"]);
  });
});

describe("other files", () => {
  test.each([
    ["nothing", new Uint8Array(0)],
    ["zeros", new Uint8Array(4096)],
    ["text", new TextEncoder().encode("userId,movieId,rating\n1,31,2.5\n".repeat(20))],
  ])("%s is not a model", async (_, bytes) => {
    await expect(Model.fromBytes(bytes)).rejects.toMatchObject({
      code: "corrupt-model",
      message: expect.stringContaining(`These ${bytes.length} bytes are not an Alternant model`),
    });
  });

  test("a safetensors file of another program is not a model", async () => {
    const json =
      '{"__metadata__":{"format":"pt"},"weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  ';
    const bytes = new Uint8Array(8 + json.length + 4);
    bytes[0] = json.length;
    bytes.set(new TextEncoder().encode(json), 8);
    await expect(Model.fromBytes(bytes)).rejects.toMatchObject({
      code: "corrupt-model",
      message: expect.stringMatching(/not an Alternant model.*safetensors file of another program/),
    });
  });

  test("a sealed safetensors file of another program is not a model", async () => {
    await refused((draft) => draft.metadata.set("format", "pt"), 'its metadata entry "format" is "pt"');
    await refused((draft) => draft.metadata.delete("format"), 'its metadata entry "format" is undefined');
  });

  test("a newer version is named beside the one that can be read", async () => {
    const newer = forged(file, (draft) => draft.metadata.set("version", "3"));
    await expect(Model.fromBytes(newer)).rejects.toMatchObject({
      code: "newer-model",
      message:
        "The model file has format version 3, and this version of alternant reads up to 2; update alternant.",
    });
    // Its tensors may be of types that are not known yet.
    const stranger = withHeader(newer, (json) => json.replaceAll('"F64"', '"F4"'));
    await expect(Model.fromBytes(stranger)).rejects.toMatchObject({ code: "newer-model" });
  });

  test.each(["", "0", "01", "1.0", "-1", "1e3", "99999999999"])(
    "version %j is no version",
    async (version) => {
      await refused((draft) => draft.metadata.set("version", version), "its format version is");
    },
  );
});

/** Changes the file, puts the right checksum on it, and expects it to be refused with these words. */
async function refused(change: (draft: Draft) => void, why: string): Promise<void> {
  await expect(Model.fromBytes(forged(file, change))).rejects.toMatchObject({
    code: "corrupt-model",
    message: expect.stringContaining(why),
  });
}

const bytesOf = (values: ArrayBufferView) =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

describe("crafted tensors with a right checksum", () => {
  const set = (name: string, values: ArrayBufferView) => (draft: Draft) => {
    draft.tensors.get(name)!.data = bytesOf(values);
  };
  const put =
    (name: string, dtype: "F64" | "F32" | "I64" | "I32" | "U8", shape: number[], values: ArrayBufferView) =>
    (draft: Draft) => {
      draft.tensors.set(name, { dtype, shape, data: bytesOf(values) });
    };
  /** Ascending items, so that only the starts can be wrong. */
  const rows =
    (...starts: bigint[]) =>
    (draft: Draft) => {
      set("history_items", Int32Array.of(0, 1, 2))(draft);
      set("history_starts", BigInt64Array.from(starts))(draft);
    };
  const text = (value: string) => new TextEncoder().encode(value);
  const cases: [name: string, change: (draft: Draft) => void, why: string][] = [
    ["NaN factor", set("user_factors", Float64Array.of(1, 2, NaN, 4)), 'tensor "user_factors" holds NaN'],
    [
      "infinite bias",
      set("item_biases", Float64Array.of(1, Infinity, 2)),
      'tensor "item_biases" holds Infinity',
    ],
    ["negative count", set("item_counts", Int32Array.of(1, -1, 2)), 'tensor "item_counts" holds -1'],
    ["missing tensor", (d) => d.tensors.delete("item_factors"), 'tensor "item_factors" is missing'],
    ["missing ids", (d) => d.tensors.delete("user_ids"), 'tensor "user_ids" is missing'],
    ["missing offsets", (d) => d.tensors.delete("user_id_offsets"), 'tensor "user_id_offsets" is missing'],
    ["missing counts", (d) => d.tensors.delete("user_counts"), 'tensor "user_counts" is missing'],
    ["missing history", (d) => d.tensors.delete("history_items"), 'tensor "history_items" is missing'],
    ["unknown tensor", put("__proto__", "U8", [1], text("x")), 'it holds the unknown tensor "__proto__"'],
    ["other number of factors", put("item_factors", "F64", [2, 3], new Float64Array(6)), "speaks of 2 × 3"],
    ["other shape", put("item_factors", "F64", [3, 1], new Float64Array(3)), "has shape [3,1], not [3,2]"],
    [
      "other rank",
      put("item_factors", "F64", [6], new Float64Array(6)),
      "has shape [6], not one of 2 extents",
    ],
    ["no factors", put("user_factors", "F64", [2, 0], new Float64Array(0)), "2 users, 3 items and 0 factors"],
    ["no users", put("user_factors", "F64", [0, 2], new Float64Array(0)), "0 users, 3 items and 2 factors"],
    ["mixed precision", put("item_factors", "F32", [3, 2], new Float32Array(6)), "has type F32, not F64"],
    ["float32 biases", put("user_biases", "F32", [2], new Float32Array(2)), "has type F32, not F64"],
    [
      "integer factors",
      put("user_factors", "I32", [2, 2], new Int32Array(4)),
      "has type I32, not F32 or F64",
    ],
    ["too many biases", put("user_biases", "F64", [3], new Float64Array(3)), "has shape [3], not [2]"],
    ["equal ids", set("user_ids", text("annann")), 'the ids in tensor "user_ids" are not all different'],
    ["not UTF-8", set("user_ids", Uint8Array.of(0x61, 0x62, 0xff, 0x63, 0x64, 0x65)), "id 0 in tensor"],
    ["half a character", set("user_ids", Uint8Array.of(0x61, 0x62, 0xc3, 0xa9, 0x64, 0x65)), "is not UTF-8"],
    ["overlong UTF-8", set("user_ids", Uint8Array.of(0x61, 0xc0, 0x80, 0x63, 0x64, 0x65)), "is not UTF-8"],
    ["half a surrogate", set("user_ids", Uint8Array.of(0xed, 0xa0, 0x63, 0x64, 0x65, 0x66)), "is not UTF-8"],
    ["no surrogate", set("user_ids", Uint8Array.of(0xed, 0xed, 0x80, 0x64, 0x65, 0x66)), "is not UTF-8"],
    ["empty id", set("user_id_offsets", BigInt64Array.of(0n, 0n, 6n)), "id 0 in tensor"],
    ["offsets from 1", set("user_id_offsets", BigInt64Array.of(1n, 3n, 6n)), "does not hold 3 offsets"],
    ["offsets to 5", set("user_id_offsets", BigInt64Array.of(0n, 3n, 5n)), "does not hold 3 offsets"],
    ["offsets that turn back", set("user_id_offsets", BigInt64Array.of(0n, 9n, 6n)), "id 1 in tensor"],
    ["huge offset", set("user_id_offsets", BigInt64Array.of(0n, 2n ** 62n, 6n)), "does not hold 3 offsets"],
    [
      "too few offsets",
      put("user_id_offsets", "I64", [2], BigInt64Array.of(0n, 6n)),
      "does not hold 3 offsets",
    ],
    ["offsets of floats", put("user_id_offsets", "F64", [3], new Float64Array(3)), "has type F64, not I64"],
    ["unsafe number id", put("item_ids", "I64", [3], BigInt64Array.of(1n, 2n ** 53n, 3n)), "3 safe integers"],
    ["two of three ids", put("item_ids", "I64", [2], BigInt64Array.of(1n, 2n)), "3 safe integers"],
    ["equal number ids", put("item_ids", "I64", [3], BigInt64Array.of(1n, 2n, 1n)), "not all different"],
    ["ids of floats", put("item_ids", "F64", [3], new Float64Array(3)), "has type F64, not U8 or I64"],
    ["history from 1", rows(1n, 2n, 3n), "its history is not"],
    ["history to 2", rows(0n, 2n, 2n), "its history is not"],
    ["history beyond its end", rows(0n, 2n ** 40n, 3n), "its history is not"],
    ["negative row", rows(0n, -1n, 3n), "its history is not"],
    ["huge row", rows(0n, 2n ** 60n, 3n), "its history is not"],
    ["too few rows", put("history_starts", "I64", [2], BigInt64Array.of(0n, 3n)), "its history is not"],
    ["unknown item", set("history_items", Int32Array.of(0, 3, 1)), 'tensor "history_items" holds 3'],
    ["negative item", set("history_items", Int32Array.of(-1, 2, 1)), 'tensor "history_items" holds -1'],
    ["descending items", set("history_items", Int32Array.of(2, 0, 1)), "its history is not"],
    ["repeated item", set("history_items", Int32Array.of(2, 2, 1)), "its history is not"],
    ["infinite rating", set("history_values", Float32Array.of(1, 2, -Infinity)), "holds -Infinity"],
    ["too few ratings", put("history_values", "F32", [2], new Float32Array(2)), "has shape [2], not [3]"],
    [
      "items in a matrix",
      put("history_items", "I32", [3, 1], Int32Array.of(0, 2, 1)),
      "not one of 1 extents",
    ],
  ];
  test.each(cases)("%s", async (_, change, why) => refused(change, why));

  test("the same starts are taken when they are right", async () => {
    const model = await Model.fromBytes(forged(file, rows(0n, 0n, 3n)));
    expect(model.ratedItems("ann")).toEqual([]);
    expect(model.ratedItems("bob")).toHaveLength(3);
  });
});

describe("crafted metadata with a right checksum", () => {
  const entry = (name: string, value: string | undefined) => (draft: Draft) => {
    if (value === undefined) draft.metadata.delete(name);
    else draft.metadata.set(name, value);
  };
  const info = (path: string, value: unknown) => (draft: Draft) => {
    const [part, field] = path.split(".") as [string, string];
    const parsed = JSON.parse(draft.metadata.get("info")!);
    parsed[part][field] = value;
    draft.metadata.set("info", JSON.stringify(parsed));
  };
  const cases: [name: string, change: (draft: Draft) => void, why: string][] = [
    ["no mean", entry("mean", undefined), '"mean" is missing or not JSON'],
    ["mean of text", entry("mean", "three"), '"mean" is missing or not JSON'],
    ["infinite mean", entry("mean", "1e999"), '"mean" is not what'],
    ["null mean", entry("mean", "null"), '"mean" is not what'],
    ["no range", entry("range", undefined), '"range" is missing'],
    ["short range", entry("range", "[1]"), '"range" is not what'],
    ["range of text", entry("range", '["1","5"]'), '"range" is not what'],
    ["range upside down", entry("range", "[5,1]"), '"range" is not what'],
    ["infinite range", entry("range", "[1,1e999]"), '"range" is not what'],
    ["no history", entry("history", undefined), "its history is undefined"],
    ["other history", entry("history", "all"), 'its history is "all"'],
    ["history without its ratings", entry("history", "items"), 'the unknown tensor "history_values"'],
    ["history that says none", entry("history", "none"), 'the unknown tensor "history_'],
    ["list of options", entry("options", "[]"), '"options" is not what'],
    ["no options", entry("options", undefined), '"options" is missing'],
    ["null info", entry("info", "null"), '"info" is not what'],
    ["empty info", entry("info", "{}"), '"info" is not what'],
    ["info of other users", info("data.users", 3), "2 users × 3 items, and its info speaks of 3 × 3"],
    ["half a user", info("data.users", 2.5), '"info" is not what'],
    ["negative ratings", info("data.ratings", -1), '"info" is not what'],
    ["density of text", info("data.density", "full"), '"info" is not what'],
    ["unknown loss", info("run.loss", null), '"info" is not what'],
    ["build of a number", info("run.build", 7), '"info" is not what'],
  ];
  test.each(cases)("%s", async (_, change, why) => refused(change, why));
});

describe("crafted headers with a right checksum", () => {
  const cases: [name: string, change: (json: string) => string, why: string][] = [
    ["not JSON", (json) => json.replace(/\}\s*$/, "]"), "its header is not JSON"],
    ["metadata of numbers", (json) => json.replace('"mean":"3"', '"mean":3'), '"mean" is 3, not a string'],
    ["tensor of null", (json) => json.replace('"item_counts":{', '"x":null,"item_counts":{'), "null, not by"],
    ["unknown type", (json) => json.replace('"I32"', '"I33"'), 'has the unknown type "I33"'],
    ["inherited type", (json) => json.replace('"I32"', '"toString"'), 'has the unknown type "toString"'],
    ["type of a list", (json) => json.replace('"I32"', '["I32"]'), "has the unknown type an array of 1"],
    ["negative extents", (json) => json.replace("[2,2]", "[-2,-2]"), "is not a list of sizes"],
    ["half an extent", (json) => json.replace("[2,2]", "[0.5,8]"), "is not a list of sizes"],
    ["shape of text", (json) => json.replace("[2,2]", '"2,2"'), "is not a list of sizes"],
    ["many extents", (json) => json.replace("[2,2]", `[2,2${",1".repeat(7)}]`), "is not a list of sizes"],
    ["huge extents", (json) => json.replace("[2,2]", "[9007199254740991,9007199254740991]"), "takes"],
    ["extents beyond any number", (json) => json.replace("[2,2]", "[1e308,1e308]"), "is not a list of sizes"],
    ["offsets upside down", (json) => json.replace("[0,32]", "[32,0]"), "not a pair of ascending"],
    ["three offsets", (json) => json.replace("[0,32]", "[0,32,32]"), "not a pair of ascending"],
    ["huge offsets", (json) => json.replace("[0,32]", "[9007199254740000,9007199254740032]"), "begins at"],
    [
      "an overlap",
      (json) => json.replace("[32,80]", "[0,48]"),
      "begins at 0, and the one before it ends at 32",
    ],
  ];
  test.each(cases)("%s", async (_, change, why) => {
    const changed = withHeader(file, change);
    expect(changed).not.toEqual(file);
    await expect(Model.fromBytes(changed)).rejects.toMatchObject({
      code: "corrupt-model",
      message: expect.stringContaining(why),
    });
  });

  test("nesting a million deep", async () => {
    const deep = withHeader(file, (json) =>
      json.replace('"item_counts":{', `"x":${"[".repeat(1e6)}${"]".repeat(1e6)},"item_counts":{`),
    );
    expect(await outcome(deep)).toBe("corrupt-model");
  });

  test("a header longer than the file, in either half of its length", async () => {
    for (const [at, value] of [
      [0, 0xffffffff],
      [4, 1],
      [4, 0xffffffff],
    ] as const) {
      const copy = Uint8Array.from(file);
      new DataView(copy.buffer).setUint32(at, value, true);
      await expect(Model.fromBytes(resealed(copy))).rejects.toThrow("its header should have");
    }
  });

  test("a hole between tensors, and bytes after the last", async () => {
    const shifted = (json: string) =>
      json.replace(/"data_offsets":\[(\d+),(\d+)\]/g, (_, from, to) =>
        Number(from) === 0
          ? `"data_offsets":[0,${to}]`
          : `"data_offsets":[${Number(from) + 8},${Number(to) + 8}]`,
      );
    const longer = withHeader(Uint8Array.of(...file, ...new Uint8Array(8)), shifted);
    await expect(Model.fromBytes(longer)).rejects.toThrow("begins at 40, and the one before it ends at 32");
    const more = resealed(Uint8Array.of(...file, 0, 0));
    await expect(Model.fromBytes(more)).rejects.toThrow(`and the file has ${file.length + 2}`);
  });
});
