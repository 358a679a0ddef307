// Listing the best items of all users, from factors that this contender trains and writes beside the data for the others.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ALS } from "alternant";
import { optionsFrom } from "alternant/translate";
import { byId, save } from "./ours-files.mjs";

export async function openLists({ data, lists }, { ratings, users, items }, engine) {
  const { options } = optionsFrom("implicit", lists.params);
  const model = await new ALS({ ...options, epochs: lists.epochs }).fit(ratings, { engine });
  const folder = join(data, "factors");
  mkdirSync(folder, { recursive: true });
  for (const [side, count] of Object.entries({ users, items })) {
    const { factors, values } = model.copyFactors(side);
    save(folder, `${side}.f32`, byId(count, factors, model[side], values));
  }
  const found = new Int32Array(model.userCount * lists.count);
  return {
    async train(count) {
      const seconds = [];
      for (let i = 0; i < count; i++) {
        const began = performance.now();
        for await (const block of model.recommendAll({ count: lists.count, engine }))
          found.set(block.items, block.from * lists.count);
        seconds.push((performance.now() - began) / 1000);
      }
      return seconds;
    },
    write(to) {
      const rows = new Int32Array(users * lists.count).fill(-1);
      for (let row = 0; row < model.userCount; row++)
        for (let n = 0; n < lists.count; n++) {
          const item = found[row * lists.count + n];
          rows[model.users.id(row) * lists.count + n] = item < 0 ? -1 : model.items.id(item);
        }
      writeFileSync(join(to, "items.i32"), rows);
    },
    async end() {},
  };
}
