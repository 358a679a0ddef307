import { realpath, stat } from "node:fs/promises";
import { type FileName, pathOf } from "./open-file.js";

/**
 * Refuses to replace a file by what is made of it: who wants that can rename the result. What is no ordinary file holds nothing that
 * could be lost.
 *
 * @throws (rejects) RangeError naming both
 */
export async function refuseSameFile(input: FileName, out: FileName): Promise<void> {
  if (input === "-") return;
  const [from, to] = [pathOf(input), pathOf(out)];
  const [real, target] = await Promise.all([from, to].map((path) => realpath(path).catch(() => undefined)));
  if (real === undefined || real !== target || !(await stat(real)).isFile()) return;
  throw new RangeError(
    `the output ${to} is the input ${from} itself, which it would replace; name another file for the output`,
  );
}
