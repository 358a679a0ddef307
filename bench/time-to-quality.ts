// npm run bench:time-to-quality [-- --shape 20m] [--feedback explicit] [--rounds 1] [--tuned]: how long plain ALS, and variants of it, take
// to come near to the least J, and to plain ALS's best on held-out ratings. λ is chosen for each variant; variants take turns
// within a round, a seed each. Prints a table as soon as it has one, and writes build/bench/time-to-quality.json and .md as it goes, where
// settings that it does not run keep what they have; --rounds 0 chooses λ alone, and --tuned takes those that are there. Needs ALTERNANT_DATA, a folder that holds ml-latest-small/ratings.csv
// (https://grouplens.org/datasets/movielens/).
import { parseArgs } from "node:util";
import { DEFAULTS } from "../src/als/options.js";
import { Engine } from "../src/kernel/index.js";
import type { Ratings } from "../src/ratings/index.js";
import { tellWhere } from "./machine.js";
import { progress } from "./shapes.js";
import { dataOf, ratingsOf } from "./time-to-quality/data.js";
import { measure } from "./time-to-quality/measure.js";
import { reportsOf } from "./time-to-quality/report.js";
import { readResults, type SettingResult, writeResult } from "./time-to-quality/result.js";
import { SETTINGS, type Setting } from "./time-to-quality/setting.js";
import { rowsOf, toleranceRowsOf } from "./time-to-quality/summary.js";

const asked = parseArgs({
  options: {
    shape: { type: "string" },
    feedback: { type: "string" },
    rounds: { type: "string" },
    tuned: { type: "boolean", default: false },
  },
}).values;
const folder = process.env["ALTERNANT_DATA"];
if (!folder) {
  console.error("Set ALTERNANT_DATA to a folder that holds ml-latest-small/ratings.csv.");
  process.exit(2);
}
const settings = SETTINGS.filter(
  ({ shape, feedback }) => shape === (asked.shape ?? shape) && feedback === (asked.feedback ?? feedback),
);
if (settings.length === 0) throw new RangeError("No such --shape or --feedback");
const { machine, commit } = tellWhere();
const engine = await Engine.create();
for (const shape of new Set(settings.map((setting) => setting.shape))) {
  const ratings = await ratingsOf(shape, folder);
  for (const setting of settings.filter((one) => one.shape === shape)) await run(setting, ratings);
}
await engine.dispose();
progress("done");

async function run(setting: Setting, ratings: Ratings): Promise<void> {
  const { shape, feedback, factors, seeds } = setting;
  const data = dataOf(ratings, feedback);
  const tunings = asked.tuned
    ? readResults().find((result) => result.shape === shape && result.feedback === feedback)?.tunings
    : undefined;
  const rounds = asked.rounds === undefined ? seeds.length : Number(asked.rounds);
  let result: SettingResult | undefined;
  await measure(
    { setting: { ...setting, seeds: seeds.slice(0, rounds) }, data, engine, tunings },
    (measured) => {
      result = {
        ...{ shape, feedback, factors, metric: data.judge.metric, train: data.train.count },
        ...{
          defaultLambda: DEFAULTS[feedback].regularization.users,
          machine,
          commit,
          threads: engine.threads,
        },
        rows: rowsOf(measured, data.judge),
        tolerances: toleranceRowsOf(measured, data.judge),
        ...measured,
      };
      writeResult(result);
    },
  );
  for (const { text } of reportsOf(result!)) console.log(text);
}
