/// <reference lib="esnext.disposable" preserve="true" />

import { untilAborted } from "../abort.js";
import { nameClass } from "../class-name.js";
import { AlternantError, describe, throwIfAborted } from "../errors.js";
import { checkInteger, checkOneOf, checkOptions } from "../options.js";
import { type ArithmeticOption, type BuildChoice, chooseBuild, compileBuild } from "./builds.js";
import type { Driver, Guard } from "./driver.js";
import { InlineDriver } from "./inline-driver.js";
import { createKernels, type Kernels } from "./kernels.js";
import type { LaneWork } from "./lanes/lane-work.js";
import type { Lanes } from "./lanes/lanes.js";
import type { FitLayout } from "./layout.js";
import { MemoryPool } from "./memory-pool.js";
import { moduleBuild } from "./module-build.js";
import { RowSolver } from "./row-solver.js";
import { chooseThreads, MOST_THREADS, type ThreadChoice } from "./threads.js";

export interface EngineOptions {
  /**
   * Threads that solve rows: 1–256, by default one for every core. Each is a worker; 1 works on the calling thread, which
   * yields to the event loop at least every 8 ms. Where memory cannot be shared (a page that is not cross-origin isolated)
   * it is 1 whatever is asked for, and `model.info.run.threadsWhy` says why.
   */
  threads?: number | undefined;
  /**
   * "default": the same bits in every engine. "relaxed": multiply-adds may be fused, some 15–25 % faster where they are;
   * refused where the engine has no relaxed SIMD. "relaxed-if-available": relaxed or, without it, default.
   */
  arithmetic?: ArithmeticOption | undefined;
  /**
   * Where the lanes' worker script is: the address of "alternant/worker" on your own site, for pages whose
   * Content-Security-Policy forbids workers from blobs. By default the script comes with the package.
   */
  workerUrl?: string | URL | undefined;
  /**
   * A compiled kernel of this package, for hosts that refuse to compile bytes: the module of "alternant/simd.wasm" for one
   * thread, of "alternant/simd-shared.wasm" for more.
   */
  module?: WebAssembly.Module | undefined;
}

/** Where work in a lent memory can run. */
export interface Workplace {
  /** The lanes that the engine has; without them the calling thread works. */
  readonly lanes: LaneWork | undefined;
  readonly guard: Guard;
  /** Kernels over the memory, for the calling thread. */
  kernels(): Promise<Kernels>;
  /** What takes ratings through their rows here; by the calling thread where others cannot read them. */
  fit(layout: FitLayout, shared: boolean): Promise<Driver>;
}

/** What a fit needs of what works on it. */
export interface FitNeeds {
  /** Whether the ratings can be read by other threads; where they cannot, the calling thread does it all. */
  readonly shared: boolean;
  /** Whether rows are solved by Cholesky alone, which the kernels' core does. */
  readonly exact: boolean;
}

/** A memory lent to one fit, or to other work. */
export interface Lease {
  readonly memory: WebAssembly.Memory;
  /** What fits in it, as `layout` lays it out. */
  drive(layout: FitLayout, needs: FitNeeds): Promise<Driver>;
  /** What does other work in it, made for its place. */
  work<W extends Pick<Driver, "close">>(make: (place: Workplace) => Promise<W>): Promise<W>;
  /** Gives the memory back; idempotent. */
  release(): void;
}

interface EngineParts {
  readonly threads: ThreadChoice;
  readonly build: BuildChoice;
  /** The kernels' core, or the whole where the caller gave a module. */
  readonly module: WebAssembly.Module;
  /** The whole. */
  readonly whole: () => Promise<WebAssembly.Module>;
  readonly lanes: Lanes | undefined;
}

/**
 * Owns threads, compiled kernels, and the memories that fits work in. Any number of fits may run on one engine at once.
 * It keeps no process alive; `dispose()`, or `await using`, ends its threads at once.
 */
export class Engine {
  static {
    nameClass(Engine, "Engine");
  }

