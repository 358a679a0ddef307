// Bundles a benchmark (they are TypeScript) and runs it in a child process that has relaxed SIMD.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { inlined } from "../scripts/inlined.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A module with one f32x4.relaxed_madd: where the engine takes it, no flag is needed (and newer Nodes refuse it). */
const RELAXED = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7b, 0x7b, 0x7b, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfd, 0x85, 0x02, 0x0b],
);

/** Runs `bench/<entry>.ts` with this process's arguments; this process ends as the benchmark does. */
export async function runBench(entry) {
  await build({
    absWorkingDir: root,
    entryPoints: [`bench/${entry}.ts`, "bench/baseline/plain.ts", "bench/baseline/blocked.ts"],
    outbase: "bench",
    outdir: "build/bench",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    ...inlined,
    sourcemap: "inline",
    logLevel: "warning",
  });
  const flags = WebAssembly.validate(RELAXED) ? [] : ["--experimental-wasm-relaxed-simd"];
  const args = [...flags, "--enable-source-maps", `build/bench/${entry}.mjs`, ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
  child.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
}
