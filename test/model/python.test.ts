import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { Model } from "../../src/model/index.js";
import { Vocabulary } from "../../src/ratings/vocabulary.js";
import { hasSafetensors, python } from "../node/python.js";
import { randomParts } from "./fixtures.js";

/** Takes everything out of a model file as a Python program would that knows no more than the tensors' names. */
const SCRIPT = `
import json, sys
import numpy as np
from safetensors import safe_open

with safe_open(sys.argv[1], framework="numpy") as file:
    metadata = file.metadata()
    t = {name: file.get_tensor(name) for name in file.keys()}

text, offsets = t["user_ids"].tobytes(), t["user_id_offsets"]
users = [text[a:b].decode("utf-8") for a, b in zip(offsets, offsets[1:])]
items = t["item_ids"].tolist()
w, u = t["user_factors"].astype(np.float64), t["item_factors"].astype(np.float64)
scores = w @ u.T + float(metadata["mean"]) + t["user_biases"][:, None] + t["item_biases"][None, :]
starts, columns = t["history_starts"], t["history_items"]
rated = [[items[column] for column in columns[a:b]] for a, b in zip(starts, starts[1:])]
print(json.dumps({
    "users": users, "items": items, "scores": scores.tolist(), "rated": rated, "dtype": str(t["user_factors"].dtype),
    "values": t["history_values"].tolist(), "version": metadata["version"], "info": json.loads(metadata["info"]),
}))
`;

test.skipIf(!hasSafetensors()).each(["float32", "float64"] as const)(
  "Python's safetensors opens a model file and predicts the same (%s)",
  async (precision) => {
    const users = ["ann", "Ж", "👩‍👩‍👧", "__proto__", "\ufeffx", "a\nb"];
    const parts = randomParts({
      users: 6,
      items: 5,
      factors: 7,
      precision,
      history: "ratings",
      itemIds: "number",
    });
    const model = new Model({ ...parts, users: new Vocabulary<string | number>("string", users) });
    const folder = mkdtempSync(join(tmpdir(), "alternant-"));
    try {
      const path = join(folder, "model.safetensors");
      writeFileSync(path, model.toBytes());
      const { stdout } = await promisify(execFile)(python, ["-c", SCRIPT, path]);
      const read = JSON.parse(stdout);
      expect(read.dtype).toBe(precision);
      expect(read.users).toEqual(users);
      expect(read.items).toEqual([...model.items]);
      expect(read.version).toBe("1");
      expect(read.info).toEqual(model.info);
      const rated = users.map((user) => model.ratedItems(user));
      expect(read.rated).toEqual(rated.map((list) => list.map(({ item }) => item)));
      expect(read.values).toEqual(rated.flatMap((list) => list.map(({ value }) => value)));
      for (const [u, row] of (read.scores as number[][]).entries())
        for (const [i, score] of row.entries()) expect(score).toBeCloseTo(model.score(u, i), 12);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
