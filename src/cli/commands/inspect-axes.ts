import type { InspectedAxis, Inspection } from "../../model/index.js";
import type { Id } from "../../ratings/index.js";
import { type Names, table } from "../context.js";

/** Characters of the longest bar. */
const BAR = 32;
/** Characters of the longest title. */
const TITLE = 36;
/** Parts of a character, from the left. */
const PARTS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** How many axes there are, and how important the first `most` of them: a scree plot. */
export function screeText(
  { factors, rank, effectiveRank, values, energy }: Inspection,
  most: number,
): string {
  if (rank === 0)
    return "All factors are zero: there is no axis, and the model says the same as its mean and biases.";
  const shown = Math.min(most, rank);
  let sum = 0;
  const rows = Array.from({ length: shown }, (_, k) => {
    sum += energy[k]!;
    return [
      String(k + 1),
      values[k]!.toPrecision(5),
      percent(energy[k]!),
      percent(sum),
      bar(values[k]! / values[0]!),
    ];
  });
  const left = rank - shown;
  return [
    `${rank} ${rank === 1 ? "axis" : "axes"} of ${factors} factors; effective rank ${effectiveRank.toFixed(1)}`,
    table(["axis", "singular value", "energy", "so far", ""], rows),
    ...(left > 0 ? [`and ${left} more, with ${percent(Math.max(0, 1 - sum))} of the energy`] : []),
  ].join("\n");
}

/** The items at both ends of an axis, side by side. */
export function axisText({ axis, energy, highest, lowest }: InspectedAxis<Id>, names: Names): string {
  const rows = highest.map(({ item, value }, at) => {
    const other = lowest[at]!;
    return [cut(names.title(item)), value.toFixed(3), cut(names.title(other.item)), other.value.toFixed(3)];
  });
  const items =
    rows.length === 0
      ? "No item has so many training ratings."
      : table(["highest", "loading", "lowest", "loading"], rows);
  return `axis ${axis}, ${percent(energy)} of the energy\n${items}`;
}

/** A title as far as two fit side by side. */
function cut(title: string): string {
  const letters = [...title];
  return letters.length > TITLE ? `${letters.slice(0, TITLE - 1).join("")}…` : title;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** A bar for 0 … 1; what is not 0 is seen. */
function bar(part: number): string {
  const eighths = Math.max(1, Math.round(part * BAR * 8));
  return "█".repeat(Math.floor(eighths / 8)) + PARTS[eighths % 8]!;
}
