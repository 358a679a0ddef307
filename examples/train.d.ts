/** What an example tells of its run. */
export interface Told {
  readonly threads: number;
  /** Why so many threads. */
  readonly why: string;
  /** Whether relaxed arithmetic works there. */
  readonly relaxed: boolean;
  /** Seconds of training. */
  readonly seconds: number;
  /** SHA-256 of the factors and biases, in hexadecimal digits. */
  readonly hash: string;
}

/** @param options those of Engine.create */
export function train(library: object, options?: object): Promise<Told>;
