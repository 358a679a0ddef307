import { Refusal } from "./refusal.js";

/** Files of ratings beyond this do not fit into what browsers give a page: 25 million ratings take about two thirds of it. */
export const LARGEST_FILE: number = 2 ** 30;

/** @throws Refusal before anything of the file is read */
export function checkSize({ name, size }: File): void {
  if (size === 0) throw new Refusal("empty", `${name} is empty: it has 0 bytes.`);
  if (size <= LARGEST_FILE) return;
  const gigabytes = (size / 2 ** 30).toFixed(1);
  throw new Refusal(
    "too-large",
    `${name} has ${gigabytes} GiB; in a page the limit is 1 GiB. Nothing was read. Train it in Node, which has no such limit (npx alternant train), and open the model here.`,
  );
}
