// Trains on a packed file, from the file ("file") or brought into memory first ("memory"); prints the seconds of each epoch.
import { ALS } from "../build/lib/index.js";
import { openRatings } from "../build/lib/node.js";

const [path, where, factors, epochs] = process.argv.slice(2);
const packed = await openRatings(path);
const ratings = where === "memory" ? await packed.load() : packed;
const als = new ALS({
  factors: Number(factors),
  epochs: Number(epochs),
  precision: "float32",
  history: "none",
});
const seconds = [];
const model = await als.fit(ratings, { onEpoch: (epoch) => void seconds.push(epoch.seconds) });
await packed.close();
console.log(JSON.stringify({ seconds, threads: model.info.run.threads, loss: model.info.run.loss }));
