// Writes factors.json anew from the built library: `npm run build && node test/golden/make.mjs`. Only for a change that
// is meant to change the bits (another order of sums, another start), and that says so.
import { writeFileSync } from "node:fs";
import * as library from "../../build/lib/index.js";
import { goldenHashes } from "./fit.js";

const hashes = await goldenHashes(library);
writeFileSync(new URL("factors.json", import.meta.url), `${JSON.stringify(hashes, null, 2)}\n`);
