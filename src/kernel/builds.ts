import { AlternantError } from "../errors.js";
import { type BuildName, type BuildPart, binary } from "./binaries.js";

/** How multiply-adds round: "default" gives the same bits in every engine, "relaxed" may fuse them. */
export type Arithmetic = "default" | "relaxed";
export type ArithmeticOption = Arithmetic | "relaxed-if-available";

/** The build that was chosen, and why. */
export interface BuildChoice {
  readonly name: BuildName;
  readonly arithmetic: Arithmetic;
  readonly why: string;
}

const compiled: Map<string, Promise<WebAssembly.Module>> = new Map();

/** Whether this engine takes the build: asked of the real binary. */
export async function canRun(name: BuildName): Promise<boolean> {
  return WebAssembly.validate(await binary(name, "core"));
}

/** The compiled module of a build, compiled once in a process. */
export function compileBuild(name: BuildName, part: BuildPart = "whole"): Promise<WebAssembly.Module> {
  // Relaxed builds have no part of their own: compiled twice they would be two modules that lanes take for different ones.
  const key = name.startsWith("relaxed") ? name : `${name} ${part}`;
  let module = compiled.get(key);
  if (module === undefined) {
    module = binary(name, part).then((bytes) => WebAssembly.compile(bytes));
    compiled.set(key, module);
  }
  return module;
}

/** The build of an arithmetic for shared memory or for one of its own. */
export function buildName(arithmetic: Arithmetic, shared: boolean): BuildName {
  const name = arithmetic === "relaxed" ? "relaxed" : "simd";
  return shared ? `${name}-shared` : name;
}

/**
 * Chooses the build for a memory that is shared by lanes, or not.
 *
 * @throws AlternantError "not-supported" where the engine lacks WebAssembly SIMD, or relaxed SIMD that was asked for
 */
export async function chooseBuild(arithmetic: ArithmeticOption, shared: boolean): Promise<BuildChoice> {
  const plain = buildName("default", shared);
  const relaxed = buildName("relaxed", shared);
  if (!(await canRun(plain)))
    throw new AlternantError(
      "not-supported",
      "This JavaScript engine has no WebAssembly SIMD. It is in Node 16.4, Chrome 91, Firefox 89, Safari 16.4 and later.",
    );
  if (arithmetic === "default")
    return { name: plain, arithmetic, why: "default arithmetic: the same bits in every engine" };
  if (await canRun(relaxed))
    return {
      name: relaxed,
      arithmetic: "relaxed",
      why: "relaxed SIMD was asked for and this engine has it",
    };
  if (arithmetic === "relaxed-if-available")
    return {
      name: plain,
      arithmetic: "default",
      why: "relaxed SIMD was asked for if available, and this engine has none",
    };
  throw new AlternantError(
    "not-supported",
    'arithmetic: "relaxed" needs relaxed SIMD, which this engine lacks. Node 22 and later have it, Node 20 with --experimental-wasm-relaxed-simd, Chrome since 114, Firefox since 146. "relaxed-if-available" falls back by itself.',
  );
}
