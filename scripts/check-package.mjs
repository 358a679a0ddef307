// Packs the package, installs the tarball into an empty project outside the repository, and uses it as a stranger would:
// plain JavaScript, strict TypeScript, the command line. Checks the manifest (publint), the types (arethetypeswrong) and what
// an import weighs.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Bytes that `import "alternant"` may load, kernels included, each file compressed. */
const SIZE_LIMIT = 60 * 1024;
/** The same with the workers' script and what starts them, which a fit on threads loads. */
const LANES_LIMIT = 77 * 1024;

const JAVASCRIPT = `
import { ALS, Ratings, rmse, syntheticWorld } from "alternant";
import { parseRatings } from "alternant/io";
import { optionsFrom } from "alternant/translate";
import { saveModel, loadModel } from "alternant/node";

const { ratings } = await syntheticWorld({ users: 300, items: 200, ratings: 12_000, seed: 1 });
const [train, test] = ratings.split({ test: 0.1, seed: 1 });
const model = await new ALS({ factors: 8, epochs: 5 }).fit(train);
const { rmse: error } = await rmse(model, test);
if (!(error > 0.3 && error < 1.2)) throw new Error("test RMSE is " + error);
await saveModel(model, "model.safetensors");
const again = await loadModel("model.safetensors");
const user = train.users.id(0), item = train.items.id(0);
if (again.predict(user, item) !== model.predict(user, item)) throw new Error("the model file changed a prediction");
const parsed = await parseRatings(new Blob(["user,item,rating\\nann,Alien,5\\nbob,Brazil,3.5\\n"]));
if (parsed.get("bob", "Brazil") !== 3.5 || !(parsed instanceof Ratings)) throw new Error("parseRatings");
if (optionsFrom("spark", { rank: 8 }).options.factors !== 8) throw new Error("optionsFrom");
console.log("trained, saved, loaded: test RMSE", error.toFixed(3));
`;

const TYPESCRIPT = `
import { ALS, type AlsOptions, type EpochEvent, Engine, type Model, Ratings, rmse } from "alternant";
import { parseRatings } from "alternant/io";
import { readRatings } from "alternant/node";
import { optionsFrom, type Translation } from "alternant/translate";

export const translation: Translation = optionsFrom("implicit", { factors: 8, num_threads: 2 });
// @ts-expect-error: factors is a number there
export const wrong = () => optionsFrom("implicit", { factors: "8" });
const ratings: Ratings<string, number> = Ratings.from([["ann", 1, 5], ["bob", 2, 3.5]]);
const options: AlsOptions = { factors: 2, regularization: { users: 0.1, biases: 1 }, scaling: "count" };
export async function main(): Promise<number> {
  const engine = await Engine.create({ threads: 1 });
  const model: Model<string, number> = await new ALS(options).fit(ratings, {
    engine,
    onEpoch: (event: EpochEvent) => event.rmse,
  });
  const best: number | undefined = model.recommend("ann", { count: 1 })[0]?.item;
  // @ts-expect-error: an item is a number here
  model.predict("ann", "Alien");
  void parseRatings;
  void readRatings;
  return (best ?? 0) + (await rmse(model, ratings)).rmse;
}
`;

/**
 * What arethetypeswrong says of every package that is ES modules alone and has more entries than one: TypeScript's old
 * "node10" resolution finds the first alone, and require() is for Node 22.12 and later.
 */
const KNOWN = ({ kind, resolutionKind, entrypoint }) =>
  (resolutionKind === "node10" && entrypoint !== ".") ||
  (kind === "CJSResolvesToESM" && resolutionKind === "node16-cjs");

