import { runBench } from "./run.mjs";

await runBench("fold-in");
