// CommonJS, for Node 22.12 and later, which load ES modules by require.
const { ALS, Engine, Model, syntheticWorld } = require("alternant");
const { parseRatings } = require("alternant/io");
const { train } = require("../train.js");

train({ ALS, Engine, Model, parseRatings, syntheticWorld }).then(
  (told) => console.log(JSON.stringify(told)),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
