// Reads the file of ratings that its argument names, and prints the seconds that it took.
import { readRatings } from "../build/lib/node.js";

const began = performance.now();
await readRatings(process.argv[2]);
console.log((performance.now() - began) / 1000);
