import type { ErrorEstimate, Model, ModelInfo } from "../../model/index.js";
import type { Id } from "../../ratings/index.js";
import { thousands, threadsOf } from "../context.js";
import { metricName } from "../validation.js";

type Validation = NonNullable<ModelInfo["run"]["validation"]>;
type Svd = NonNullable<ModelInfo["run"]["svd"]>;

/** What a model file says of itself, for programs. */
export function factsOf({ info, options, history, range, users, items }: Model<Id, Id>): object {
  return { ...info, options, history, range, ids: { users: users.kind, items: items.kind } };
}

/** The same for people, a line each. @param estimate of the error on ratings not seen, where it was made */
export function factsText(
  { info, options, history, range, users, items, factors }: Model<Id, Id>,
  estimate: ErrorEstimate | undefined,
): string {
  const { data, parameters, run } = info;
  const rows: [string, string][] = [
    [
      "users",
      users.size === 0
        ? `none in this file, which is for fold-in; ${thousands(data.users)} in training`
        : `${thousands(data.users)} (${users.kind} ids), ${thousands(data.usersWithoutRatings)} without ratings`,
    ],
    [
      "items",
      `${thousands(data.items)} (${items.kind} ids), ${thousands(data.itemsWithoutRatings)} without ratings`,
    ],
    ["training ratings", `${thousands(data.ratings)}, ${(data.density * 100).toFixed(3)} % of the matrix`],
    ["ratings from, to, mean", `${range[0]}, ${range[1]}, ${data.mean.toFixed(3)}`],
    ["numbers in the model", `${thousands(parameters.model)}; in the matrix ${thousands(parameters.full)}`],
    ...(info.canonical ? [["factors", canonicalText(factors, info.canonical)] as [string, string]] : []),
    ["history", history],
    ["options", JSON.stringify(options)],
    [
      "training",
      `${run.epochs} ${run.svd ? "blocks multiplied" : "epochs"} in ${run.seconds.toFixed(2)} s, loss ${run.loss.toFixed(1)}${run.rmse === undefined ? "" : `, RMSE ${run.rmse.toFixed(4)}`}`,
    ],
    ...(run.solver ? [["solver", `${run.solver.name} (${run.solver.why})`] as [string, string]] : []),
    ...(run.start ? [["start", `${run.start.name} (${run.start.why})`] as [string, string]] : []),
    ...(run.svd ? [["residuals", residualsText(run.svd)] as [string, string]] : []),
    ...(run.validation ? [["validation", validationText(run.validation)] as [string, string]] : []),
    ...(estimate ? [["error", estimateText(estimate)] as [string, string]] : []),
    ["run", `${run.precision}, ${run.arithmetic} arithmetic, ${threadsOf(run)}, build ${run.build}`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(24)}${value}`).join("\n");
}

/** Which of its axes a model in canonical form has. */
function canonicalText(factors: number, { trainedFactors }: NonNullable<ModelInfo["canonical"]>): string {
  return factors === trainedFactors
    ? `the ${factors} canonical axes of the model that was trained`
    : `the first ${factors} of ${trainedFactors} canonical axes of the model that was trained, whose loss is told below`;
}

function estimateText({ rmse, trainingRmse }: ErrorEstimate): string {
  return `RMSE of about ${rmse.toFixed(3)} on ratings not seen, by leaving out each of those seen (approximate); ${trainingRmse.toFixed(3)} on these`;
}

function validationText({ metric, k, value, epochs }: Validation): string {
  return `${metricName({ metric, k })} ${value.toFixed(4)}, the best of ${epochs} epochs`;
}

/** How near the axes of a decomposed matrix are to singular vectors. */
function residualsText({ residual, tolerance, warning }: Svd): string {
  return `${residual.toExponential(1)} of the largest singular value, ${tolerance} asked for${warning === undefined ? "" : `: ${warning}`}`;
}
