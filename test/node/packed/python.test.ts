import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { packRatings } from "../../../src/node/index.js";
import { Ratings } from "../../../src/ratings/index.js";
import { hasSafetensors, python } from "../python.js";
import { temporaryFolder } from "../temporary.js";

const folder = temporaryFolder();

/** Takes everything out of a packed file, by either orientation, as a Python program would that knows the tensors' names. */
const SCRIPT = `
import json, sys
from safetensors import safe_open

with safe_open(sys.argv[1], framework="numpy") as file:
    metadata = file.metadata()
    t = {name: file.get_tensor(name) for name in file.keys()}

text, at = t["user_ids"].tobytes(), t["user_id_offsets"]
users = [text[a:b].decode("utf-8") for a, b in zip(at, at[1:])]
items = t["item_ids"].tolist()

def rows(side, own, other):
    offsets, indices = t[side + ".offsets"], t[side + ".indices"]
    values, weights = t[side + ".values"].tolist(), t[side + ".weights"].tolist()
    return [[own[r], other[indices[p]], values[p], weights[p]]
            for r in range(len(own)) for p in range(offsets[r], offsets[r + 1])]

print(json.dumps({
    "metadata": metadata, "types": {name: str(t[name].dtype) for name in t if not name.endswith(".crc32")},
    "by_user": rows("by_user", users, items), "by_item": rows("by_item", items, users), "timestamps": t["timestamps"].tolist(),
}))
`;

test.skipIf(!hasSafetensors())("Python's safetensors opens a packed file and finds the ratings", async () => {
  const rows = Array.from({ length: 50 }, (_, p) => ({
    user: ["ann", "Ж", "__proto__", "a\nb"][p % 4]!,
    item: 100 + ((p * 7) % 13),
    value: 0.5 * (1 + (p % 9)),
    weight: 0.1 + p,
    timestamp: 1e9 + p,
  }));
  const ratings = Ratings.from(rows, { duplicates: "last" });
  const file = join(folder, "packed.safetensors");
  await packRatings(ratings, file);
  const { stdout } = await promisify(execFile)(python, ["-c", SCRIPT, file]);
  const read = JSON.parse(stdout);
  const expected = [...ratings].map(({ user, item, value, weight }) => [user, item, value, weight]);
  expect(read.by_user).toEqual(expected);
  const { users, items, byItem } = ratings;
  expect(read.by_item).toEqual(
    Array.from(items).flatMap((item, row) =>
      Array.from({ length: byItem.starts[row + 1]! - byItem.starts[row]! }, (_, p) => {
        const at = byItem.starts[row]! + p;
        return [users.id(byItem.columns[at]!), byItem.values[at]!, byItem.weights![at]!];
      }).map(([user, value, weight]) => [item, user, value, weight]),
    ),
  );
  expect(read.timestamps).toEqual([...ratings].map(({ timestamp }) => timestamp));
  expect(read.types).toMatchObject({
    "by_user.offsets": "int64",
    "by_user.indices": "uint32",
    "by_user.values": "float32",
    "by_user.weights": "float64",
    timestamps: "float64",
  });
  expect(read.metadata).toMatchObject({
    format: "alternant-ratings",
    version: "1",
    ratings: `${ratings.count}`,
  });
});
