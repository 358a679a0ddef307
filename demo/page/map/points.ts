import type { ItemMap } from "../../protocol.js";
import type { Camera } from "./camera.js";

/** Sizes of points, by how much they were rated. */
export const LEVELS = 6;
/** What stands in {@link ItemMap.genre} for none that is known. */
export const NO_GENRE = 255;

/** The points of a map, in the order in which they are drawn: the best known last, so that they lie on top. */
export class Points {
  readonly map: ItemMap;
  readonly levels: Uint8Array;
  readonly order: Uint32Array;
  /** The genre that alone is looked at; −1 for all. */
  only = -1;

  constructor(map: ItemMap) {
    this.map = map;
    const most = Math.log1p(map.counts.reduce((a, b) => Math.max(a, b), 1));
    this.levels = Uint8Array.from(map.counts, (count) =>
      Math.min(LEVELS - 1, Math.floor((Math.log1p(count) / most) ** 2 * LEVELS)),
    );
    // Of a size those of one colour in turn: changing it takes time.
    const key = Float64Array.from(this.levels, (level, item) => level * 256 + map.genre[item]!);
    this.order = Uint32Array.from(this.levels, (_, item) => item).sort((a, b) => key[a]! - key[b]!);
  }

  /** Whether it takes part where one genre alone is looked at. */
  counts(item: number): boolean {
    return this.only < 0 || this.map.genre[item] === this.only;
  }

  /** The best known of those in view, best known first. */
  inView(camera: Camera, count: number): number[] {
    const { x, y, counts } = this.map;
    const found: number[] = [];
    for (let at = this.order.length - 1; at >= 0 && found.length < count; at--) {
      const item = this.order[at]!;
      if (this.counts(item) && camera.sees(camera.px(x[item]!), camera.py(y[item]!))) found.push(item);
    }
    return found.sort((a, b) => counts[b]! - counts[a]!);
  }

  /** The point nearest to a pixel, within so many pixels; −1 for none. */
  nearest(camera: Camera, px: number, py: number, reach: number): number {
    const { x, y } = this.map;
    const [cx, cy] = camera.place(px, py);
    let best = -1;
    let bestDistance = (reach / camera.scale) ** 2;
    for (let item = 0; item < x.length; item++) {
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
