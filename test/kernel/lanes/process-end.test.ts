import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleNodeEntry } from "../../node/bundle.js";

const folder = mkdtempSync(join(tmpdir(), "alternant-end-"));
let library: string;
beforeAll(async () => {
  library = pathToFileURL(await bundleNodeEntry(folder, "src/index.ts")).href;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script in a process of its own; rejects if that does not end by itself. */
async function run(name: string, body: string): Promise<string> {
  const path = join(folder, name);
  writeFileSync(
    path,
    `import { ALS, Engine, Ratings } from ${JSON.stringify(library)};
     const ratings = Ratings.from(Array.from({ length: 400 }, (_, i) => [i % 20, Math.floor(i / 20), i % 5]));
     ${body}`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [path], { timeout: 20_000 });
  return stdout.trim();
}

describe("a process with lanes", () => {
  it("ends by itself when its fits have ended, with the engine as it is", async () => {
    const body = `
      const engine = await Engine.create({ threads: 3 });
      const model = await new ALS({ factors: 4 }).fit(ratings, { engine });
      console.log(model.info.run.threads, model.info.run.epochs);`;
    expect(await run("fits.mjs", body)).toBe("3 20");
  });

  it("stays until a fit that nobody waits for has ended", async () => {
    const body = `
      const engine = await Engine.create({ threads: 2 });
      new ALS({ factors: 64, epochs: 40 }).fit(ratings, { engine }).then(() => console.log("done"));`;
    expect(await run("stays.mjs", body)).toBe("done");
  });

  it("ends by itself after an engine was made and never used", async () => {
    expect(await run("unused.mjs", `console.log((await Engine.create({ threads: 2 })).threads);`)).toBe("2");
  });

  it("ends by itself after lanes were lost", async () => {
    const body = `
      import threads from "node:worker_threads";
      const Original = threads.Worker;
      let last;
      threads.Worker = class extends Original { constructor(...given) { super(...given); last = this; } };
      const engine = await Engine.create({ threads: 2 });
      setTimeout(() => last.terminate(), 50);
      await new ALS({ factors: 64, epochs: 10000 }).fit(ratings, { engine }).catch((error) => console.log(error.code));`;
    expect(await run("lost.mjs", body)).toBe("lane-failed");
  });
});
