/** Tests of what the API promises in milliseconds: they run one at a time, with nothing else beside them. */
export const TIMED: readonly string[] = [
  "test/als/abort.test.ts",
  "test/als/event-loop.test.ts",
  "test/cli/interrupt.test.ts",
  "test/kernel/lanes/failures.test.ts",
  "test/kernel/lanes/process-end.test.ts",
  "test/live/refresh.test.ts",
  "test/model/event-loop.test.ts",
  "test/model/lists-ended.test.ts",
];
