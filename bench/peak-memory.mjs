// Preloaded into a process that is measured (node --import): says on file descriptor 3, at its end, the most bytes that it
// had resident.
import { readFileSync, writeSync } from "node:fs";

const KIB = 1024;

process.on("exit", () => writeSync(3, String(peak() * KIB)));

/** In KiB. What getrusage tells begins on Linux with what the parent had when it forked, so it is asked for elsewhere alone. */
function peak() {
  try {
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}
