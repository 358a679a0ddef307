import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { ALS } from "../../src/als/index.js";
import type { Model } from "../../src/model/index.js";
import { loadModel, saveModel } from "../../src/node/index.js";
import { Ratings } from "../../src/ratings/index.js";
import { temporaryFolder } from "./temporary.js";

const folder = temporaryFolder();
const IDS = ["__proto__", "constructor", "🎬", "two\nlines"];
let model: Model<string, string>;
beforeAll(async () => {
  const rows = IDS.flatMap((user, u) =>
    IDS.filter((_, i) => (u + i) % 3 > 0).map((item): [string, string, number] => [
      user,
      item,
      u + item.length,
    ]),
  );
  model = await new ALS({ factors: 2, epochs: 3 }).fit(Ratings.from(rows));
});

describe("saveModel and loadModel", () => {
  it("keep every prediction to the bit, by path and by URL", async () => {
    const path = join(folder, "a model#1.safetensors");
    for (const name of [path, pathToFileURL(path)]) {
      await saveModel(model, name);
      const loaded = await loadModel<string, string>(name);
      expectTypeOf(loaded).toEqualTypeOf<Model<string, string>>();
      expect(loaded.toBytes()).toEqual(model.toBytes());
      for (const user of IDS)
        for (const item of IDS) expect(loaded.predict(user, item)).toBe(model.predict(user, item));
      expect(loaded.predict("__proto__", "constructor")).toBeTypeOf("number");
      expect(loaded.predict("nobody", "constructor")).toBeUndefined();
    }
    expect(readdirSync(folder)).toEqual(["a model#1.safetensors"]);
  });

  it("name the path of a corrupt file", async () => {
    const path = join(folder, "corrupt.safetensors");
    const bytes = model.toBytes();
    bytes[bytes.length - 3]! ^= 4;
    writeFileSync(path, bytes);
    const error = await loadModel(path).catch((error: unknown) => error);
    expect(error).toMatchObject({ name: "AlternantError", code: "corrupt-model" });
    expect((error as Error).message.startsWith(`${path}: `)).toBe(true);
    for (const content of ["", "userId,movieId,rating\n1,2,3\n"]) {
      writeFileSync(path, content);
      await expect(loadModel(path)).rejects.toMatchObject({ code: "corrupt-model" });
    }
  });

  it("refuse a file that is not there and a directory", async () => {
    const path = join(folder, "nowhere.safetensors");
    await expect(loadModel(path)).rejects.toMatchObject({
      code: "invalid-file",
      message: `${path} cannot be read: there is no such file; check the name and the folder`,
    });
    await expect(loadModel(folder)).rejects.toMatchObject({
      code: "invalid-file",
      message: `${folder} cannot be read: it is a directory; give a file inside it`,
    });
  });

  it("leave the old model whole when the save is aborted", async () => {
    const place = join(folder, "aborted");
    mkdirSync(place);
    const path = join(place, "model.safetensors");
    await saveModel(model, path);
    const old = readFileSync(path);
    await expect(saveModel(model, path, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
    expect(readFileSync(path)).toEqual(old);
    expect(readdirSync(place)).toEqual(["model.safetensors"]);
  });
});