let failed = 0;
async function check(name, run) {
  try {
    const note = await run();
    console.log(`ok    ${name}${note ? `: ${note}` : ""}`);
  } catch (error) {
    failed++;
    console.log(`FAIL  ${name}: ${error.stdout ?? ""}${error.stderr ?? ""}${error.message}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), "alternant-package-"));
const run = (command, args) =>
  execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
try {
  const packed = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
  const { filename, size, entryCount } = Array.isArray(packed) ? packed[0] : Object.values(packed)[0];
  console.log(`packed ${filename}: ${(size / 1024).toFixed(0)} KB, ${entryCount} files`);

  await check("publint", async () => {
    const { messages } = await publint({ pkgDir: root, strict: true });
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    if (messages.length > 0)
      throw new Error(messages.map((message) => formatMessage(message, manifest)).join("\n"));
  });
  await check("arethetypeswrong", async () => {
    // With its own TypeScript it is too large for what every clone installs.
    const setup = [join(root, "scripts/setup-examples.mjs"), "typescript"];
    execFileSync(process.execPath, setup, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    const { resolve } = createRequire(join(root, "examples/typescript/package.json"));
    const { checkPackage, createPackageFromTarballData } = await import(
      pathToFileURL(resolve("@arethetypeswrong/core"))
    );
    const tarball = createPackageFromTarballData(readFileSync(join(folder, filename)));
    const { problems, entrypoints } = await checkPackage(tarball);
    const unknown = problems.filter((problem) => !KNOWN(problem));
    if (unknown.length > 0) throw new Error(unknown.map((problem) => JSON.stringify(problem)).join("\n"));
    return `${Object.keys(entrypoints).length} entries`;
  });
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "stranger", private: true, type: "module" }),
  );
  await check(
    "install",
    () => void run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", join(folder, filename)]),
  );
  await check("plain JavaScript", () => {
    writeFileSync(join(folder, "main.js"), JAVASCRIPT);
    return run(process.execPath, ["main.js"]).trim();
  });
  await check("strict TypeScript", () => {
    writeFileSync(join(folder, "main.ts"), TYPESCRIPT);
    const flags = [
      "--strict",
      "--exactOptionalPropertyTypes",
      "--noEmit",
      "--target",
      "es2022",
      "--module",
      "nodenext",
      "--lib",
      "es2023,dom,esnext.disposable",
    ];
    run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...flags, "main.ts"]);
  });
  const commandLine = join(folder, "node_modules/.bin/alternant");
  await check("command line", () => run(commandLine, ["--version"]).trim());
  // What draws is bundled: a stranger has no charting library installed. The model is the one that main.js saved.
  await check("chart", () => {
    run(commandLine, ["inspect", "model.safetensors", "--svg", "scree.svg"]);
    const svg = readFileSync(join(folder, "scree.svg"), "utf8");
    if (!svg.startsWith("<svg ")) throw new Error(`scree.svg begins with ${svg.slice(0, 40)}`);
    return `${svg.length} characters of SVG`;
  });
  await check('size of import "alternant"', async () => {
    const { metafile } = await build({
      absWorkingDir: folder,
      stdin: { contents: 'export * from "alternant";', resolveDir: folder },
      bundle: true,
      write: false,
      format: "esm",
      treeShaking: false,
      metafile: true,
      platform: "browser",
      outfile: "out.js",
    });
    /** Bytes of what comes with the import, and of what is loaded on demand where its name is one of these. */
    const bytesOf = (onDemand) => {
      const loaded = new Set();
      const load = (input) => {
        if (loaded.has(input)) return;
        loaded.add(input);
        for (const { path, kind } of metafile.inputs[input].imports)
          if (kind === "import-statement" || onDemand.test(path)) load(path);
      };
      load("<stdin>");
      return [...loaded]
        .filter((input) => input !== "<stdin>")
        .reduce((sum, input) => sum + gzipSync(readFileSync(join(folder, input)), { level: 9 }).length, 0);
    };
    const NOTHING = /(?!)/;
    const LANES = /chunks\/(?:lanes|worker-source)-/;
    const [own, withLanes] = [bytesOf(NOTHING), bytesOf(LANES)];
    const told = (bytes, limit) => `${(bytes / 1024).toFixed(1)} KB compressed, limit ${limit / 1024} KB`;
    const note = `${told(own, SIZE_LIMIT)}; with what a fit on threads loads ${told(withLanes, LANES_LIMIT)}`;
    if (own > SIZE_LIMIT || withLanes > LANES_LIMIT || withLanes === own) throw new Error(note);
    return note;
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);
