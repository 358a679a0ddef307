/** Folders of tests that run in Chromium too. Reading and writing text (test/io) goes by Node's streams and zlib. */
export const AREAS: readonly string[] = [
  "test/als",
  "test/assembly",
  "test/kernel",
  "test/linear-algebra",
  "test/live",
  "test/metrics",
  "test/model",
  "test/ratings",
  "test/svd",
  "test/synthetic",
  "test/translate",
];

/** Tests that need a page that is cross-origin isolated, and do not run in Node. */
export const IN_PAGE = "test/browser/in-page";

/** Test files of these folders that run in Node alone, and why. */
export const NODE_ONLY: Readonly<Record<string, string>> = {
  "test/als/event-loop.test.ts":
    "bounds processor time, which a page cannot know; test/long/page.test.ts is its twin",
  "test/als/quality.test.ts": "reads MovieLens from the disk",
  "test/kernel/lanes/failures.test.ts":
    "fails Node's workers; test/browser/in-page/lanes.test.ts fails a page's",
  "test/kernel/lanes/process-end.test.ts": "starts processes",
  "test/model/estimate-error.test.ts": "reads MovieLens from the disk",
  "test/model/event-loop.test.ts": "bounds processor time, which a page cannot know",
  "test/model/python.test.ts": "starts Python",
  "test/translate/live-parity.test.ts": "starts Python",
};
