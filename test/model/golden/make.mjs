// Writes the model files of each format version that the tests load for ever: `node test/model/golden/make.mjs`.
// A file that is there is never written again, or it would show nothing about files written in the past.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { inlined } from "../../../scripts/inlined.mjs";

const folder = fileURLToPath(new URL(".", import.meta.url));
const scratch = mkdtempSync(join(folder, "make-"));
const write = (name, model) => {
  const target = join(folder, name);
  if (existsSync(target)) console.log(`${name} exists and stays as it is`);
  else writeFileSync(target, model.toBytes());
};
try {
  const outfile = join(scratch, "model.mjs");
  await build({
    stdin: {
      contents: `
        export { Model } from "./src/model/index.js";
        export { Vocabulary } from "./src/ratings/vocabulary.js";
        export { handMade } from "./test/model/fixtures.js";`,
      resolveDir: join(folder, "../../.."),
    },
    bundle: true,
    format: "esm",
    packages: "external",
    platform: "node",
    ...inlined,
    outfile,
  });
  const { Model, Vocabulary, handMade } = await import(pathToFileURL(outfile).href);
  const model = new Model({
    users: new Vocabulary("string", ["ann", "__proto__", "👩‍👩‍👧", "\ud800", "naïve\nline"]),
    items: new Vocabulary("number", [7, -3, 9007199254740991, 0]),
    factors: 3,
    userFactors: Float32Array.of(0.5, -1, 2, 0.25, 0.125, -0.75, 1, 1, 1, 0, 0, 0, -2, 0.5, 1.5),
    itemFactors: Float32Array.of(1, 0.5, -0.25, -1, 2, 0.5, 0.75, 0.75, 0, 0, 0, 0),
    mean: 3.53125,
    userBiases: Float64Array.of(0.25, -0.5, 0.1, 0, -0.125),
    itemBiases: Float64Array.of(-0.375, 0.5, 1e-300, 0),
    range: [0.5, 5],
    userCounts: Int32Array.of(2, 1, 3, 0, 1),
    itemCounts: Int32Array.of(3, 2, 2, 0),
    history: {
      kind: "ratings",
      byUser: {
        starts: Float64Array.of(0, 2, 3, 6, 6, 7),
        columns: Int32Array.of(0, 2, 1, 0, 1, 2, 0),
        values: Float64Array.of(4, 0.5, 3.3, 5, 2, 1, 4.5),
      },
    },
    options: { factors: 3, regularization: { users: 0.5, items: 0.5, biases: 3 }, biases: "full", seed: 1 },
    info: {
      data: {
        users: 5,
        items: 4,
        ratings: 7,
        density: 0.35,
        mean: 3.53125,
        usersWithoutRatings: 1,
        itemsWithoutRatings: 1,
      },
      parameters: { model: 36, full: 20 },
      run: {
        build: "simd",
        why: "written by hand",
        precision: "float32",
        arithmetic: "plain",
        threads: 1,
        epochs: 15,
        loss: 1.25,
        rmse: 0.75,
        seconds: 0.5,
      },
    },
  });
  write("v1.safetensors", model);

  const options = {
    algorithm: "als",
    factors: 2,
    feedback: "explicit",
    scaling: 1,
    scalingStar: 0,
    regularization: { users: 0.5, items: 0.25, biases: 2 },
    biases: "full",
    solver: "cholesky",
    precision: "float64",
  };
  const parts = handMade({ options });
  const byUser = { ...parts.history.byUser, weights: Float32Array.of(0.5, 2, 1) };
  write("v2-items.safetensors", await new Model(parts).forFoldIn());
  write("v2-weights.safetensors", new Model({ ...parts, history: { kind: "ratings", byUser } }));
} finally {
  rmSync(scratch, { recursive: true });
}
