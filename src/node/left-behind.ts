import { stat } from "node:fs/promises";

/** By how much clocks of files and of processes may differ. */
const CLOCKS_MS = 1000;

/**
 * Whether a temporary file is one that a killed process has left behind, and not one that is being written. Its name has the number
 * of its process, which another one may have by now, and which is the same in every container. What this process itself writes, in
 * whatever thread, is younger than it.
 *
 * @param pid the number in its name
 */
export async function isLeftBehind(path: string, pid: number): Promise<boolean> {
  if (pid !== process.pid) return !isRunning(pid);
  const written = await stat(path).catch(() => undefined);
  return written !== undefined && written.mtimeMs < Date.now() - process.uptime() * 1000 - CLOCKS_MS;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
