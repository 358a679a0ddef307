import { ALS, Engine, Model, syntheticWorld } from "alternant";
import { parseRatings } from "alternant/io";
import { show } from "../page.js";
import { train } from "../train.js";

show(train({ ALS, Engine, Model, parseRatings, syntheticWorld }));
