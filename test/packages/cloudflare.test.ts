import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { Told } from "../../examples/train.js";
import { absence, example, installedVersion, NODE, run } from "./example.js";
import { referenceHash } from "./reference.js";
import { tellRow } from "./row.js";
import { serve } from "./server.js";

const wrangler = example("cloudflare", "node_modules/wrangler/bin/wrangler.js");
const env = {
  CI: "1",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_WRITE_LOGS: "false",
  // What it would write into somebody's home.
  XDG_CONFIG_HOME: fileURLToPath(new URL("../../build/tmp/wrangler", import.meta.url)),
};

describe("a Cloudflare Worker", () => {
  let expected: string;
  beforeAll(async () => {
    expected = await referenceHash();
  });

  test("is bundled for deployment without a complaint", async (context) => {
    const absent = await absence(NODE);
    context.skip(absent !== undefined, absent);
    const args = [wrangler, "deploy", "--dry-run", "--outdir", "dist"];
    const { stdout, stderr } = await run("cloudflare", NODE, args, { env });
    expect(stdout).toContain("Total Upload");
    expect(stdout + stderr).not.toMatch(/warn|error/i);
  });

  // Of the older date, Workers have neither setImmediate nor MessageChannel.
  for (const [name, flags] of [
    ["Cloudflare Worker", []],
    ["Cloudflare Worker, date 2024-01-01", ["--compatibility-date", "2024-01-01"]],
    ["Cloudflare Worker, nodejs_compat", ["--compatibility-flags", "nodejs_compat"]],
  ] as const)
    test(name, async (context) => {
      const absent = await absence(NODE);
      context.skip(absent !== undefined, absent);
      const args = [wrangler, "dev", "--ip", "127.0.0.1", "--port", "0", "--inspector-port", "0", ...flags];
      const server = await serve("cloudflare", NODE, args, /Ready on (http:\/\/\S+)/, { env });
      try {
        const response = await fetch(server.said);
        const text = await response.text();
        expect(response.status, text).toBe(200);
        const told = JSON.parse(text) as Told;
        tellRow(context, { version: `workerd ${installedVersion("cloudflare", "workerd")}`, ...told });
        expect(told).toMatchObject({ hash: expected, threads: 1, relaxed: false });
      } finally {
        await server.close();
      }
    });
});
