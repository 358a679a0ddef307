import { anderson } from "./anderson.js";
import type { Variant } from "./attempt.js";
import { guarded } from "./guarded.js";
import { lambdaLadder } from "./lambda-ladder.js";
import { nesterov } from "./nesterov.js";
import { orthonormalStart } from "./orthonormal.js";
import { plain } from "./plain.js";
import { staged } from "./stages.js";

const RANDOM = { start: "random" } as const;
const SAMPLES = { start: "samples" } as const;

export const PLAIN: Variant = plain("plain", RANDOM);
export const DEFAULT: Variant = plain("samples (the default)", SAMPLES);
/** Comes nearest to J* in so many epochs. */
const FASTEST: Variant = guarded("samples, Nesterov", SAMPLES, nesterov);

/** Those that are tried everywhere, in both precisions. */
export const CORE: readonly Variant[] = [PLAIN, DEFAULT, FASTEST];

export const ALL: readonly Variant[] = [
  ...CORE,
  guarded("Nesterov", RANDOM, nesterov),
  guarded("Anderson, window 4", RANDOM, () => anderson(4)),
  lambdaLadder([4, 2]),
  staged("K/4 for 2 epochs, K/2 for 1, then K", [
    { epochs: 2, changes: (factors) => ({ factors: factors / 4 }), counts: true },
    { epochs: 1, changes: (factors) => ({ factors: factors / 2 }), counts: true },
  ]),
  staged("conjugate gradient for 3 epochs, then exact", [
    { epochs: 3, changes: () => ({ solver: "cg", finish: "none" }), counts: true },
  ]),
  {
    ...staged("float32 for 3 epochs, then float64", [
      { epochs: 3, changes: () => ({ precision: "float32" }), counts: false },
    ]),
    tunedAs: PLAIN,
  },
  {
    ...staged("samples in float32, then float64", [
      { epochs: 0, changes: () => ({ ...SAMPLES, precision: "float32" }), counts: false },
    ]),
    tunedAs: DEFAULT,
  },
  orthonormalStart(2),
];
