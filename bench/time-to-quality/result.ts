import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Machine } from "../machine.js";
import { BENCH_OUTPUT } from "../paths.js";
import type { Judge } from "./data.js";
import type { Measured } from "./measure.js";
import { reportsOf } from "./report.js";
import type { Row, ToleranceRow } from "./summary.js";

/** What is written of a setting. */
export interface SettingResult extends Measured {
  readonly shape: string;
  readonly feedback: string;
  readonly factors: number;
  readonly metric: Judge["metric"];
  /** The default that λ are multiples of. */
  readonly defaultLambda: number;
  readonly train: number;
  readonly machine: Machine;
  readonly commit: string | null;
  readonly threads: number;
  readonly rows: readonly Row[];
  readonly tolerances: readonly ToleranceRow[];
}

const JSON_PATH = join(BENCH_OUTPUT, "time-to-quality.json");
const TABLES_PATH = join(BENCH_OUTPUT, "time-to-quality.md");
/** Digits that a curve's numbers are written with. */
const DIGITS = 6;

/** What earlier runs have written. */
export function readResults(): SettingResult[] {
  return existsSync(JSON_PATH) ? (JSON.parse(readFileSync(JSON_PATH, "utf8")) as SettingResult[]) : [];
}

/** Writes a setting's results to build/bench in place of older ones, and leaves those of other settings. @returns where */
export function writeResult(result: SettingResult): string {
  const isOther = ({ shape, feedback }: SettingResult): boolean =>
    shape !== result.shape || feedback !== result.feedback;
  const settings = [...readResults().filter(isOther), result].sort((a, b) =>
    keyOf(a).localeCompare(keyOf(b)),
  );
  mkdirSync(BENCH_OUTPUT, { recursive: true });
  const rounded = (_: string, value: unknown): unknown =>
    typeof value === "number" ? Number(value.toPrecision(DIGITS)) : value;
  writeFileSync(JSON_PATH, `[\n${settings.map((one) => JSON.stringify(one, rounded)).join(",\n")}\n]\n`);
  const { machine, commit, threads } = result;
  writeFileSync(
    TABLES_PATH,
    `${[
      "# Time to quality",
      `\`npm run bench:time-to-quality\`. Seconds of training alone, what it starts from among them, on ${threads} threads; medians over seeds, and of quotients by plain ALS's (random users, exact epochs) in the same round. λ is chosen for each variant among multiples of the default. ${machine.cpu}, Node ${machine.node}, commit ${commit}.`,
      ...settings.flatMap((one) => reportsOf(one).map(({ markdown }) => markdown)),
    ].join("\n\n")}\n`,
  );
  return JSON_PATH;
}

function keyOf({ shape, feedback }: SettingResult): string {
  return `${feedback} ${["ml-latest-small", "1m", "20m"].indexOf(shape)}`;
}
