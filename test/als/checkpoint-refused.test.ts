import { beforeAll, describe, expect, it } from "vitest";
import { ALS, type AlsOptions, type FitOptions } from "../../src/als/index.js";
import { Engine } from "../../src/kernel/index.js";
import { Model } from "../../src/model/index.js";
import { seededRandom } from "../../src/random.js";
import { Ratings } from "../../src/ratings/index.js";
import { type Draft, forged, resealed } from "../model/craft.js";
import { spreadRatings } from "./fixtures.js";

type Options = FitOptions<number, number>;

const OPTIONS: AlsOptions = { factors: 3, epochs: 4, regularization: 0.3 };
const JUDGED: AlsOptions = { ...OPTIONS, regularization: 0.001, scaling: 0 };
let engine: Engine;
let ratings: Ratings<number, number>;
let held: Ratings<number, number>;
/** Of epoch 2, without validation and with it, the best epoch being an earlier one. */
let plain: Uint8Array<ArrayBuffer>;
let judged: Uint8Array<ArrayBuffer>;

async function checkpointOf(
  options: AlsOptions,
  at: number,
  more: Options = {},
  given: Ratings<number, number> = ratings,
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes: Uint8Array<ArrayBuffer> | undefined;
  await new ALS(options).fit(given, {
    engine,
    ...more,
    onEpoch: async ({ epoch, checkpoint }) => {
      if (epoch === at) bytes = await checkpoint();
    },
  });
  return bytes!;
}

beforeAll(async () => {
  engine = await Engine.create({ threads: 1 });
  [ratings, held] = spreadRatings(20, 12, 120).split({ test: 0.2, seed: 3 });
  plain = await checkpointOf(OPTIONS, 2);
  judged = await checkpointOf(JUDGED, 3, {
    validation: { ratings: held },
  });
});

function attempt(resume: unknown, options: AlsOptions = OPTIONS, more: Options = {}): Promise<unknown> {
  return new ALS(options).fit(ratings, { engine, ...more, resume: resume as Uint8Array }).then(
    () => "trained",
    (error: unknown) => error,
  );
}

async function codeOf(
  resume: Uint8Array,
  options: AlsOptions = OPTIONS,
  more: Options = {},
): Promise<string> {
  const outcome = await attempt(resume, options, more);
  return typeof outcome === "string" ? outcome : ((outcome as { code?: string }).code ?? String(outcome));
}

