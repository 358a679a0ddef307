import type { ItemMap } from "../../protocol.js";
import type { Camera } from "./camera.js";

/** The points of a map, and which of them are looked at. */
export class Points {
  readonly map: ItemMap;
  /** The genre that alone is looked at; −1 for all. */
  only = -1;

  constructor(map: ItemMap) {
    this.map = map;
  }

  /** Whether it takes part where one genre alone is looked at. */
  counts(item: number): boolean {
    return this.only < 0 || this.map.genre[item] === this.only;
  }

  /** The best known of those in view, best known first. */
  inView(camera: Camera, count: number): number[] {
    const { x, y, counts, order } = this.map;
    const found: number[] = [];
    for (let at = order.length - 1; at >= 0 && found.length < count; at--) {
      const item = order[at]!;
      if (this.counts(item) && camera.sees(camera.px(x[item]!), camera.py(y[item]!))) found.push(item);
    }
    return found.sort((a, b) => counts[b]! - counts[a]!);
  }

  /** The point nearest to a pixel, within so many pixels; −1 for none. */
  nearest(camera: Camera, px: number, py: number, reach: number): number {
    const { x, y, order } = this.map;
    const [cx, cy] = camera.place(px, py);
    let best = -1;
    let bestDistance = (reach / camera.scale) ** 2;
    for (const item of order) {
      if (!this.counts(item)) continue;
      const distance = (x[item]! - cx) ** 2 + (y[item]! - cy) ** 2;
      if (distance < bestDistance) {
        bestDistance = distance;
        best = item;
      }
    }
    return best;
  }
}
