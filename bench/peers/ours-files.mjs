// What this package as a contender reads and writes.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ratings } from "alternant";

function column(folder, name, Type) {
  const bytes = readFileSync(join(folder, name));
  return new Type(bytes.buffer, bytes.byteOffset, bytes.byteLength / Type.BYTES_PER_ELEMENT);
}

/** The training half, and how many users and items there are. */
export function readTraining(folder) {
  const { users, items } = JSON.parse(readFileSync(join(folder, "meta.json"), "utf8"));
  const ratings = Ratings.fromColumns({
    users: column(folder, "train.users.i32", Int32Array),
    items: column(folder, "train.items.i32", Int32Array),
    values: column(folder, "train.values.f32", Float32Array),
  });
  return { ratings, users, items };
}

export function save(folder, name, values) {
  writeFileSync(join(folder, name), Float32Array.from(values));
}

/** Rows in the order of ids, 0 … count − 1: what no rating names has zeros. */
export function byId(count, width, vocabulary, values) {
  const rows = new Float32Array(count * width);
  for (let row = 0; row < vocabulary.size; row++)
    rows.set(values.subarray(row * width, (row + 1) * width), vocabulary.id(row) * width);
  return rows;
}
