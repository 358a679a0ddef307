// Bundles a benchmark (they are TypeScript) and runs it in a child process that has relaxed SIMD.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { inlined } from "../scripts/inlined.mjs";
import { relaxedFlags } from "../scripts/relaxed.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

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
  const args = [
    ...relaxedFlags,
    "--enable-source-maps",
    `build/bench/${entry}.mjs`,
    ...process.argv.slice(2),
  ];
  const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
  child.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
}
