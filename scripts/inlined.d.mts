import type { BuildOptions } from "esbuild";
import type { Plugin } from "vitest/config";

export const inlined: Required<Pick<BuildOptions, "plugins">>;
export function bundleScript(path: string): Promise<string>;
export function inlinedPlugin(): Plugin;
