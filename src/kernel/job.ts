/** One call of the row solver. Addresses are bytes from the start of the memory; 0 stands for what is absent. */
export interface RowJob {
  fixed: number;
  solved: number;
  fixedBiases: number;
  solvedBiases: number;
  lambdas: number;
  starts: number;
  columns: number;
  values: number;
  weights: number;
  base: number;
  sums: number;
  states: number;
  workspace: number;
  terms: number;
  rowCount: number;
  factors: number;
  flags: number;
  pass: number;
  position: number;
  steps: number;
  mean: number;
  biasLambda: number;
  alpha: number;
  offset: number;
  observedBase: number;
}

/** Flags of a {@link RowJob}; assembly/job.ts says what they mean. */
export const JobFlag = {
  wideValues: 1,
  continued: 2,
  unfinished: 4,
  implicit: 8,
  wideWeights: 16,
  piece: 32,
  jacobi: 64,
} as const;

/** Fields in the order of assembly/job.ts, where their meaning is written. */
const WORDS = [
  "fixed",
  "solved",
  "fixedBiases",
  "solvedBiases",
  "lambdas",
  "starts",
  "columns",
  "values",
  "weights",
  "base",
  "sums",
  "states",
  "workspace",
  "terms",
  "rowCount",
  "factors",
  "flags",
  "pass",
  "position",
  "steps",
] as const satisfies readonly (keyof RowJob)[];
const NUMBERS = [
  "mean",
  "biasLambda",
  "alpha",
  "offset",
  "observedBase",
] as const satisfies readonly (keyof RowJob)[];

/** A job of nothing, to be filled in. */
export const NO_JOB: RowJob = Object.freeze(
  Object.fromEntries([...WORDS, ...NUMBERS].map((field) => [field, 0])),
) as unknown as RowJob;

/** Bytes of a job; the kernel's `jobBytes()` must agree. */
export const JOB_BYTES: number = WORDS.length * 4 + NUMBERS.length * 8;

/** Writes a job at an address that is a multiple of 8. */
export function writeJob(memory: WebAssembly.Memory, address: number, job: RowJob): void {
  const view = new DataView(memory.buffer, address, JOB_BYTES);
  let at = 0;
  for (const field of WORDS) {
    view.setUint32(at, job[field], true);
    at += 4;
  }
  for (const field of NUMBERS) {
    view.setFloat64(at, job[field], true);
    at += 8;
  }
}
