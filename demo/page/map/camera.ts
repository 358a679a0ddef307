const MOST_ZOOM = 400;
/** Of each axis so much at both ends may lie outside at first: a few far points would make the rest a dot. */
const OUTSIDE = 0.0005;
const MARGIN = 24;
/** Of more points than this a part tells where they are. */
const SAMPLE = 100_000;

/** What part of the plane is looked at, and how large. */
export class Camera {
  width = 1;
  height = 1;
  /** The scale at which all is seen. */
  fitted = 1;
  /** Pixels of a unit. */
  scale = 1;
  #x = 0;
  #y = 0;

  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
  }

  /** Looks at nearly all of the points. */
  fit(xs: Float32Array, ys: Float32Array): void {
    const [left, right] = inside(xs);
    const [bottom, top] = inside(ys);
    this.centre((left + right) / 2, (bottom + top) / 2);
    this.fitted = Math.min(
      (this.width - 2 * MARGIN) / (right - left || 1),
      (this.height - 2 * MARGIN) / (top - bottom || 1),
    );
    this.scale = this.fitted;
  }

  centre(x: number, y: number): void {
    this.#x = x;
    this.#y = y;
  }

  /** Makes all larger; what is at the pixel stays there. */
  zoom(factor: number, px: number = this.width / 2, py: number = this.height / 2): void {
    const before = this.scale;
    this.scale = Math.max(this.fitted / 2, Math.min(this.fitted * MOST_ZOOM, before * factor));
    this.#x += (px - this.width / 2) * (1 / before - 1 / this.scale);
    this.#y -= (py - this.height / 2) * (1 / before - 1 / this.scale);
  }

  /** Moves all by so many pixels. */
  pan(dx: number, dy: number): void {
    this.#x -= dx / this.scale;
    this.#y += dy / this.scale;
  }

  /** The pixel across of a place. */
  px(x: number): number {
    return (x - this.#x) * this.scale + this.width / 2;
  }

  /** The pixel down of a place. */
  py(y: number): number {
    return (this.#y - y) * this.scale + this.height / 2;
  }

  /** The place at a pixel. */
  place(px: number, py: number): [x: number, y: number] {
    return [this.#x + (px - this.width / 2) / this.scale, this.#y - (py - this.height / 2) / this.scale];
  }

  /** Whether a pixel is in view, so far from the edge. */
  sees(px: number, py: number, margin: number = 0): boolean {
    return px >= margin && py >= margin && px <= this.width - margin && py <= this.height - margin;
  }
}

/** The range of nearly all values. */
function inside(values: Float32Array): [number, number] {
  const step = Math.ceil(values.length / SAMPLE);
  const sorted = Float32Array.from(
    { length: Math.ceil(values.length / step) },
    (_, at) => values[at * step]!,
  ).sort();
  const cut = Math.floor(sorted.length * OUTSIDE);
  return [sorted[cut] ?? 0, sorted[sorted.length - 1 - cut] ?? 1];
}
