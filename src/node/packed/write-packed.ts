import { crc32 } from "node:zlib";
import { begin, DIGITS_TO, hex, PREFIX } from "../../model/file/checksum.js";
import type { Dtype } from "../../model/file/format.js";
import { idTensors } from "../../model/file/write-ids.js";
import { hashOf } from "../../ratings/content-hash.js";
import { type FilePlan, headerOf, planFile } from "./format.js";
import { type PackedWork, type SortedRatings, sortByUser } from "./sort-by-user.js";
import { writeAll } from "./temporary-file.js";
import { bucketsByItem, writeByItem, writeByUser, writeIds } from "./write-sections.js";

/**
 * Writes a packed file of spooled ratings: an external sort by user, written and sorted by item on the way.
 *
 * @returns how many ratings it has, one for each pair, and its bytes
 * @throws AlternantError "too-large" where memory does not hold the longest row, saying what would; what `refuse` and `pause` throw
 */
export async function writePacked(
  work: PackedWork,
): Promise<{ readonly ratings: number; readonly bytes: number }> {
  const sorted = await sortByUser(work);
  try {
    const plan = planOf(work, sorted);
    const byItem = bucketsByItem(work, sorted);
    try {
      const { sum, min, max, digests } = await writeByUser(work, plan, sorted, byItem);
      sorted.close();
      await writeByItem(work, plan, byItem, sorted);
      const contentHash = hashOf({ ...(await writeIds(work, plan)), ...digests });
      const header = headerOf(plan, {
        ratings: sorted.count,
        mean: sum / sorted.count,
        min,
        max,
        contentHash,
      });
      const crc = crc32(header.subarray(DIGITS_TO), begin(header));
      header.set(new TextEncoder().encode(hex(crc)), 8 + PREFIX.length);
      writeAll(work.descriptor, header, 0);
      await work.pause(1);
      return { ratings: sorted.count, bytes: plan.bytes };
    } finally {
      byItem.close();
    }
  } finally {
    sorted.close();
  }
}

function planOf({ users, items }: PackedWork, { count, format }: SortedRatings): FilePlan {
  const { wideValues, weightBytes, timestamps } = format;
  const floats = (wide: boolean): Dtype => (wide ? "F64" : "F32");
  const ids = [...idTensors("user", users), ...idTensors("item", items)];
  return planFile([
    ...[["by_user", users.size] as const, ["by_item", items.size] as const].flatMap(
      ([side, rows]): [string, Dtype, number][] => [
        [`${side}.offsets`, "I64", rows + 1],
        [`${side}.indices`, "U32", count],
        [`${side}.values`, floats(wideValues), count],
        ...(weightBytes === undefined
          ? []
          : [[`${side}.weights`, floats(weightBytes === 8), count] as [string, Dtype, number]]),
      ],
    ),
    ...(timestamps ? [["timestamps", "F64", count] as [string, Dtype, number]] : []),
    ...ids.map(({ name, dtype, data }): [string, Dtype, number] => [
      name,
      dtype,
      data.length / (dtype === "I64" ? 8 : 1),
    ]),
  ]);
}
