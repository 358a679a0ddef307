// The README's pictures of the playground, of those that its tests took.
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const PICTURES = {
  "items-wide-dark.png": "playground-items.png",
  "rate-and-see-wide-light.png": "playground-rating.png",
};
for (const [taken, name] of Object.entries(PICTURES))
  copyFileSync(join(root, "build/demo-pictures", taken), join(root, "docs/figures", name));
