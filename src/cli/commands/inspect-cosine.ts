import type { Model, UserOrItem } from "../../model/index.js";
import type { Id } from "../../ratings/index.js";
import { idOf, type Names, UsageError } from "../context.js";

/** The cosine between two rows of factors and what it is made of: wᵀu = ‖w‖ · ‖u‖ · cosine. */
export interface CosineReport {
  readonly of: readonly [UserOrItem & { length: number }, UserOrItem & { length: number }];
  /** `null` where one of the two has zero factors, and so no direction. */
  readonly cosine: number | null;
  /** wᵀu: of a user and an item, what the factors add to their prediction. */
  readonly product: number;
}

/** Checks what --cosine was given: two of item:ID and user:ID, in any order and pairing. @throws UsageError */
export function checkCosine(texts: readonly string[]): void {
  const wrong = texts.find((text) => !/^(?:item|user):/.test(text));
  if (texts.length === 2 && wrong === undefined) return;
  const given = wrong === undefined ? `${texts.length} of them` : JSON.stringify(wrong);
  throw new UsageError(
    `--cosine takes two of item:ID and user:ID, such as item:318 user:42, and not ${given}; the model stands before it`,
  );
}

/** @throws AlternantError "unknown-id" */
export function cosineReport(model: Model<Id, Id>, texts: readonly string[]): CosineReport {
  const [a, b] = texts.map((text) => refOf(model, text)) as [UserOrItem, UserOrItem];
  const cosine = model.cosine(a, b);
  const [one, other] = [vectorOf(model, a), vectorOf(model, b)];
  return {
    of: [
      { ...a, length: Math.hypot(...one) },
      { ...b, length: Math.hypot(...other) },
    ],
    cosine: Number.isNaN(cosine) ? null : cosine,
    product: one.reduce((sum, value, k) => sum + value * other[k]!, 0),
  };
}

export function cosineText({ of, cosine, product }: CosineReport, names: Names): string {
  const rows: [string, string][] = [
    ...of.map((one): [string, string] => [`length of ${nameOf(one, names)}`, one.length.toPrecision(5)]),
    ["cosine", cosine === null ? "none: zero factors have no direction" : cosine.toFixed(4)],
    ["product of the three", product.toPrecision(5)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, value]) => `${name.padEnd(width)}${value}`).join("\n");
}

function refOf({ users, items }: Model<Id, Id>, text: string): UserOrItem {
  const id = text.slice(text.indexOf(":") + 1);
  return text.startsWith("user:") ? { user: idOf(id, users.kind) } : { item: idOf(id, items.kind) };
}

function vectorOf(model: Model<Id, Id>, one: UserOrItem): number[] {
  return [...(one.user === undefined ? model.itemVector(one.item as Id) : model.userVector(one.user))];
}

function nameOf(one: UserOrItem, names: Names): string {
  return one.user === undefined ? `item ${names.title(one.item as Id)}` : `user ${one.user}`;
}
