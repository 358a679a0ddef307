// Alternant as a contender: reads orders, a JSON line each, and answers each with one (see contender.ts). It uses the built
// library as a stranger would.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ALS, Engine, Ratings } from "alternant";
import { optionsFrom } from "alternant/translate";

const MANY_EPOCHS = 10_000;

function column(folder, name, Type) {
  const bytes = readFileSync(join(folder, name));
  return new Type(bytes.buffer, bytes.byteOffset, bytes.byteLength / Type.BYTES_PER_ELEMENT);
}

/** Most bytes resident: as peer.py tells them. */
function peak() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

function save(folder, name, values) {
  writeFileSync(join(folder, name), Float32Array.from(values));
}

/** Rows in the order of ids, 0 … count − 1: what no rating names has zeros. */
function byId(count, width, vocabulary, values) {
  const rows = new Float32Array(count * width);
  for (let row = 0; row < vocabulary.size; row++)
    rows.set(values.subarray(row * width, (row + 1) * width), vocabulary.id(row) * width);
  return rows;
}

function biases(vocabulary, biasOf) {
  return Float32Array.from([...vocabulary], biasOf);
}

async function open({ data, threads, library, params, options }) {
  const { users, items } = JSON.parse(readFileSync(join(data, "meta.json"), "utf8"));
  const ratings = Ratings.fromColumns({
    users: column(data, "train.users.i32", Int32Array),
    items: column(data, "train.items.i32", Int32Array),
    values: column(data, "train.values.f32", Float32Array),
  });
  const engine = await Engine.create({ threads, arithmetic: "relaxed-if-available" });
  const translated = library === null ? {} : optionsFrom(library, params).options;
  const als = new ALS({ ...translated, ...options, epochs: MANY_EPOCHS });
  const epochs = als.train(ratings, { engine });
  let last;
  return {
    async train({ epochs: count }) {
      const seconds = [];
      for (let i = 0; i < count; i++) {
        last = (await epochs.next()).value;
        // An epoch's own time: the parts of the loss, which an iterator tells, come on top, and fit() doesn't take it.
        seconds.push(last.seconds);
      }
      return seconds;
    },
    write({ folder }) {
      mkdirSync(folder, { recursive: true });
      const model = last.snapshot();
      const { factors, values } = model.copyFactors("users");
      save(folder, "users.f32", byId(users, factors, model.users, values));
      save(folder, "items.f32", byId(items, factors, model.items, model.copyFactors("items").values));
      save(folder, "mean.f32", [model.mean]);
      save(
        folder,
        "user_biases.f32",
        byId(
          users,
          1,
          model.users,
          biases(model.users, (id) => model.userBias(id)),
        ),
      );
      save(
        folder,
        "item_biases.f32",
        byId(
          items,
          1,
          model.items,
          biases(model.items, (id) => model.itemBias(id)),
        ),
      );
      return null;
    },
    async end() {
      await epochs.return();
      await engine.dispose();
      return peak();
    },
  };
}

let contender;
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  let answer = null;
  if (contender === undefined) contender = await open(order);
  else answer = await contender[order.do](order);
  console.log(JSON.stringify(answer));
}
