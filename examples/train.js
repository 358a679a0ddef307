// What all examples do with the library: train on a generated world, ask, save, load; and tell what came of it. The names
// are each example's own imports of "alternant" and "alternant/io", handed over because this file has no node_modules.

/**
 * Resolves to threads, whether relaxed arithmetic works, seconds of training, and a SHA-256 of the factors: the same hash
 * wherever the library runs, on any number of threads. `options` are those of Engine.create.
 */
export async function train({ ALS, Engine, Model, parseRatings, syntheticWorld }, options = {}) {
  const { ratings } = await syntheticWorld({ users: 3_000, items: 1_000, ratings: 300_000, seed: 1 });
  const engine = await Engine.create(options);
  const began = performance.now();
  const model = await new ALS({ factors: 32, epochs: 8, seed: 1 }).fit(ratings, { engine });
  const seconds = (performance.now() - began) / 1000;
  await engine.dispose();

  const loaded = await Model.fromBytes(model.toBytes());
  const [first, second] = [model, loaded].map((one) => one.recommend("user-1", { count: 3 }));
  if (first.length !== 3 || JSON.stringify(first) !== JSON.stringify(second))
    throw new Error("a model that was saved and loaded recommends something else");
  const parsed = await parseRatings(new Blob(['user,item,rating\nann,"Alien, 1979",5\nbob,Brazil,3.5\n']));
  if (parsed.get("ann", "Alien, 1979") !== 5) throw new Error("parseRatings lost a rating");

  return {
    threads: model.info.run.threads,
    why: model.info.run.threadsWhy,
    relaxed: await hasRelaxed(Engine, options),
    seconds,
    hash: await hashOf(model),
  };
}

/** Whether multiply-adds may be fused here; where the caller chose the kernels' module, that says it. */
async function hasRelaxed(Engine, options) {
  const engine = await Engine.create({ ...options, arithmetic: "relaxed-if-available" });
  await engine.dispose();
  return engine.build.arithmetic === "relaxed";
}

/** SHA-256 of user factors, item factors and biases, as they lie in memory. */
async function hashOf(model) {
  const parts = [
    model.copyFactors("users").values,
    model.copyFactors("items").values,
    Float64Array.from(model.users, (id) => model.userBias(id)),
    Float64Array.from(model.items, (id) => model.itemBias(id)),
  ];
  const digest = await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
