// CommonJS for Node ≥ 22.12, where require() loads ES modules.
import alternant = require("alternant");

const { ALS } = alternant;
const als: alternant.ALS = new ALS({ factors: 2 });
export = als;
