#!/usr/bin/env node
import { CommanderError } from "commander";
import { AlternantError } from "../errors.js";
import { Interrupted, UsageError } from "./context.js";
import { createProgram, usageOf } from "./program.js";
import { inFlags } from "./remedies.js";

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Milliseconds after which a second signal is meant as such: `timeout` sends one to the process and one to its group. */
const INSISTENCE_MS = 500;

const controller = new AbortController();
let interrupted: number | undefined;
let interruptedAt = 0;
/** What brings its work to an end first; the next signal aborts it. */
let ending: (() => void) | undefined;
for (const [name, code] of Object.entries(SIGNALS))
  process.on(name, () => {
    const now = performance.now();
    if (interrupted !== undefined && now - interruptedAt <= INSISTENCE_MS) return;
    const reason = new Error(`interrupted by ${name}`);
    if (interrupted === undefined && ending !== undefined) ending();
    else if (!controller.signal.aborted) controller.abort(reason);
    else process.exit(code);
    interrupted ??= code;
    interruptedAt = now;
  });
// A reader that has seen enough (`| head`) is no failure: what else there is to do, such as to save a model, is done.
let told = false;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE" || told) return;
  told = true;
  process.exitCode = report(error);
});

const program = createProgram({
  signal: controller.signal,
  onInterrupt: (handler) => {
    ending = handler;
    return () => {
      ending = undefined;
    };
  },
  print: (text) => {
    if (process.stdout.writable) process.stdout.write(`${text}\n`);
  },
});
try {
  await program.parseAsync();
  // Not 0, so that `a && b` ends when it is interrupted, but with a word: what the command was to do is there.
  if (interrupted !== undefined) {
    console.error("alternant: interrupted when all was done");
    process.exitCode = interrupted;
  }
} catch (error) {
  process.exitCode = report(error);
}

/** Says what is wrong on standard error; returns the exit code. */
function report(error: unknown): number {
  if (error instanceof Error && "code" in error && error.code === "EPIPE") return 0;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (interrupted !== undefined) {
    console.error(`alternant: interrupted${error instanceof Interrupted ? error.message : ""}`);
    return interrupted;
  }
  if (error instanceof UsageError) {
    const command = program.commands.find((candidate) => candidate.name() === process.argv[2]) ?? program;
    console.error(`alternant: ${inFlags(error.message)}\n${usageOf(command)}`);
    return 2;
  }
  if (error instanceof AlternantError || error instanceof RangeError || error instanceof TypeError) {
    console.error(`alternant: ${inFlags(error.message)}`);
    return 1;
  }
  if (error instanceof Error && "syscall" in error) {
    console.error(`alternant: ${error.message}; is there room on the disk, and may it be written to?`);
    return 1;
  }
  console.error(error);
  return 1;
}
