// Alternant as a contender: reads orders, a JSON line each, and answers each with one (see contender.ts). It uses the built
// library as a stranger would.
import { mkdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Engine } from "alternant";
import { openAls } from "./ours-als.mjs";
import { readTraining } from "./ours-files.mjs";
import { openLists } from "./ours-lists.mjs";
import { openSvd } from "./ours-svd.mjs";

/** Most bytes resident: as peer.py tells them. */
function peak() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

async function open(order) {
  const training = readTraining(order.data);
  const engine = await Engine.create({ threads: order.threads, arithmetic: "relaxed-if-available" });
  const openTask = order.svd !== undefined ? openSvd : order.lists !== undefined ? openLists : openAls;
  const own = await openTask(order, training, engine);
  return {
    train: ({ epochs }) => own.train(epochs),
    write({ folder }) {
      mkdirSync(folder, { recursive: true });
      own.write(folder);
      return null;
    },
    async end() {
      await own.end();
      await engine.dispose();
      return peak();
    },
  };
}

let contender;
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  let answer = null;
  if (contender === undefined) contender = await open(order);
  else answer = await contender[order.do](order);
  console.log(JSON.stringify(answer));
}
