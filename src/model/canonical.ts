import { AlternantError } from "../errors.js";
import { checkOneOf, checkOptions } from "../options.js";
import type { Id } from "../ratings/vocabulary.js";
import type { Factors, ModelParts } from "./parts.js";
import type { CanonicalOptions } from "./results.js";
import { decompose } from "./svd.js";

/** Below it float32 loses digits. */
const SMALLEST = 2 ** -126;

/** The parts of a model with factors P√S and Q√S, of its first `axes` axes. */
export async function canonicalParts<U extends Id, I extends Id>(
  parts: ModelParts<U, I>,
  what: string,
  axes: number,
  options: CanonicalOptions,
): Promise<ModelParts<U, I>> {
  const { factors } = parts;
  checkOptions(what, options, ["engine", "signal", "precision"]);
  const { precision: asked = "float64", ...rest } = options;
  const precision = checkOneOf("precision", asked, ["float64", "float32"]);
  const { users, items } = await decompose(parts, `Model.${what}`, rest, true);
  const { info, userBiases } = parts;
  const { rmse, ...run } = info.run;
  const biases = userBiases === undefined ? 0 : 1;
  const first = (values: Float64Array<ArrayBuffer>): Factors =>
    firstColumns(values, factors, axes, precision);
  return {
    ...parts,
    factors: axes,
    userFactors: first(users),
    itemFactors: first(items),
    info: {
      ...info,
      parameters: { ...info.parameters, model: (parts.users.size + parts.items.size) * (axes + biases) },
      canonical: { trainedFactors: info.canonical?.trainedFactors ?? factors },
      run: { ...run, ...(axes === factors && rmse !== undefined && { rmse }) },
    },
  };
}

function firstColumns(
  values: Float64Array<ArrayBuffer>,
  width: number,
  columns: number,
  precision: "float64" | "float32",
): Factors {
  if (precision === "float64" && width === columns) return values;
  const rows = values.length / width;
  const copy = precision === "float64" ? new Float64Array(rows * columns) : new Float32Array(rows * columns);
  if (width === columns) copy.set(values);
  else
    for (let row = 0; row < rows; row++)
      copy.set(values.subarray(row * width, row * width + columns), row * columns);
  if (precision === "float32") checkRange(copy, values);
  return copy;
}

/** @throws AlternantError "not-finite" where float32 cannot hold the factors */
function checkRange(copy: Factors, values: Float64Array): void {
  const greatest = (numbers: Float32Array | Float64Array): number => {
    let most = 0;
    for (const x of numbers) most = Math.max(most, Math.abs(x));
    return most;
  };
  const [rounded, exact] = [greatest(copy), greatest(values)];
  if (rounded < Infinity && (rounded >= SMALLEST || exact === 0)) return;
  throw new AlternantError(
    "not-finite",
    `The canonical factors, up to ${exact.toExponential(1)}, lie outside of what float32 can hold with its precision; use precision: "float64".`,
  );
}