describe("a checkpoint of another training is refused, by what differs:", () => {
  it.each<[string, AlsOptions, string]>([
    ["factors", { factors: 4 }, "factors 3 there, 4 here"],
    ["seed", { seed: 2 }, "seed 1 there, 2 here"],
    ["precision", { precision: "float32" }, 'precision "float64" there, "float32" here'],
    ["scaling", { scaling: 0 }, "scaling 0.7 there, 0 here"],
    [
      "λ",
      { regularization: { users: 0.4 } },
      'regularization {"users":0.3,"items":0.3,"biases":3} there, {"users":0.4,"items":0.55,"biases":3} here',
    ],
    ["biases", { biases: "mean" }, 'biases "full" there, "mean" here'],
    ["solver", { solver: "cg", cgSteps: 5 }, 'solver "auto" there, "cg" here; cgSteps 3 there, 5 here'],
    ["scalingStar", { scalingStar: 1 }, "scalingStar none there, 1 here"],
  ])("%s", async (_, options, differing) => {
    expect(await attempt(plain, { ...OPTIONS, ...options })).toMatchObject({
      name: "AlternantError",
      code: "checkpoint-mismatch",
      message: `resume: the checkpoint is of another training: it was made with other options: ${differing}. Give the same options, or start without resume.`,
    });
  });

  it("fewer epochs than it has behind it", async () => {
    expect(await attempt(plain, { ...OPTIONS, epochs: 1 })).toMatchObject({
      code: "checkpoint-mismatch",
      message:
        "resume: the checkpoint is of another training: it has 2 epochs behind it, and training is to end after 1. Set epochs to 2 or more, or start without resume.",
    });
  });

  it("validation", async () => {
    const differing = async (given: AlsOptions, more: Options, bytes = judged): Promise<string> =>
      ((await attempt(bytes, { ...given }, more)) as Error).message;
    expect(await differing(JUDGED, {})).toContain('validation "given" there, none here');
    expect(await differing(OPTIONS, { validation: { ratings: held } }, plain)).toContain(
      'validation none there, "given" here',
    );
    expect(await differing(JUDGED, { validation: { ratings: held, patience: 2 } })).toContain(
      "validation.patience 3 there, 2 here",
    );
    expect(await differing(JUDGED, { validation: { ratings: held, metric: "ndcg", k: 4 } })).toContain(
      'validation.metric "rmse" there, "ndcg" here; validation.k none there, 4 here',
    );
    const [others] = held.split({ test: 0.5, seed: 1 });
    expect(await differing(JUDGED, { validation: { ratings: others } })).toMatch(
      /other validation\.ratings: their content hash is [0-9a-f]{32} there, [0-9a-f]{32} here\. Give the same ratings, in the same order, or start without resume\.$/,
    );
    expect(await attempt(judged, JUDGED, { validation: { ratings: held } })).toBe("trained");
  });

  it("ratings, by their number, values, weights and ids", async () => {
    const rows = Array.from(ratings, ({ user, item, value }) => ({ user, item, value }));
    const from = (given: typeof rows): Ratings<number, number> => Ratings.from<number, number>(given);
    const resume = await checkpointOf(OPTIONS, 2, {}, from(rows));
    const message = async (other: Ratings<number, number>): Promise<string> =>
      new ALS(OPTIONS).fit(other, { engine, resume }).then(
        () => "trained",
        (error: { code: string; message: string }) => {
          expect(error.code).toBe("checkpoint-mismatch");
          return error.message;
        },
      );
    expect(await message(from(rows))).toBe("trained");
    expect(await message(from(rows.slice(1)))).toMatch(
      /it was made of other ratings: 96 of 20 users and 12 items there, 95 of 20 and 12 here\. Give the same ratings, or start without resume\.$/,
    );
    const hashes =
      /as many, but their content hash is [0-9a-f]{32} there, [0-9a-f]{32} here\. Give the same ratings, in the same order, or start without resume\.$/;
    for (const changed of [
      rows.map((row, at) => (at === 50 ? { ...row, value: row.value + 1 } : row)),
      rows.map((row) => ({ ...row, weight: 2 })),
      rows.map((row) => ({ ...row, user: row.user + 1000 })),
    ])
      expect(await message(from(changed))).toMatch(hashes);
  });

  it("the model that it started from", async () => {
    const models = await Promise.all(
      [1, 2].map((seed) => new ALS({ ...OPTIONS, seed, epochs: 1 }).fit(ratings, { engine })),
    );
    const initial = models[0]!;
    expect(await attempt(plain, OPTIONS, { initial })).toMatchObject({
      code: "checkpoint-mismatch",
      message:
        "resume: the checkpoint is of another training: it was made from random factors, not from the initial model that is given. Leave initial out, or give the one that it was made from, or start without resume.",
    });
    const warm = await checkpointOf(OPTIONS, 2, { initial });
    expect(await attempt(warm, OPTIONS, { initial })).toBe("trained");
    expect(await attempt(warm, OPTIONS, { initial: models[1]! })).toMatchObject({
      message: expect.stringContaining("it was made from another model, not from the initial model"),
    });
  });

  it("arithmetic", async () => {
    const relaxed = forged(plain, ({ metadata }) =>
      metadata.set("training", metadata.get("training")!.replace('"default"', '"relaxed"')),
    );
    expect(await attempt(relaxed)).toMatchObject({
      code: "checkpoint-mismatch",
      message: expect.stringContaining('arithmetic "relaxed" there, "default" here'),
    });
  });
});

describe("what is no checkpoint", () => {
  it.each<[string, unknown, RegExp]>([
    [
      "a path",
      "epoch.safetensors",
      /^resume: a checkpoint is read from a Uint8Array, an ArrayBuffer or a Blob, not from "epoch/,
    ],
    ["null", null, /^resume: a checkpoint is read from .*, not from null$/],
  ])("%s is a TypeError", async (_, resume, message) => {
    const error = await attempt(resume);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(message);
  });

  it.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array(0)],
    ["text", new TextEncoder().encode("userId,movieId,rating\n1,31,2.5\n".repeat(20))],
  ])("%s", async (_, bytes) => {
    expect(await attempt(bytes)).toMatchObject({
      code: "corrupt-checkpoint",
      message: expect.stringContaining(
        `These ${bytes.length} bytes are not an Alternant checkpoint: one begins with`,
      ),
    });
  });

  it("a safetensors file of another program", async () => {
    const json =
      '{"__metadata__":{"format":"pt"},"weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  ';
    const bytes = new Uint8Array(8 + json.length + 4);
    bytes[0] = json.length;
    bytes.set(new TextEncoder().encode(json), 8);
    expect(await attempt(bytes)).toMatchObject({
      code: "corrupt-checkpoint",
      message: expect.stringMatching(/not an Alternant checkpoint.*safetensors file of another program/),
    });
  });

  it("a model; nor is a checkpoint one", async () => {
    const model = await new ALS(OPTIONS).fit(ratings, { engine });
    expect(await attempt(model.toBytes())).toMatchObject({
      code: "corrupt-checkpoint",
      message:
        'The checkpoint file is not valid: it is not an Alternant checkpoint: its metadata entry "format" is "alternant", not "alternant-checkpoint".',
    });
    await expect(Model.fromBytes(plain)).rejects.toMatchObject({
      code: "corrupt-model",
      message: expect.stringContaining(
        'its metadata entry "format" is "alternant-checkpoint", not "alternant"',
      ),
    });
  });

  it("one of a later version of the format, which is named", async () => {
    const newer = forged(plain, ({ metadata }) => metadata.set("version", "2"));
    expect(await attempt(newer)).toMatchObject({
      code: "newer-checkpoint",
      message:
        "The checkpoint file has format version 2, and this version of alternant reads up to 1; update alternant.",
    });
  });
});

