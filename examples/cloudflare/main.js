import { ALS, Engine, Model, syntheticWorld } from "alternant";
import { parseRatings } from "alternant/io";
import module from "alternant/simd.wasm";
import { train } from "../train.js";

export default {
  async fetch() {
    // Workers compile no bytes: the kernels come as a module that was compiled when this was deployed.
    return Response.json(await train({ ALS, Engine, Model, parseRatings, syntheticWorld }, { module }));
  },
};
