import type { Command } from "commander";
import type { ModelInfo } from "../../model/index.js";
import { checkInteger } from "../../options.js";
import {
  asUsage,
  type Context,
  example,
  openModel,
  printJson,
  readNames,
  table,
  thousands,
  threadsOf,
} from "../context.js";
import { number } from "../flags.js";
import { metricName } from "../validation.js";

type Validation = NonNullable<ModelInfo["run"]["validation"]>;

interface InspectFlags {
  readonly feature?: number;
  readonly count: number;
  readonly names?: string;
  readonly json?: boolean;
}

export function addInspect(program: Command, context: Context): void {
  example(
    program
      .command("inspect")
      .description(
        "what a model file holds: its data, options and run, or the items at both ends of a latent feature",
      )
      .argument("<model>", "a model file")
      .option("--feature <k>", "show the items highest and lowest on feature k, from 0", number)
      .option("--count <n>", "how many items at each end", number, 10)
      .option("--names <file>", "show titles from this file (id, title, genres) instead of ids")
      .option("--json", "print one JSON object instead of tables")
      .action((model: string, flags: InspectFlags) => inspect(model, flags, context)),
    "alternant inspect model.safetensors",
    "alternant inspect model.safetensors --feature 0 --names movies.csv",
  );
}

async function inspect(file: string, flags: InspectFlags, context: Context): Promise<void> {
  asUsage(() => checkInteger("--count", flags.count, 1));
  const names = await readNames(flags.names, context.signal);
  const model = await openModel(file);
  const { feature, count } = flags;
  if (feature !== undefined) {
    const ends = asUsage(() => {
      checkInteger("--feature", feature, 0, model.factors - 1);
      return model.factor(feature, { count });
    });
    if (flags.json) printJson(context, { feature, ...ends });
    else
      for (const [end, items] of [
        ["highest", ends.highest],
        ["lowest", ends.lowest],
      ] as const)
        context.print(
          table(
            [end, "value"],
            items.map(({ item, value }) => [names.title(item), value.toFixed(3)]),
          ),
        );
    return;
  }
  const { info, options, history, range, users, items } = model;
  if (flags.json) {
    printJson(context, { ...info, options, history, range, ids: { users: users.kind, items: items.kind } });
    return;
  }
  const { data, parameters, run } = info;
  const rows: [string, string][] = [
    [
      "users",
      `${thousands(data.users)} (${users.kind} ids), ${thousands(data.usersWithoutRatings)} without ratings`,
    ],
    [
      "items",
      `${thousands(data.items)} (${items.kind} ids), ${thousands(data.itemsWithoutRatings)} without ratings`,
    ],
    ["training ratings", `${thousands(data.ratings)}, ${(data.density * 100).toFixed(3)} % of the matrix`],
    ["ratings from, to, mean", `${range[0]}, ${range[1]}, ${data.mean.toFixed(3)}`],
    ["numbers in the model", `${thousands(parameters.model)}; in the matrix ${thousands(parameters.full)}`],
    ["history", history],
    ["options", JSON.stringify(options)],
    [
      "training",
      `${run.epochs} epochs in ${run.seconds.toFixed(2)} s, loss ${run.loss.toFixed(1)}${run.rmse === undefined ? "" : `, RMSE ${run.rmse.toFixed(4)}`}`,
    ],
    ...(run.solver ? [["solver", `${run.solver.name} (${run.solver.why})`] as [string, string]] : []),
    ...(run.validation ? [["validation", validationText(run.validation)] as [string, string]] : []),
    ["run", `${run.precision}, ${run.arithmetic} arithmetic, ${threadsOf(run)}, build ${run.build}`],
  ];
  context.print(rows.map(([name, value]) => `${name.padEnd(24)}${value}`).join("\n"));
}

function validationText({ metric, k, value, epochs }: Validation): string {
  return `${metricName({ metric, k })} ${value.toFixed(4)}, the best of ${epochs} epochs`;
}
