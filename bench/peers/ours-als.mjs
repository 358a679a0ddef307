// Training by ALS, an epoch at a time.
import { ALS } from "alternant";
import { optionsFrom } from "alternant/translate";
import { byId, save } from "./ours-files.mjs";

const MANY_EPOCHS = 10_000;

export function openAls({ library, params, options }, { ratings, users, items }, engine) {
  const translated = library === null ? {} : optionsFrom(library, params).options;
  const als = new ALS({ ...translated, ...options, epochs: MANY_EPOCHS });
  const epochs = als.train(ratings, { engine });
  let last;
  return {
    async train(count) {
      const seconds = [];
      for (let i = 0; i < count; i++) {
        last = (await epochs.next()).value;
        // An epoch's own time: the parts of the loss, which an iterator tells, come on top, and fit() doesn't take it.
        seconds.push(last.seconds);
      }
      return seconds;
    },
    write(folder) {
      const model = last.snapshot();
      const { factors, values } = model.copyFactors("users");
      save(folder, "users.f32", byId(users, factors, model.users, values));
      save(folder, "items.f32", byId(items, factors, model.items, model.copyFactors("items").values));
      save(folder, "mean.f32", [model.mean]);
      const userBiases = Float32Array.from([...model.users], (id) => model.userBias(id));
      const itemBiases = Float32Array.from([...model.items], (id) => model.itemBias(id));
      save(folder, "user_biases.f32", byId(users, 1, model.users, userBiases));
      save(folder, "item_biases.f32", byId(items, 1, model.items, itemBiases));
    },
    async end() {
      await epochs.return();
    },
  };
}
