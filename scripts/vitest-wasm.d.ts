import type { Plugin } from "vitest/config";

export function wasmAsBase64(): Plugin;