describe("a damaged checkpoint", () => {
  it("is refused after every truncation, with its own checksum or a right one", async () => {
    const results = new Set<string>();
    const files: [Uint8Array, AlsOptions, Options][] = [
      [plain, OPTIONS, {}],
      [judged, JUDGED, { validation: { ratings: held } }],
    ];
    for (const [file, options, more] of files) {
      const codeOfThis = (bytes: Uint8Array): Promise<string> => codeOf(bytes, options, more);
      for (let length = 0; length < file.length; length += 7)
        results.add(await codeOfThis(file.subarray(0, length)));
      for (let length = 42; length < file.length; length += 5)
        results.add(await codeOfThis(resealed(file.subarray(0, length))));
      results.add(await codeOfThis(Uint8Array.of(...file, 0)));
      results.add(await codeOfThis(resealed(Uint8Array.of(...file, 0))));
    }
    expect([...results]).toEqual(["corrupt-checkpoint"]);
  });

  it("is refused after any flipped bit", async () => {
    const random = seededRandom(12, "test");
    const copy = Uint8Array.from(plain);
    const results = new Set<string>();
    for (let n = 0; n < 400; n++) {
      const bit = random.integer(8 * copy.length);
      copy[bit >> 3]! ^= 1 << (bit & 7);
      results.add(await codeOf(copy));
      copy[bit >> 3]! ^= 1 << (bit & 7);
    }
    expect([...results]).toEqual(["corrupt-checkpoint"]);
    expect(await codeOf(copy)).toBe("trained");
  });

  it("is refused, or goes on, or is told to be another training's, when a bit of its header is flipped under a right checksum", async () => {
    const headerLength = new DataView(plain.buffer).getUint32(0, true);
    const copy = Uint8Array.from(plain);
    const results = new Set<string>();
    for (let bit = 3; bit < 8 * (8 + headerLength); bit += 5) {
      copy[bit >> 3]! ^= 1 << (bit & 7);
      results.add(await codeOf(resealed(copy)));
      copy[bit >> 3]! ^= 1 << (bit & 7);
    }
    expect([...results].sort()).toEqual([
      "checkpoint-mismatch",
      "corrupt-checkpoint",
      "newer-checkpoint",
      "trained",
    ]);
  });

  const progress = (change: (told: Record<string, unknown>) => unknown) => (draft: Draft) =>
    draft.metadata.set("progress", JSON.stringify(change(JSON.parse(draft.metadata.get("progress")!))));
  it.each<[string, (draft: Draft) => unknown, string]>([
    [
      "no progress",
      ({ metadata }) => metadata.delete("progress"),
      'its metadata entry "progress" is missing',
    ],
    [
      "no training",
      ({ metadata }) => metadata.delete("training"),
      'its metadata entry "training" is missing',
    ],
    ["a training that is none", ({ metadata }) => metadata.set("training", "{}"), '"training" is not what'],
    [
      "no epochs",
      progress(({ epochs: _, ...rest }) => rest),
      '"progress" is not what a checkpoint has there',
    ],
    ["epoch 0", progress((told) => ({ ...told, epochs: 0 })), '"progress" is not what'],
    ["an endless loss", progress((told) => ({ ...told, loss: null })), '"progress" is not what'],
    ["one penalty", progress((told) => ({ ...told, penalties: [1] })), '"progress" is not what'],
    [
      "a best epoch to come",
      progress((told) => ({ ...told, stopping: { since: 1, best: told } })),
      '"progress" is not',
    ],
    [
      "a judgement that nobody asked for",
      progress((told) => ({ ...told, stopping: { since: 0, best: { ...told, value: 1 } } })),
      "it says both",
    ],
    ["no users", ({ tensors }) => tensors.delete("user_factors"), 'tensor "user_factors" is missing'],
    [
      "factors that are not finite",
      ({ tensors }) => {
        tensors.get("item_factors")!.data.fill(0xff);
      },
      'tensor "item_factors" holds NaN',
    ],
    [
      "a tensor too many",
      ({ tensors }) => tensors.set("more", { dtype: "U8", shape: [0], data: new Uint8Array(0) }),
      'it holds the unknown tensor "more"',
    ],
  ])("is refused with %s under a right checksum", async (_, change, why) => {
    expect(await attempt(forged(plain, change))).toMatchObject({
      code: "corrupt-checkpoint",
      message: expect.stringContaining(why),
    });
  });
});
