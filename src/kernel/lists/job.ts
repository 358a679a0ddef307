/** Fields in the order of assembly/list-job.ts, where their meaning is written; each a 32-bit word. */
const FIELDS = [
  "panels",
  "boundPanels",
  "halves",
  "panelBiases",
  "itemBiases",
  "order",
  "lengths",
  "panelLengths",
  "chunkBounds",
  "groups",
  "boundGroups",
  "bases",
  "slacks",
  "norms",
  "steps",
  "excludedStarts",
  "excluded",
  "filter",
  "cursors",
  "floor",
  "scores",
  "tally",
  "bestScores",
  "bestItems",
  "bestCounts",
  "thresholds",
  "targetStarts",
  "targets",
  "targetScores",
  "better",
  "tied",
  "tiedBefore",
  "userCount",
  "itemCount",
  "factors",
  "boundFactors",
  "panelFrom",
  "panelTo",
  "panelCount",
  "chunkPanels",
  "count",
  "limit",
] as const;

/** One call over lists. Addresses are bytes from the start of the memory; 0 stands for what is absent. */
export type ListJob = Readonly<Record<(typeof FIELDS)[number], number>>;

/** Bytes of a job; the kernel's `listJobBytes()` must agree. */
export const LIST_JOB_BYTES: number = FIELDS.length * 4;

/** Writes a job at an address that is a multiple of 4. */
export function writeListJob(memory: WebAssembly.Memory, address: number, job: ListJob): void {
  new Uint32Array(memory.buffer, address, FIELDS.length).set(FIELDS.map((field) => job[field]));
}
