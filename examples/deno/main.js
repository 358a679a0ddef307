import { ALS, Engine, Model, syntheticWorld } from "alternant";
import { parseRatings } from "alternant/io";
import { train } from "../train.js";

console.log(JSON.stringify(await train({ ALS, Engine, Model, parseRatings, syntheticWorld })));
