// The worker that trains; where the page is isolated, the library starts its own beside it.
import { ALS, Engine, Model, syntheticWorld } from "alternant";
import { parseRatings } from "alternant/io";
import { train } from "../train.js";

train({ ALS, Engine, Model, parseRatings, syntheticWorld }).then(
  (told) => postMessage(told),
  (error) => postMessage({ error: `${error.name}: ${error.message}` }),
);
