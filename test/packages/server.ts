import { spawn } from "node:child_process";
import { example, type RunOptions, surroundings } from "./example.js";

/** How long a server may take until it says where it is, in milliseconds. */
const TIMEOUT = 60_000;

export interface Server {
  /** The first group of the pattern, as the program said it. */
  readonly said: string;
  /** Ends it with all that it started. */
  close(): Promise<void>;
}

/** Starts a program in an example's folder that runs until it is ended; resolves when it has said what the pattern asks for. */
export async function serve(
  name: string,
  executable: string,
  args: readonly string[],
  pattern: RegExp,
  options: RunOptions = {},
): Promise<Server> {
  // A group of its own: what a server starts in its turn is ended with it.
  const child = spawn(executable, args, {
    cwd: example(name),
    env: surroundings(options),
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
    await ended;
  };
  let text = "";
  try {
    const said = await new Promise<string>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${executable} ${args.join(" ")} ${why}:\n${text}`));
      const timer = setTimeout(() => fail(`did not say ${pattern}`), TIMEOUT);
      child.once("error", reject);
      child.once("close", (code) => fail(`ended with ${code}`));
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (data: Buffer) => {
          text += data;
          const match = pattern.exec(text)?.[1];
          if (match === undefined) return;
          clearTimeout(timer);
          resolve(match);
        });
    });
    return { said, close };
  } catch (error) {
    await close();
    throw error;
  }
}
