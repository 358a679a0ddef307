import { AlternantError } from "../errors.js";
import { type ArithmeticOption, type BuildChoice, buildName } from "./builds.js";
import { createKernels, type Kernels } from "./kernels.js";
import type { ThreadChoice } from "./threads.js";

const WHY = "the module that was given";

/**
 * What a module given by the caller can do: its build, and the threads that go with it.
 *
 * @param asked threads that the caller asked for
 * @param choice threads that this place allows; one works in shared memory too
 * @throws TypeError for what is no module; AlternantError "not-supported" for a module that is not ours, of another kind
 *   of memory than the threads need, or of another arithmetic than was asked for
 */
export async function moduleBuild(
  module: unknown,
  arithmetic: ArithmeticOption,
  asked: number | undefined,
  choice: ThreadChoice,
): Promise<{ build: BuildChoice; threads: ThreadChoice }> {
  if (!(module instanceof WebAssembly.Module)) throw new TypeError("module must be a WebAssembly.Module");
  const { kernels, shared } = await probe(module);
  const relaxed = (kernels.build() & 1) === 1;
  const actual = relaxed ? "relaxed" : "default";
  if (relaxed && arithmetic === "default")
    throw refused(
      `The module given is the relaxed build: ask for arithmetic: "relaxed" with it, or give the module of "alternant/${buildName("default", shared)}.wasm".`,
    );
  if (!relaxed && arithmetic === "relaxed")
    throw refused(
      `arithmetic: "relaxed" needs the module of "alternant/${buildName("relaxed", shared)}.wasm"; the one given is the default build.`,
    );
  if (!shared && asked !== undefined && asked > 1)
    throw refused(
      `threads: ${asked} needs a module for shared memory, that of "alternant/${buildName(actual, true)}.wasm"; the one given is for one thread.`,
    );
  if (shared && asked === 1)
    throw refused(
      `threads: 1 needs the module of "alternant/${buildName(actual, false)}.wasm"; the one given is for the shared memory of several threads.`,
    );
  return {
    build: { name: buildName(actual, shared), arithmetic: actual, why: WHY },
    threads: shared ? choice : { threads: 1, why: "the module that was given is for one thread" },
  };
}

/** Kernels over a page of nothing, and whether that had to be shared. */
async function probe(module: WebAssembly.Module): Promise<{ kernels: Kernels; shared: boolean }> {
  const page = (shared: boolean): Promise<Kernels> =>
    createKernels(module, new WebAssembly.Memory({ initial: 1, maximum: 1, shared }));
  try {
    return { kernels: await page(false), shared: false };
  } catch (unshared) {
    try {
      return { kernels: await page(true), shared: true };
    } catch {
      throw unshared;
    }
  }
}

function refused(message: string): AlternantError {
  return new AlternantError("not-supported", message);
}