  /** Threads that solve rows. */
  readonly threads: number;
  /** Why so many. */
  readonly threadsWhy: string;
  readonly build: BuildChoice;
  /** As {@link dispose}; missing where the JavaScript engine does not know the symbol. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;
  readonly #module: WebAssembly.Module;
  readonly #whole: () => Promise<WebAssembly.Module>;
  readonly #lanes: Lanes | undefined;
  readonly #pool: MemoryPool;
  #disposed = false;

  private constructor({ threads, build, module, whole, lanes }: EngineParts) {
    this.threads = threads.threads;
    this.threadsWhy = threads.why;
    this.build = build;
    this.#module = module;
    this.#whole = whole;
    this.#lanes = lanes;
    this.#pool = new MemoryPool(build.name.endsWith("-shared"), (memory) => lanes?.forget(memory));
    if (Symbol.asyncDispose)
      Object.defineProperty(this, Symbol.asyncDispose, { value: () => this.dispose() });
  }

  /**
   * Compiles the kernels and starts the threads.
   *
   * @throws TypeError, RangeError for options of a wrong type or value
   * @throws AlternantError "not-supported" for arithmetic that the engine lacks, or a module that is not ours or for
   *   another kind of memory; "lane-failed" when workers do not start
   */
  static async create(options: EngineOptions = {}): Promise<Engine> {
    checkOptions("Engine.create", options, ["threads", "arithmetic", "workerUrl", "module"]);
    const { threads: asked, arithmetic: kind = "default", workerUrl, module: given } = options;
    if (asked !== undefined) checkInteger("threads", asked, 1, MOST_THREADS);
    const arithmetic = checkOneOf("arithmetic", kind, ["default", "relaxed", "relaxed-if-available"]);
    checkWorkerUrl(workerUrl);
    const threads = chooseThreads(asked);
    if (given !== undefined) {
      const chosen = await moduleBuild(given, arithmetic, asked, threads);
      return start({ ...chosen, module: given, whole: async () => given }, workerUrl);
    }
    const build = await chooseBuild(arithmetic, threads.threads > 1);
    const compile = async ({ name }: BuildChoice): Promise<Pick<EngineParts, "module" | "whole">> => ({
      module: await compileBuild(name, "core"),
      whole: () => compileBuild(name),
    });
    try {
      return await start({ threads, build, ...(await compile(build)) }, workerUrl);
    } catch (error) {
      if (asked !== undefined || workerUrl !== undefined) throw error;
      // Nobody asked for threads: one does the work, and says what the others failed of.
      const one = { threads: 1, why: `one thread: ${(error as Error).message}` };
      const alone = await chooseBuild(arithmetic, false);
      return start({ threads: one, build: alone, ...(await compile(alone)) }, undefined);
    }

    async function start(parts: Omit<EngineParts, "lanes">, url: string | URL | undefined): Promise<Engine> {
      const { threads: count } = parts.threads;
      if (count === 1) return new Engine({ ...parts, lanes: undefined });
      const { Lanes } = await import("./lanes/lanes.js");
      const source = url === undefined ? (await import("./lanes/worker-source.js")).WORKER_SOURCE : "";
      const lanes = new Lanes({ threads: count, module: parts.module, script: { url, source } });
      await lanes.crew();
      return new Engine({ ...parts, lanes });
    }
  }

  /**
   * @internal
   * @param what is at work, as it stands in errors: "ALS.fit"
   * @throws AlternantError "disposed" when it has been, "aborted" when the signal says so
   */
  check(signal: AbortSignal | undefined, what: string): void {
    if (this.#disposed) throw disposedError();
    throwIfAborted(signal, what);
  }

  /**
   * Lends a zeroed memory of at least `bytes`, nobody else's until it is released.
   *
   * @internal
   * @param what it is for, as it stands in errors: "ALS.fit"
   * @throws AlternantError "disposed", "aborted", "lane-failed", "too-large"
   */
  async lend(bytes: number, signal: AbortSignal | undefined, what: string): Promise<Lease> {
    const guard: Guard = { what, signal, check: () => this.check(signal, what) };
    guard.check();
    const crew = this.#lanes && (await untilAborted(this.#lanes.crew(), signal, what));
    const memory = await this.#pool.borrow(bytes, guard.check);
    let released = false;
    let lost = false;
    let driver: Pick<Driver, "close"> | undefined;
    const laneWork = (module: WebAssembly.Module): LaneWork | undefined =>
      this.#lanes &&
      crew &&
      this.#lanes.workIn(memory, crew, module === this.#module ? undefined : module, guard, () => {
        lost = true;
      });
    const placeFor = (module: WebAssembly.Module): Workplace => {
      const lanes = laneWork(module);
      const kernels = (): Promise<Kernels> => createKernels(module, memory);
      const fit = async (layout: FitLayout, shared: boolean): Promise<Driver> =>
        lanes !== undefined && shared
          ? lanes.fit(layout)
          : new InlineDriver(new RowSolver(memory, await kernels(), layout), memory, layout, guard);
      return { lanes, guard, kernels, fit };
    };
    return {
      memory,
      drive: async (layout, { shared, exact }) => {
        const fit = await placeFor(exact ? this.#module : await this.#whole()).fit(layout, shared);
        driver = fit;
        return fit;
      },
      work: async (make) => {
        const work = await make(placeFor(await this.#whole()));
        driver = work;
        return work;
      },
      release: () => {
        if (released) return;
        released = true;
        const giveBack = (): void => {
          if (!this.#disposed && !lost) this.#pool.giveBack(memory);
        };
        if (driver === undefined) giveBack();
        else driver.close(giveBack);
      },
    };
  }

  /**
   * Ends the threads at once and gives everything back; idempotent. What runs on it rejects with "disposed", and so do
   * later calls. Resolves when no thread is left.
   */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#pool.clear();
    await this.#lanes?.dispose(disposedError());
  }
}

function disposedError(): AlternantError {
  return new AlternantError("disposed", "This engine has been disposed of: create another one.");
}

function checkWorkerUrl(url: unknown): asserts url is string | URL | undefined {
  if (url === undefined || url instanceof URL) return;
  if (typeof url !== "string")
    throw new TypeError(`workerUrl must be a string or a URL, not ${describe(url)}`);
  if (url === "") throw new RangeError("workerUrl must be the address of a script, not an empty string");
}

let shared: Promise<Engine> | undefined;

/**
 * The engine given, or the shared one.
 *
 * @param what is to run on it, as it stands in errors
 * @throws TypeError for what is no engine; AlternantError "aborted"
 */
export async function engineFor(
  given: Engine | undefined,
  signal: AbortSignal | undefined,
  what: string,
): Promise<Engine> {
  const engine = given === undefined ? await untilAborted(sharedEngine(), signal, what) : given;
  if (engine instanceof Engine) return engine;
  throw new TypeError(`engine must be an Engine, made by Engine.create(), not ${describe(engine)}`);
}

/** The engine of fits that are given none: all cores, default arithmetic, made on first use. */
export function sharedEngine(): Promise<Engine> {
  shared ??= Engine.create().catch((error) => {
    shared = undefined;
    throw error;
  });
  return shared;
}
