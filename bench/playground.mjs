// Training in the playground beside training in Node: the same million ratings, options and threads, taken in turn.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import chromium from "@sparticuz/chromium";
import { ALS, Engine, syntheticWorld } from "alternant";
import { chromium as playwright } from "playwright-core";

const ROUNDS = 5;
const FACTORS = 32;
const EPOCHS = 20;
const root = fileURLToPath(new URL("..", import.meta.url));

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function inNode() {
  const { ratings } = await syntheticWorld();
  const [train] = ratings.split({ test: 0.1, seed: 1 });
  const engine = await Engine.create();
  const als = new ALS({ factors: FACTORS, epochs: EPOCHS, history: "ratings" });
  return {
    threads: engine.threads,
    run: async () => {
      let seconds = 0;
      await als.fit(train, { engine, onEpoch: (epoch) => (seconds += epoch.seconds) });
      return seconds;
    },
    close: () => engine.dispose(),
  };
}

async function inPage() {
  const server = spawn(process.execPath, ["scripts/serve-demo.mjs"], {
    cwd: root,
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = await once(server.stdout, "data");
  const [url] = /http:\S+/.exec(String(said));
  const executablePath = process.env.CHROME_PATH || (await chromium.executablePath());
  const browser = await playwright.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage();
  page.setDefaultTimeout(300_000);
  await page.goto(url);
  await page.locator(".facts", { hasText: "120,000" }).waitFor();
  await page.getByLabel("Size of the generated world").selectOption("million");
  await page.getByRole("button", { name: "Generate" }).click();
  await page.locator(".facts", { hasText: "1,000,000" }).waitFor();
  await page.getByLabel("Factors", { exact: true }).fill(String(FACTORS));
  await page.getByLabel("Epochs", { exact: true }).fill(String(EPOCHS));
  return {
    threads: Number.parseInt(await page.locator("header button.badge").innerText(), 10),
    run: async () => {
      await page.getByRole("button", { name: "Train", exact: true }).click();
      await page.locator(".job").waitFor();
      await page.locator(".job").waitFor({ state: "hidden" });
      return Number(await page.locator(".runs tbody tr").first().getAttribute("data-seconds"));
    },
    close: async () => {
      await browser.close();
      server.kill();
    },
  };
}

const places = { Node: await inNode(), "the page": await inPage() };
const seconds = { Node: [], "the page": [] };
try {
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, place] of Object.entries(places)) seconds[name].push(await place.run());
} finally {
  for (const place of Object.values(places)) await place.close();
}
console.log(
  `1,000,000 ratings, K = ${FACTORS}, ${EPOCHS} epochs, ${ROUNDS} rounds in turn; seconds of epochs`,
);
for (const [name, all] of Object.entries(seconds))
  console.log(
    `${name.padEnd(9)} ${places[name].threads} threads  median ${median(all).toFixed(2)}  least ${Math.min(...all).toFixed(2)}`,
  );
const share = (of) => `${((of(seconds.Node) / of(seconds["the page"])) * 100).toFixed(0)} %`;
console.log(
  `The page's speed is ${share(median)} of Node's by medians, ${share((all) => Math.min(...all))} by the least.`,
);
