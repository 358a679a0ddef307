import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What runs a contender: a command that reads orders, a JSON line each, and answers each with one. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A contender in a process of its own. It loads its data before it answers for the first time, then trains when told to,
 * so that contenders can take turns.
 */
export class Contender {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#answers = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  }

  /** Starts it with its task, and waits until it has loaded its data. */
  static async start({ file, args, env }: Command, task: object): Promise<Contender> {
    const child = spawn(file, args, {
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const contender = new Contender(child);
    await contender.#order(task);
    return contender;
  }

  /** Trains so many epochs more. Resolves to seconds per epoch. */
  async train(epochs: number): Promise<readonly number[]> {
    return (await this.#order({ do: "train", epochs })) as readonly number[];
  }

  /** Writes its factors, users.f32 and items.f32, and biases where it has some, to a folder. */
  async write(folder: string): Promise<void> {
    await this.#order({ do: "write", folder });
  }

  /** Ends it. Resolves to the most bytes that it had resident. */
  async end(): Promise<number> {
    const bytes = (await this.#order({ do: "end" })) as number;
    this.#child.stdin!.end();
    return bytes;
  }

  async #order(order: object): Promise<unknown> {
    this.#child.stdin!.write(`${JSON.stringify(order)}\n`);
    const { value, done } = await this.#answers.next();
    if (done)
      throw new Error(`${this.#child.spawnargs.join(" ")} ended before it answered ${JSON.stringify(order)}`);
    return JSON.parse(value);
  }
}
