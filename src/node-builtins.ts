/** Node's own modules that code for every platform may use where it runs on Node. */
interface Builtins {
  "node:fs": typeof import("node:fs");
  "node:os": typeof import("node:os");
  "node:stream": typeof import("node:stream");
  "node:worker_threads": typeof import("node:worker_threads");
  "node:zlib": typeof import("node:zlib");
}

/**
 * A module of Node's own; undefined elsewhere. Asked of the process, because an import of it would be an error in
 * browsers, and bundlers would stumble over it (Node ≥ 20.16; Deno and Bun have it too).
 */
export function nodeBuiltin<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  return globalThis.process?.getBuiltinModule?.(name) as Builtins[Name] | undefined;
}
