import { runBench } from "./run.mjs";

await runBench("implicit-quality");
