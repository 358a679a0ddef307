import { runBench } from "./run.mjs";

await runBench("peers/main");
