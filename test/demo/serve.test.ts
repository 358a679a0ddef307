import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { imports } from "../house/sources.js";

const script = fileURLToPath(new URL("../../scripts/serve-demo.mjs", import.meta.url));
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill();
});

/** What `npm run demo` runs once all is built. */
function serve(port: number): { child: ChildProcess; said: Promise<string> } {
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  const said = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.once("data", (bytes: Buffer) => resolve(bytes.toString()));
  });
  return { child, said };
}

test("npm run demo prints an address of this machine alone, and serves the page there with the headers that threads need", async () => {
  const { said } = serve(0);
  const words = await said;
  const [, address] = /^The playground is at (http:\/\/127\.0\.0\.1:\d+\/) \(Ctrl\+C ends it\)\n$/.exec(
    words,
  )!;
  const page = await fetch(address!);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("<title>Alternant playground</title>");
  for (const file of ["", "worker.js", "main.css"]) {
    const { headers } = await fetch(new URL(file, address));
    expect(headers.get("cross-origin-opener-policy"), file).toBe("same-origin");
    expect(headers.get("cross-origin-embedder-policy"), file).toBe("require-corp");
    expect(headers.get("content-security-policy"), file).toMatch(/^default-src 'none'; script-src 'self'/);
  }
  const beside = await fetch(new URL("%2e%2e/lib/index.js", address));
  expect(beside.status).toBe(404);
});

test("npm run demo opens nothing by itself: it has nothing that starts programs", () => {
  expect(imports("scripts/serve-demo.mjs").sort()).toEqual(["node:fs", "node:http", "node:path", "node:url"]);
});

test("npm run demo says in words that a port is taken, and how to name another", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = other.address() as AddressInfo;
    const { child, said } = serve(port);
    const code = new Promise((resolve) => child.once("exit", resolve));
    expect(await said).toBe(`Port ${port} is taken. Name another one: PORT=8081 npm run demo\n`);
    expect(await code).toBe(1);
  } finally {
    other.close();
  }
});
