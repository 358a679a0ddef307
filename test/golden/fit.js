// Plain JavaScript without imports, because it runs as it stands in pages and in other Nodes; `library` is what
// import("alternant") gives there.

/** Numbers of factors and precisions that have golden values. */
export const FACTORS = [7, 32, 64];
export const PRECISIONS = ["float64", "float32"];

const USERS = 1_500;
const ITEMS = 500;

/**
 * 1,500 users × 500 items in half stars: everybody rates item 0, a hundred users rate nothing else, and low items are
 * the popular ones, so that rows of all lengths are there on both sides.
 */
export function goldenRatings({ Ratings }) {
  let state = 12345;
  const random = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
  const [users, items, values] = [[], [], []];
  for (let user = 0; user < USERS; user++)
    for (let item = 0; item < ITEMS; item++)
      if (item === 0 || (user >= 100 && random(item + 20) < 12)) {
        users.push(user);
        items.push(item);
        values.push((1 + random(10)) / 2);
      }
  return Ratings.fromColumns({ users, items, values });
}

/**
 * SHA-256 of the factors and biases of a seeded fit, in hexadecimal digits: user factors, item factors (row-major),
 * user biases, item biases, little-endian as they lie in memory.
 */
export async function goldenHash(library, { engine, precision, factors }) {
  const als = new library.ALS({
    factors,
    precision,
    epochs: 3,
    regularization: { users: 0.4, items: 0.6, biases: 2 },
    scaling: 0.7,
    seed: 42,
  });
  const model = await als.fit(goldenRatings(library), engine === undefined ? {} : { engine });
  const parts = [
    model.copyFactors("users").values,
    model.copyFactors("items").values,
    Float64Array.from(model.users, (id) => model.userBias(id)),
    Float64Array.from(model.items, (id) => model.itemBias(id)),
  ];
  const digest = await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** All golden hashes of an engine (of the shared one where none is given), as test/golden/factors.json holds them. */
export async function goldenHashes(library, engine) {
  const hashes = {};
  for (const precision of PRECISIONS) {
    hashes[precision] = {};
    for (const factors of FACTORS)
      hashes[precision][factors] = await goldenHash(library, { engine, precision, factors });
  }
  return hashes;
}
