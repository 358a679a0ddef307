// Trains the golden fits with the built library on the Node that runs this, and prints what came of it as JSON. Imports
// the built files by path, so that nothing needs installing beside the Node itself.
import * as library from "../../build/lib/index.js";
import { goldenHash, goldenHashes } from "../../test/golden/fit.js";

const { Engine } = library;

/** Hashes of an engine's first fits and of later ones, by its number of threads. */
async function onThreads(counts) {
  const hashes = {};
  for (const threads of counts) {
    const engine = await Engine.create({ threads });
    hashes[engine.threads] = {
      fresh: await goldenHashes(library, engine),
      reused: await goldenHashes(library, engine),
    };
    await engine.dispose();
  }
  return hashes;
}

/** Hashes of two fits at once on one engine, by precision. */
async function together(factors) {
  const engine = await Engine.create({ threads: 2 });
  const cases = ["float64", "float32"].map((precision) => ({ engine, precision, factors }));
  const [float64, float32] = await Promise.all(cases.map((golden) => goldenHash(library, golden)));
  await engine.dispose();
  return { float64, float32 };
}

/** What an engine with relaxed arithmetic is, and whether its factors differ from the golden ones. */
async function relaxed(factors) {
  const engine = await Engine.create({ arithmetic: "relaxed", threads: 2 });
  const hash = await goldenHash(library, { engine, precision: "float64", factors });
  await engine.dispose();
  return { build: engine.build.name, arithmetic: engine.build.arithmetic, hash };
}

console.log(
  JSON.stringify({
    node: process.version,
    threads: await onThreads([1, 2, 3, 7]),
    together: await together(32),
    relaxed: await relaxed(32),
  }),
);
