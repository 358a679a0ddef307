import { Presets, SingleBar } from "cli-progress";

/** A bar on standard error, or nothing where that is no terminal: results on standard output stay clean. */
export interface Progress {
  update(done: number, note?: string): void;
  /** Says something on standard error, above the bar where there is one. */
  say(text: string): void;
  /** Takes the bar away; idempotent. */
  stop(): void;
}

const SILENT: Progress = { update: () => {}, say: tell, stop: () => {} };

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
  let at: [done: number, payload: { note: string }] = [0, { note: "" }];
  bar.start(total, ...at);
  return {
    update: (done, note = "") => {
      at = [done, { note }];
      bar.update(...at);
    },
    say: (text) => {
      bar.stop();
      tell(text);
      bar.start(total, ...at);
    },
    stop: () => bar.stop(),
  };
}

function tell(text: string): void {
  console.error(`alternant: ${text}`);
}
