import type { Inspection } from "../../model/index.js";
import { chartSvg } from "./chart.js";

/** A model's singular values as bars, and how much of its energy the first of them have, as an SVG document. */
export function screeSvg({ factors, rank, effectiveRank, values, energy }: Inspection, name: string): string {
  const unit = unitOf(values[0]!);
  let sum = 0;
  return chartSvg({
    title: `Singular values of ${name}`,
    subtitle: `${factors} factors, rank ${rank}, effective rank ${effectiveRank.toFixed(1)}`,
    x: { label: "axis", scale: "category" },
    y: { label: unit === 1 ? "singular value" : `singular value, in ${unit.toExponential()}` },
    right: { label: "energy of the first axes", min: 0, max: 100, unit: " %" },
    series: [
      {
        name: "singular value",
        kind: "bar",
        points: values.map((value, k) => [k + 1, value / unit]),
      },
      {
        name: "energy so far",
        kind: "line",
        right: true,
        points: energy.map((share, k) => {
          sum += share;
          return [k + 1, Math.min(100 * sum, 100)];
        }),
      },
    ],
  });
}

/** What to count singular values in: 1, but for those that are too large or too small for an axis. */
function unitOf(largest: number): number {
  if (largest === 0 || (largest > 1e-6 && largest < 1e12)) return 1;
  return Number(`1e${Math.floor(Math.log10(largest))}`);
}
