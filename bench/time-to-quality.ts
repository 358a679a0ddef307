// npm run bench:time-to-quality [-- --shape 20m] [--feedback explicit] [--rounds 1]: how long plain ALS, and variants of it, take
// to come near to the least J, and to plain ALS's best on held-out ratings. λ is chosen for each variant; variants take turns
// within a round, a seed each. Prints a table as soon as it has one, and writes build/bench/time-to-quality.json and .md as it goes, where
// settings that it does not run keep what they have. Needs ALTERNANT_DATA, a folder that holds ml-latest-small/ratings.csv
// (https://grouplens.org/datasets/movielens/).
import { parseArgs } from "node:util";
import { DEFAULTS } from "../src/als/options.js";
import { Engine } from "../src/kernel/index.js";
import { tellWhere } from "./machine.js";
import { progress } from "./shapes.js";
import { dataOf, ratingsOf } from "./time-to-quality/data.js";
import { type Measured, measure } from "./time-to-quality/measure.js";
import { reportsOf } from "./time-to-quality/report.js";
import { type SettingResult, writeResult } from "./time-to-quality/result.js";
import { SETTINGS } from "./time-to-quality/setting.js";
import { rowsOf, toleranceRowsOf } from "./time-to-quality/summary.js";

const asked = parseArgs({
  options: { shape: { type: "string" }, feedback: { type: "string" }, rounds: { type: "string" } },
}).values;
const folder = process.env["ALTERNANT_DATA"];
if (!folder) {
  console.error("Set ALTERNANT_DATA to a folder that holds ml-latest-small/ratings.csv.");
  process.exit(2);
}
const settings = SETTINGS.filter(
  ({ shape, feedback }) => shape === (asked.shape ?? shape) && feedback === (asked.feedback ?? feedback),
).sort((a, b) => a.shape.localeCompare(b.shape));
if (settings.length === 0) throw new RangeError("No such --shape or --feedback");
const { machine, commit } = tellWhere();
const engine = await Engine.create();
let ratings: Awaited<ReturnType<typeof ratingsOf>> | undefined;
for (const [i, setting] of settings.entries()) {
  const { shape, feedback, factors } = setting;
  if (settings[i - 1]?.shape !== shape) ratings = await ratingsOf(shape, folder);
  const data = dataOf(ratings!, feedback);
  const rounds = asked.rounds === undefined ? setting.seeds.length : Number(asked.rounds);
  const resultOf = (measured: Measured): SettingResult => ({
    ...{ shape, feedback, factors, metric: data.judge.metric, train: data.train.count },
    ...{ defaultLambda: DEFAULTS[feedback].regularization.users, machine, commit, threads: engine.threads },
    rows: rowsOf(measured, data.judge),
    tolerances: toleranceRowsOf(measured, data.judge),
    ...measured,
  });
  let result: SettingResult | undefined;
  await measure({ ...setting, seeds: setting.seeds.slice(0, rounds) }, data, engine, (measured) => {
    result = resultOf(measured);
    writeResult(result);
  });
  for (const { text } of reportsOf(result!)) console.log(text);
}
await engine.dispose();
progress("done");
