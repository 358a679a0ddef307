import { ALS, Engine, Model, syntheticWorld } from "alternant";
import { parseRatings } from "alternant/io";
import { show } from "../page.js";
import { train } from "../train.js";

// Of alternant/worker, which is bundled beside this as a script of its own.
const workerUrl = "dist/worker.js";
show(train({ ALS, Engine, Model, parseRatings, syntheticWorld }, { workerUrl }));
