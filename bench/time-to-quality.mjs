import { runBench } from "./run.mjs";

await runBench("time-to-quality");
