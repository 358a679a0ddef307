/** A seeded fit that runs alike in Node and in a page. `library` is what `import("alternant")` gives. */
export async function trainAndHash({ ALS, Ratings }, precision) {
  const users = [];
  const items = [];
  const values = [];
  let state = 12345;
  const random = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
  const seen = new Set();
  while (users.length < 20_000) {
    const user = random(700);
    const item = random(400);
    if (seen.has(user * 400 + item)) continue;
    seen.add(user * 400 + item);
    users.push(user);
    items.push(item);
    values.push((1 + random(10)) / 2);
  }
  const ratings = Ratings.fromColumns({ users, items, values });
  const model = await new ALS({ factors: 32, epochs: 5, precision }).fit(ratings);
  const factors = [model.copyFactors("users").values, model.copyFactors("items").values];
  const bytes = new Uint8Array(await new Blob(factors).arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return {
    hash: [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    isolated: globalThis.crossOriginIsolated === true,
    build: model.info.run.build,
    rmse: model.info.run.rmse,
  };
}
