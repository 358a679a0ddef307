import type { Explanation, Model, Reason, ScoredItem } from "../../model/index.js";
import type { Id } from "../../ratings/index.js";
import { type Context, clip, type Names, table } from "../context.js";

/** Reasons shown beside each item of a list: those that speak most for it. */
const SHOWN = 3;

/** Why each item of a user's list is on it. */
export async function explainAll(
  model: Model<Id, Id>,
  user: Id,
  items: readonly ScoredItem[],
  { signal }: Context,
): Promise<Explanation[]> {
  const explained: Explanation[] = [];
  for (const { item } of items) explained.push(await model.explain(user, item, { signal }));
  return explained;
}

/** A list with the ratings that speak for each item. */
export function explainedList(
  explained: readonly Explanation[],
  { range }: Pick<Model<Id, Id>, "range">,
  names: Names,
): string {
  if (explained.length === 0) return "None.";
  const because = (reasons: readonly Reason[]): string =>
    reasons
      .filter(({ contribution }) => contribution > 0)
      .slice(0, SHOWN)
      .map(({ item, value, contribution }) => `${names.title(item)} (${value}, ${signed(contribution)})`)
      .join("\n");
  const heads = names.given ? ["item", "title"] : ["item"];
  return table(
    [...heads, "prediction", "because of (rated, adds)"],
    explained.map(({ item, score, reasons }) => [
      String(item),
      ...(names.given ? [names.title(item)] : []),
      clip(score, range).toFixed(3),
      because(reasons),
    ]),
  );
}

/** What one prediction is made of. Lists and `predict` clip it, which what ratings add cannot be. */
export function explanationText(
  { item, score, base, reasons }: Explanation,
  { range }: Pick<Model<Id, Id>, "range">,
  count: number,
  names: Names,
): string {
  const told = clip(score, range);
  const clipped = told === score ? "" : ` (${told.toFixed(3)} within the ratings' range)`;
  const rest = reasons.slice(count).reduce((sum, { contribution }) => sum + contribution, 0);
  const more = reasons.length - count;
  const rows = reasons
    .slice(0, count)
    .map(({ item: rated, value, contribution, without }) => [
      names.title(rated),
      String(value),
      signed(contribution),
      without.toFixed(3),
    ]);
  return [
    `${names.title(item)}: ${score.toFixed(3)}${clipped}, which is ${base.toFixed(3)} and what ratings add:`,
    table(["rated", "value", "adds", "prediction without it"], rows),
    ...(more > 0 ? [`${more} more add ${signed(rest)} together.`] : []),
  ].join("\n");
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}
