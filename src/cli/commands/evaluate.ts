import type { Command } from "commander";
import { mae, rmse } from "../../metrics/index.js";
import type { Model } from "../../model/index.js";
import type { Id, Ratings } from "../../ratings/index.js";
import { type Context, example, openModel, printJson, table, thousands, UsageError } from "../context.js";
import { number, type ReadingFlags, readFlagged, withReadingFlags } from "../flags.js";
import { judgeLists, type RankingReport } from "../ranking.js";

interface EvaluateFlags extends ReadingFlags {
  readonly clip: boolean;
  readonly k: string;
  readonly relevant?: number;
  readonly includeRated?: boolean;
  readonly json?: boolean;
}

/** What `evaluate --json` prints; `ranking` is null where no user has anything relevant that a list can show. */
type EvaluateReport = Partial<ErrorReport> & { readonly ranking: RankingReport | null };

interface ErrorReport {
  readonly rmse: number;
  readonly mae: number;
  readonly count: number;
  readonly unknownUsers: number;
  readonly unknownItems: number;
}

/** Metrics in the table, and what they are called there. */
const NAMES = [
  ["precision", "precision"],
  ["recall", "recall"],
  ["recallCapped", "recall of what k can hold"],
  ["hitRate", "hit rate"],
  ["map", "MAP"],
  ["mrr", "MRR"],
  ["ndcg", "NDCG"],
  ["gradedNdcg", "NDCG, graded"],
] as const;

export function addEvaluate(program: Command, context: Context): void {
  const command = program
    .command("evaluate")
    .description("the error of a model on a file of ratings, and how well its lists meet them")
    .argument("<model>", "a model file")
    .argument("<file>", 'ratings, as text or packed; "-" is standard input');
  withReadingFlags(command)
    .option("--no-clip", "do not clip predictions to the range of the training ratings")
    .option("--k <list>", "lengths of the lists that are judged", "5,10,20")
    .option("--relevant <value>", "ratings of at least this are relevant (all above 0)", number)
    .option("--include-rated", "do not leave out of lists what a user rated in training")
    .option("--json", "print one JSON object instead of tables")
    .action((model: string, file: string, flags: EvaluateFlags) => evaluate(model, file, flags, context));
  example(
    command,
    "alternant evaluate model.safetensors held-out.csv",
    "alternant evaluate model.safetensors held-out.csv --k 10,100 --relevant 4 --json",
  );
}

async function evaluate(
  modelFile: string,
  file: string,
  flags: EvaluateFlags,
  context: Context,
): Promise<void> {
  const k = cutoffsOf(flags.k);
  const model = await openModel(modelFile);
  const { feedback } = model.options;
  const ids = { users: model.users.kind, items: model.items.kind };
  const ratings = await readFlagged(file, flags, ids, context);
  const report: EvaluateReport = {
    // Scores of implicit feedback are no ratings.
    ...(feedback === "implicit"
      ? {}
      : await errorsOf(model, ratings, { clip: flags.clip, signal: context.signal })),
    ranking: await judgeLists(model, ratings, {
      k,
      relevant: flags.relevant,
      exclude: flags.includeRated ? "none" : "rated",
      signal: context.signal,
    }),
  };
  if (flags.json) printJson(context, report);
  else printReport(context, report, flags.relevant);
}

function cutoffsOf(text: string): number[] {
  return text.split(",").map((part) => {
    const k = Number(part);
    if (part.trim() === "" || !Number.isInteger(k) || k < 1)
      throw new UsageError(
        `--k must be whole numbers of at least 1, like 5,10,20, not ${JSON.stringify(text)}`,
      );
    return k;
  });
}

async function errorsOf(
  model: Model<Id, Id>,
  ratings: Ratings<Id, Id>,
  options: { clip: boolean; signal: AbortSignal },
): Promise<ErrorReport> {
  const { rmse: rootMeanSquare, ...counts } = await rmse(model, ratings, options);
  const { mae: meanAbsolute } = await mae(model, ratings, options);
  return { rmse: rootMeanSquare, mae: meanAbsolute, ...counts };
}

function printReport(context: Context, report: EvaluateReport, relevant: number | undefined): void {
  const { rmse: rootMeanSquare, mae: meanAbsolute, ranking } = report;
  if (rootMeanSquare !== undefined)
    context.print(
      table(
        ["", ""],
        [
          ["RMSE", rootMeanSquare.toFixed(4)],
          ["MAE", meanAbsolute!.toFixed(4)],
          ["ratings", thousands(report.count!)],
          ["unknown users, scored by the baseline", thousands(report.unknownUsers!)],
          ["unknown items, scored by the baseline", thousands(report.unknownItems!)],
        ],
      ),
    );
  const what = relevant === undefined ? "above 0" : `of at least ${relevant}`;
  if (ranking === null) {
    context.print(
      `No user has anything relevant (a rating ${what}) that the model knows and a list can show, so there is no ranking to judge.`,
    );
    return;
  }
  const { exclude, model, popularity } = ranking;
  const left = exclude === "rated" ? "what they rated in training left out" : "nothing left out";
  context.print(
    `Lists of ${thousands(model.users)} users, ${left}; relevant is a rating ${what}; beside it lists by popularity:`,
  );
  const cells = (one: number, other: number): string[] => [one.toFixed(4), other.toFixed(4)];
  context.print(
    table(
      ["metric", "this model", "popularity"],
      [
        ...model.at.flatMap((at, c) =>
          NAMES.map(([name, title]) => [`${title} @ ${at.k}`, ...cells(at[name], popularity.at[c]![name])]),
        ),
        ...(model.auc === undefined || popularity.auc === undefined
          ? []
          : [["AUC", ...cells(model.auc, popularity.auc)]]),
      ],
    ),
  );
}
