import { basename } from "node:path";
import type { Command } from "commander";
import { AlternantError } from "../../errors.js";
import type { ErrorEstimate, Inspection, Model } from "../../model/index.js";
import { writeFileAtomically } from "../../node/index.js";
import { checkInteger } from "../../options.js";
import type { Id } from "../../ratings/index.js";
import {
  asUsage,
  type Context,
  example,
  type Names,
  openModel,
  printJson,
  readNames,
  table,
  UsageError,
} from "../context.js";
import { number } from "../flags.js";
import { checkWritable } from "../output.js";
import { axisText, screeText } from "./inspect-axes.js";
import { checkCosine, cosineReport, cosineText } from "./inspect-cosine.js";
import { factsOf, factsText } from "./inspect-facts.js";

/** Rows of the scree plot, at least: with the facts they fit on a screen. */
const SCREE_ROWS = 10;
/** Items at each end of a feature, which is looked at alone, and of an axis, of which there are several. */
const FEATURE_COUNT = 10;
const AXIS_COUNT = 5;
/** Ratings × K² that the error is estimated for unasked: some three seconds. */
const AFFORDABLE = 4e8;

interface InspectFlags {
  readonly axes?: number;
  readonly feature?: number;
  readonly cosine?: string[];
  readonly count?: number;
  readonly minRatings?: number;
  readonly names?: string;
  readonly svg?: string;
  readonly estimateError?: boolean;
  readonly json?: boolean;
}

export function addInspect(program: Command, context: Context): void {
  example(
    program
      .command("inspect")
      .description(
        "what a model file holds (its data, options and run) and has learnt: the axes of its singular value decomposition by importance, the items at their ends, cosines between items and users",
      )
      .argument("<model>", "a model file")
      .option("--axes <n>", "show the n most important axes, each with its highest and lowest items", number)
      .option("--svg <file>", "write the scree plot, singular values and energy of all axes, to a file")
      .option(
        "--cosine <two...>",
        "show the cosine between two items, two users, or a user and an item, given as item:ID and user:ID after the model",
      )
      .option(
        "--feature <k>",
        "show the items highest and lowest on feature k of the factors as trained, from 0",
        number,
      )
      .option(
        "--count <n>",
        `how many items at each end (${AXIS_COUNT} of an axis, ${FEATURE_COUNT} of a feature)`,
        number,
      )
      .option("--min-ratings <n>", "name only items with so many training ratings on axes", number)
      .option("--names <file>", "show titles from this file (id, title, genres) instead of ids")
      .option(
        "--estimate-error",
        "estimate the error on ratings not seen (--history ratings), also where that takes more than a few seconds",
      )
      .option("--json", "print one JSON object instead of tables")
      .action((model: string, flags: InspectFlags) => inspect(model, flags, context)),
    "alternant inspect model.safetensors",
    "alternant inspect model.safetensors --axes 5 --min-ratings 50 --names movies.csv --svg scree.svg",
    "alternant inspect model.safetensors --cosine item:318 user:42",
    "alternant inspect model.safetensors --feature 0 --names movies.csv",
  );
}

