import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALS, Engine, type Model, Ratings, SVD } from "../../src/index.js";
import { goldenRatings } from "../golden/fit.js";
import { CAN_SHARE } from "../support/sharing.js";

// What a seed gives must not change by accident, nor differ between engines: the same hashes in Node and in pages. A change that is
// meant to change the bits (another order of sums, other blocks) writes the new ones here, and says why.
const GOLDEN = {
  "SVD float64": "3dabe954084088b57aa5d040320b76bbfe0c7d20f024cf1dbf80f7a1d5103e77",
  "SVD float32": "f888f1452ee133d59397f24b94037ad165cb90f0a09b3ec0fc56323569a4bcc4",
  "canonical()": "c89325c7585c0a41399d299aa3bdf5a753c97c7e96356a6c0e504aada34e5aee",
} as const;

const THREADS = CAN_SHARE ? [1, 2, 3, 7] : [1];
let engines: Engine[];
beforeAll(async () => {
  engines = await Promise.all(THREADS.map((threads) => Engine.create({ threads })));
});
afterAll(() => Promise.all(engines.map((engine) => engine.dispose())));

async function hashOf(model: Model<number, number>): Promise<string> {
  const parts = [model.copyFactors("users").values, model.copyFactors("items").values];
  const digest = await crypto.subtle.digest("SHA-256", await new Blob(parts as BlobPart[]).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

describe.each(THREADS)("a seeded decomposition, to the last bit, on %i threads", (threads) => {
  it("is the committed one", async () => {
    const engine = engines[THREADS.indexOf(threads)]!;
    const ratings = goldenRatings({ ALS, Ratings });
    const svd = (precision: "float64" | "float32") =>
      new SVD({ factors: 12, precision, tolerance: 1e-3, seed: 42 }).fit(ratings, { engine });
    const als = await new ALS({ factors: 7, epochs: 2, seed: 42 }).fit(ratings, { engine });
    const float64 = await svd("float64");
    expect(float64.info.run.solver?.name).toBe("krylov");
    expect({
      "SVD float64": await hashOf(float64),
      "SVD float32": await hashOf(await svd("float32")),
      "canonical()": await hashOf(await als.canonical({ engine })),
    }).toEqual(GOLDEN);
  });
});
