import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { read, root } from "../house/sources.js";

const blocks = [...read("docs/packaging.md").matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code!);
const programs = readdirSync(`${root}/examples`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(`${root}/examples/${name}`).map((file) => `examples/${name}/${file}`))
  .filter((path) => path.endsWith("main.js"))
  .map(read);

describe("docs/packaging.md", () => {
  it("shows code of the examples as it stands there, where npm run test:packages runs it", () => {
    expect(blocks.length).toBeGreaterThan(1);
    for (const block of blocks)
      expect(
        programs.some((program) => program.includes(block)),
        block,
      ).toBe(true);
  });
});
