import { AlternantError } from "../errors.js";
import { checkInteger, checkOneOf, checkOptions } from "../options.js";
import { type ArithmeticOption, type BuildChoice, chooseBuild, compileBuild } from "./builds.js";
import { createKernels, type Kernels } from "./kernels.js";
import { MemoryPool } from "./memory-pool.js";

export interface EngineOptions {
  /** Threads that solve rows: 1, on the calling thread, which yields to the event loop at least every 8 ms. */
  threads?: 1 | undefined;
  /**
   * "default": the same bits in every engine. "relaxed": multiply-adds may be fused, some 15 % faster where they are;
   * refused where the engine has no relaxed SIMD. "relaxed-if-available": relaxed or, without it, default.
   */
  arithmetic?: ArithmeticOption | undefined;
  /** A compiled kernel of this package, for hosts that refuse to compile bytes: the module of "alternant/simd.wasm". */
  module?: WebAssembly.Module | undefined;
}

/** Sizes that the kernels tell. */
export type KernelSizes = Pick<Kernels, "paddedFactors" | "workspaceBytes">;

/** A memory lent to one fit, with kernels over it. */
export interface Lease {
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
  /** Gives the memory back; idempotent. */
  release(): void;
}

/** Owns compiled kernels and the memories that fits work in. Any number of fits may run on one engine at once. */
export class Engine {
  readonly threads: number;
  readonly build: BuildChoice;
  /** Sizes that layouts need; not for solving: they run over no memory of a fit. */
  readonly sizes: KernelSizes;
  #module: WebAssembly.Module;
  #pool: MemoryPool = new MemoryPool();
  #disposed = false;

  private constructor(build: BuildChoice, module: WebAssembly.Module, sizes: KernelSizes) {
    this.threads = 1;
    this.build = build;
    this.sizes = sizes;
    this.#module = module;
    if (Symbol.dispose) Object.defineProperty(this, Symbol.dispose, { value: () => this.dispose() });
  }

  /**
   * @throws TypeError, RangeError for options of a wrong type or value
   * @throws AlternantError "not-supported" for arithmetic that the engine lacks or a module that is not ours
   */
  static async create(options: EngineOptions = {}): Promise<Engine> {
    checkOptions("Engine.create", options, ["threads", "arithmetic", "module"]);
    const { threads = 1, arithmetic: asked = "default", module } = options;
    checkInteger("threads", threads, 1, 1);
    const arithmetic = checkOneOf("arithmetic", asked, ["default", "relaxed", "relaxed-if-available"]);
    if (module === undefined) {
      const build = chooseBuild(arithmetic);
      const compiled = await compileBuild(build.name);
      return new Engine(build, compiled, await probe(compiled));
    }
    return Engine.#withModule(module, arithmetic);
  }

  static async #withModule(module: WebAssembly.Module, arithmetic: ArithmeticOption): Promise<Engine> {
    if (!(module instanceof WebAssembly.Module)) throw new TypeError("module must be a WebAssembly.Module");
    const kernels = await probe(module);
    const relaxed = (kernels.build() & 1) === 1;
    if (relaxed && arithmetic === "default")
      throw new AlternantError(
        "not-supported",
        'The module given is the relaxed build: ask for arithmetic: "relaxed" with it, or give the module of "alternant/simd.wasm".',
      );
    if (!relaxed && arithmetic === "relaxed")
      throw new AlternantError(
        "not-supported",
        'arithmetic: "relaxed" needs the module of "alternant/relaxed.wasm"; the one given is the default build.',
      );
    return new Engine(
      {
        name: relaxed ? "relaxed" : "simd",
        arithmetic: relaxed ? "relaxed" : "default",
        why: "the module that was given",
      },
      module,
      kernels,
    );
  }

  /** Lends a zeroed memory of at least `bytes`, nobody else's until it is released. */
  async lend(bytes: number): Promise<Lease> {
    this.#throwIfDisposed();
    const memory = await this.#pool.borrow(bytes);
    const kernels = await createKernels(this.#module, memory);
    let released = false;
    return {
      memory,
      kernels,
      release: () => {
        if (released) return;
        released = true;
        if (!this.#disposed) this.#pool.giveBack(memory);
      },
    };
  }

  /** Gives everything back; idempotent. Later fits on it are refused; one that runs ends in its own time. */
  dispose(): void {
    this.#disposed = true;
    this.#pool.clear();
  }

  #throwIfDisposed(): void {
    if (this.#disposed)
      throw new AlternantError("disposed", "This engine has been disposed of: create another one.");
  }
}

/** Kernels over a page of nothing. */
function probe(module: WebAssembly.Module): Promise<Kernels> {
  return createKernels(module, new WebAssembly.Memory({ initial: 1, maximum: 1 }));
}

let shared: Promise<Engine> | undefined;

/** The engine of fits that are given none: one thread, default arithmetic, made on first use. */
export function sharedEngine(): Promise<Engine> {
  shared ??= Engine.create().catch((error) => {
    shared = undefined;
    throw error;
  });
  return shared;
}
