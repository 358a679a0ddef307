import { runBench } from "./run.mjs";

await runBench("checkpoint");