async function inspect(file: string, flags: InspectFlags, context: Context): Promise<void> {
  const { axes, feature, cosine, count, minRatings, svg } = flags;
  checkFlags(flags);
  if (svg !== undefined) await checkWritable(svg, "--svg");
  const names = await readNames(flags.names, context.signal);
  const model = await openModel(file);
  if (feature !== undefined) showFeature(model, feature, count ?? FEATURE_COUNT, names, flags, context);
  else if (cosine !== undefined) {
    const report = cosineReport(model, cosine);
    if (flags.json) printJson(context, report);
    else context.print(cosineText(report, names));
  } else if (model.userCount === 0 && axes === undefined && svg === undefined) {
    // Its axes are those of users and items together.
    if (flags.json) printJson(context, factsOf(model));
    else context.print(factsText(model, undefined));
  } else {
    if (axes !== undefined) asUsage(() => checkInteger("--axes", axes, 1, model.factors));
    const inspection = await model.inspect({
      ...(axes !== undefined && { axes }),
      count: count ?? AXIS_COUNT,
      ...(minRatings !== undefined && { minRatings }),
      signal: context.signal,
    });
    if (svg !== undefined) await writeScree(inspection, file, svg, context);
    const estimate = axes === undefined ? await estimateOf(model, flags, context) : undefined;
    if (flags.json)
      printJson(context, axes === undefined ? wholeOf(model, inspection, estimate) : inspection);
    else {
      context.print(
        [
          ...(axes === undefined ? [factsText(model, estimate)] : []),
          screeText(inspection, Math.max(SCREE_ROWS, axes ?? 0)),
          ...(axes === undefined ? [] : inspection.axes.map((axis) => axisText(axis, names))),
          ...(svg === undefined ? [] : [`Wrote the scree plot to ${svg}.`]),
        ].join("\n\n"),
      );
    }
  }
}

function checkFlags({ axes, feature, cosine, count, minRatings, svg, estimateError }: InspectFlags): void {
  const asked = [
    axes !== undefined && "--axes",
    feature !== undefined && "--feature",
    cosine && "--cosine",
  ].filter(Boolean);
  if (asked.length > 1)
    throw new UsageError(`inspect shows one of --axes, --feature and --cosine, not ${asked.join(" and ")}`);
  if (svg !== undefined && axes === undefined && asked.length > 0)
    throw new UsageError(`--svg writes the plot of all axes, and does not go with ${asked[0]}`);
  if (estimateError && asked.length > 0)
    throw new UsageError(`--estimate-error is one of the facts of a model, and does not go with ${asked[0]}`);
  if (count !== undefined) {
    asUsage(() => checkInteger("--count", count, 1));
    if (axes === undefined && feature === undefined)
      throw new UsageError("--count is for the items of --axes or --feature; give one of them too");
  }
  if (minRatings !== undefined) {
    asUsage(() => checkInteger("--min-ratings", minRatings, 1));
    if (axes === undefined) throw new UsageError("--min-ratings is for the items of --axes; give that too");
  }
  if (cosine !== undefined) checkCosine(cosine);
}

function showFeature(
  model: Model<Id, Id>,
  feature: number,
  count: number,
  names: Names,
  { json }: InspectFlags,
  context: Context,
): void {
  asUsage(() => checkInteger("--feature", feature, 0, model.factors - 1));
  const ends = model.factor(feature, { count });
  if (json) {
    printJson(context, { feature, ...ends });
    return;
  }
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
}

/** The facts, and how many axes there are and of what importance, without the items on them. */
function wholeOf(
  model: Model<Id, Id>,
  { rank, effectiveRank, values, energy }: Inspection,
  estimatedError: ErrorEstimate | undefined,
): object {
  return {
    ...factsOf(model),
    ...(estimatedError && { estimatedError }),
    svd: { rank, effectiveRank, values, energy },
  };
}

/** The error on ratings not seen: where a model can tell it, and at no great cost unless it is asked for. */
async function estimateOf(
  model: Model<Id, Id>,
  { estimateError }: InspectFlags,
  { signal }: Context,
): Promise<ErrorEstimate | undefined> {
  if (estimateError) return model.estimateError({ signal });
  const { history, info, factors } = model;
  if (history !== "ratings" || info.data.ratings * factors ** 2 > AFFORDABLE) return undefined;
  try {
    return await model.estimateError({ signal });
  } catch (error) {
    // Nobody has asked for it.
    if (error instanceof AlternantError && error.code === "not-supported") return undefined;
    throw error;
  }
}

/** What draws is loaded when it is asked for: it is larger than all the rest. */
async function writeScree(
  inspection: Inspection,
  model: string,
  svg: string,
  { signal }: Context,
): Promise<void> {
  const { screeSvg } = await import("../charts/scree.js");
  await writeFileAtomically(svg, screeSvg(inspection, basename(model)), { signal });
}
