import { Presets, SingleBar } from "cli-progress";

/** A bar on standard error, or nothing where that is no terminal: results on standard output stay clean. */
export interface Progress {
  update(done: number, note?: string): void;
  /** Takes the bar away; idempotent. */
  stop(): void;
}

const SILENT: Progress = { update: () => {}, stop: () => {} };

/** Starts a bar that ends at `total`. */
export function startProgress(what: string, total: number): Progress {
  if (!process.stderr.isTTY) return SILENT;
  const bar = new SingleBar(
    {
      format: `${what} {bar} {percentage} % {note}`,
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
      barsize: 30,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { note: "" });
  return {
    update: (done, note = "") => bar.update(done, { note }),
    stop: () => bar.stop(),
  };
}
