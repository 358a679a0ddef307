// Preloaded into a process that is measured (node --import): says on file descriptor 3, at its end, the most bytes that it
// had resident.
import { writeSync } from "node:fs";

const KIB = 1024;

process.on("exit", () => writeSync(3, String(process.resourceUsage().maxRSS * KIB)));
