import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { crc32, hex } from "../../model/file/checksum.js";
import { isLeftBehind } from "../left-behind.js";
import { temporaryName } from "../write.js";

/** What packing was told to write, as a number of its name; the process; and which of the process's. */
const NAME = /^\.alternant-pack-([0-9a-f]{8})-(\d+)-([0-9a-f]{12})-[0-9a-f]{12}\.tmp$/;

/** What this thread is packing. */
const running: Set<string> = new Set();

/**
 * Where the temporary files of one packing lie, and how they are named: so that the next one that writes the same file can tell which
 * of them a killed process has left behind.
 */
export class TemporaryPlace {
  readonly folder: string;
  readonly #target: string;
  readonly #own: string = randomBytes(6).toString("hex");

  /** @param target the file that is packed into, links resolved */
  constructor(target: string) {
    this.folder = dirname(target);
    this.#target = hex(crc32(new TextEncoder().encode(basename(target))));
    running.add(this.#own);
  }

  /** A name that no other file has. */
  name(): string {
    return temporaryName(`alternant-pack-${this.#target}-${process.pid}-${this.#own}`);
  }

  /** A path of such a name. */
  path(): string {
    return join(this.folder, this.name());
  }

  /** Removes what killed processes have left of the same file; what may not be removed stays. */
  async removeLeftovers(): Promise<void> {
    for (const name of await readdir(this.folder).catch(() => [])) {
      const [, target, pid, own] = NAME.exec(name) ?? [];
      if (target !== this.#target || running.has(own!)) continue;
      const path = join(this.folder, name);
      if (await isLeftBehind(path, Number(pid))) await rm(path, { force: true }).catch(() => {});
    }
  }

  /** Packing has ended. */
  leave(): void {
    running.delete(this.#own);
  }
}
