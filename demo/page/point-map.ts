import type { ItemMap } from "../protocol.js";
import { h } from "./dom.js";
import { colour, onTheme } from "./theme.js";

export interface MapEvents {
  /** The point under the pointer, or nearest to the middle while the keyboard is used; −1 for none. */
  hover(item: number, x: number, y: number): void;
  pick(item: number): void;
  /** The view has come to rest; these are the best known of the items in it. */
  rest(items: readonly number[]): void;
}

/** Sizes of points, by how much they were rated. */
const LEVELS = 6;
const RADII = [1.25, 1.6, 2.1, 2.8, 3.7, 4.8] as const;
const NO_GENRE = 255;
/** A pointer this near, in pixels, means the point. */
const REACH = 14;
const STEP = 60;
const ZOOM = 1.4;
const MOST_ZOOM = 400;
/** Of each axis so much at both ends may lie outside at first: a few far points would make the rest a dot. */
const OUTSIDE = 0.0005;
const LABELLED = 22;
const REST = 120;

/** Points on a canvas: every one drawn at every move, in the order of how well known they are. */
export class PointMap {
  readonly element: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly #events: MapEvents;
  readonly #context: CanvasRenderingContext2D;
  #map: ItemMap | undefined;
  #levels: Uint8Array = new Uint8Array();
  #order: Uint32Array = new Uint32Array();
  #sprites: HTMLCanvasElement[] = [];
  #colours: string[] = [];
  #labels: ReadonlyMap<number, string> = new Map();
  #only = -1;
  #chosen = -1;
  #hovered = -1;
  #near: ReadonlySet<number> = new Set();
  #centre: [number, number] = [0, 0];
  #fitted = 1;
  #scale = 1;
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #pointers: Map<number, { x: number; y: number }> = new Map();
  #moved = 0;

  constructor(label: string, events: MapEvents) {
    this.#events = events;
    this.canvas = h("canvas", {
      tabindex: 0,
      role: "application",
      "aria-label": label,
      "aria-roledescription": "map",
    });
    this.#context = this.canvas.getContext("2d")!;
    this.element = h("div", { class: "map-canvas" }, this.canvas);
    new ResizeObserver(() => this.#resize()).observe(this.element);
    onTheme(() => this.#recolour());
    this.canvas.addEventListener("pointerdown", (event) => this.#down(event));
    this.canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"] as const)
      this.canvas.addEventListener(name, (event) => this.#up(event));
    this.canvas.addEventListener("pointerleave", () => this.#hover(-1));
    this.canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.canvas.addEventListener("keydown", (event) => this.#key(event));
    this.canvas.addEventListener("blur", () => this.#draw());
  }

  show(map: ItemMap): void {
    this.#map = map;
    const most = Math.log1p(map.counts.reduce((a, b) => Math.max(a, b), 1));
    this.#levels = Uint8Array.from(map.counts, (count) =>
      Math.min(LEVELS - 1, Math.floor((Math.log1p(count) / most) ** 2 * LEVELS)),
    );
    const key = Float64Array.from(this.#levels, (level, item) => level * 256 + (map.genre[item] ?? NO_GENRE));
    this.#order = Uint32Array.from(this.#levels, (_, item) => item).sort((a, b) => key[a]! - key[b]!);
    this.#chosen = -1;
    this.#near = new Set();
    this.#recolour();
    this.fit();
  }

  /** Titles that may be written beside points. */
  setLabels(labels: ReadonlyMap<number, string>): void {
    this.#labels = labels;
    this.#draw();
  }

  /** Draws the other genres faintly; −1 for all alike. */
  setGenre(genre: number): void {
    this.#only = genre;
    this.#draw();
  }

  /** Marks an item and those near to it in taste, and brings it into view. */
  choose(item: number, near: readonly number[], move: boolean): void {
    this.#chosen = item;
    this.#near = new Set(near);
    if (move && this.#map !== undefined && item >= 0) {
      const [x, y] = this.#at(item);
      const { clientWidth: width, clientHeight: height } = this.canvas;
      if (x < 40 || y < 40 || x > width - 40 || y > height - 40)
        this.#centre = [this.#map.x[item]!, this.#map.y[item]!];
    }
    this.#moved = 0;
    this.#settle();
  }

  fit(): void {
    if (this.#map === undefined) return;
    const [left, right] = inside(this.#map.x);
    const [bottom, top] = inside(this.#map.y);
    const { clientWidth: width, clientHeight: height } = this.canvas;
    this.#centre = [(left + right) / 2, (bottom + top) / 2];
    this.#fitted = Math.min((width - 48) / (right - left || 1), (height - 48) / (top - bottom || 1));
    this.#scale = this.#fitted;
    this.#settle();
  }

  zoom(
    factor: number,
    x: number = this.canvas.clientWidth / 2,
    y: number = this.canvas.clientHeight / 2,
  ): void {
    const before = this.#scale;
    this.#scale = Math.max(this.#fitted / 2, Math.min(this.#fitted * MOST_ZOOM, before * factor));
    // What is under the pointer stays there.
    const dx = x - this.canvas.clientWidth / 2;
    const dy = y - this.canvas.clientHeight / 2;
    this.#centre[0] += dx / before - dx / this.#scale;
    this.#centre[1] -= dy / before - dy / this.#scale;
    this.#settle();
  }

  pan(dx: number, dy: number): void {
    this.#centre[0] -= dx / this.#scale;
    this.#centre[1] += dy / this.#scale;
    this.#settle();
  }

  /** Where an item is on the canvas, in CSS pixels. */
  #at(item: number): [number, number] {
    const { x, y } = this.#map!;
    return [
      (x[item]! - this.#centre[0]) * this.#scale + this.canvas.clientWidth / 2,
      (this.#centre[1] - y[item]!) * this.#scale + this.canvas.clientHeight / 2,
    ];
  }

  #settle(): void {
    this.#draw();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#events.rest(this.#visible()), REST);
  }

  /** The best known of the items in view, best known first. */
  #visible(): number[] {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const found: number[] = [];
    for (let at = this.#order.length - 1; at >= 0 && found.length < LABELLED * 4; at--) {
      const item = this.#order[at]!;
      if (this.#only >= 0 && this.#map!.genre[item] !== this.#only) continue;
      const [x, y] = this.#at(item);
      if (x > 0 && y > 0 && x < width && y < height) found.push(item);
    }
    const { counts } = this.#map!;
    return found.sort((a, b) => counts[b]! - counts[a]!);
  }

  #recolour(): void {
    const genres = this.#map?.genres.length ?? 0;
    this.#colours = Array.from({ length: genres }, (_, genre) => colour(`--genre-${genre}`));
    this.#colours.push(colour(genres === 0 ? "--accent" : "--genre-none"));
    this.#sprites = this.#colours.flatMap((fill) => RADII.map((radius) => disc(radius, fill)));
    this.#draw();
  }

  #draw(): void {
    if (this.#frame !== 0 || this.#map === undefined) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  #paint(): void {
    const map = this.#map!;
    const context = this.#context;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const ratio = devicePixelRatio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    this.#paintAxes(width, height);
    // Zoomed in there is room: points grow, more slowly than the distances.
    const grown = Math.min(3, Math.floor(Math.log2(Math.max(1, this.#scale / this.#fitted)) / 1.5));
    const [cx, cy] = this.#centre;
    const none = this.#colours.length - 1;
    const { x, y, genre } = map;
    let fill = "";
    for (const item of this.#order) {
      const px = (x[item]! - cx) * this.#scale + width / 2;
      const py = (cy - y[item]!) * this.#scale + height / 2;
      if (px < -6 || py < -6 || px > width + 6 || py > height + 6) continue;
      const own = genre[item] === NO_GENRE ? none : genre[item]!;
      const level = Math.min(LEVELS - 1, this.#levels[item]! + grown);
      context.globalAlpha = this.#only >= 0 && own !== this.#only ? 0.07 : 0.55 + level * 0.08;
      if (level < 2) {
        // So small, a square is a disc; and it is drawn faster.
        if (fill !== this.#colours[own]) {
          fill = this.#colours[own]!;
          context.fillStyle = fill;
        }
        const side = RADII[level]! * 1.7;
        context.fillRect(px - side / 2, py - side / 2, side, side);
        continue;
      }
      const sprite = this.#sprites[own * LEVELS + level]!;
      const size = sprite.width / 2;
      context.drawImage(sprite, px - size / 2, py - size / 2, size, size);
    }
    context.globalAlpha = 1;
    for (const item of this.#near) this.#ring(item, 6, colour("--accent"), 1.5);
    if (this.#hovered >= 0) this.#ring(this.#hovered, 7, colour("--text"), 1.5);
    if (this.#chosen >= 0) this.#ring(this.#chosen, 9, colour("--accent"), 2.5);
    this.#paintLabels(width, height);
    if (document.activeElement === this.canvas && this.canvas.matches(":focus-visible"))
      this.#paintCross(width, height);
  }

  #paintAxes(width: number, height: number): void {
    const context = this.#context;
    const x = -this.#centre[0] * this.#scale + width / 2;
    const y = this.#centre[1] * this.#scale + height / 2;
    context.strokeStyle = colour("--grid");
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, height);
    context.moveTo(0, y);
    context.lineTo(width, y);
    context.stroke();
  }

  #ring(item: number, radius: number, stroke: string, width: number): void {
    const [x, y] = this.#at(item);
    const context = this.#context;
    context.strokeStyle = stroke;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.stroke();
  }

  /** Titles of what is chosen, then of the best known, as far as they do not cover one another. */
  #paintLabels(width: number, height: number): void {
    const context = this.#context;
    const taken: { x: number; y: number; width: number }[] = [];
    context.font = "12px system-ui, sans-serif";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    context.strokeStyle = colour("--surface");
    context.fillStyle = colour("--text");
    const first = [this.#chosen, ...this.#near].filter((item) => item >= 0);
    for (const item of [...first, ...this.#visible()]) {
      if (taken.length >= LABELLED) break;
      const title = this.#labels.get(item);
      if (title === undefined) continue;
      const text = title.length > 28 ? `${title.slice(0, 27)}…` : title;
      const [px, py] = this.#at(item);
      const size = context.measureText(text).width;
      const x = px + 10 + size > width ? px - 10 - size : px + 10;
      if (px < 0 || py < 8 || px > width || py > height - 8 || x < 0) continue;
      if (taken.some((box) => Math.abs(box.y - py) < 15 && x < box.x + box.width + 4 && box.x < x + size + 4))
        continue;
      taken.push({ x, y: py, width: size });
      context.strokeText(text, x, py);
      context.fillText(text, x, py);
    }
  }

  #paintCross(width: number, height: number): void {
    const context = this.#context;
    context.strokeStyle = colour("--text");
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(width / 2 - 9, height / 2);
    context.lineTo(width / 2 + 9, height / 2);
    context.moveTo(width / 2, height / 2 - 9);
    context.lineTo(width / 2, height / 2 + 9);
    context.stroke();
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width === 0) return;
    const first = this.canvas.width === 0 || this.canvas.dataset["sized"] === undefined;
    this.canvas.dataset["sized"] = "";
    this.canvas.width = Math.round(width * devicePixelRatio);
    this.canvas.height = Math.round(height * devicePixelRatio);
    if (first) this.fit();
    else this.#settle();
  }

  /** The point nearest to a place, within reach; −1 for none. The faint ones of other genres do not count. */
  #nearest(x: number, y: number, reach: number = REACH): number {
    const map = this.#map;
    if (map === undefined) return -1;
    const dx = (x - this.canvas.clientWidth / 2) / this.#scale + this.#centre[0];
    const dy = this.#centre[1] - (y - this.canvas.clientHeight / 2) / this.#scale;
    let best = -1;
    let bestDistance = (reach / this.#scale) ** 2;
    for (let item = 0; item < map.x.length; item++) {
      if (this.#only >= 0 && map.genre[item] !== this.#only) continue;
      const distance = (map.x[item]! - dx) ** 2 + (map.y[item]! - dy) ** 2;
      if (distance < bestDistance) {
        bestDistance = distance;
        best = item;
      }
    }
    return best;
  }

  #hover(item: number): void {
    if (item === this.#hovered) return;
    this.#hovered = item;
    const [x, y] = item < 0 ? [0, 0] : this.#at(item);
    this.#events.hover(item, x, y);
    this.#draw();
  }

  #place(event: PointerEvent | WheelEvent): { x: number; y: number } {
    const box = this.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #down(event: PointerEvent): void {
    this.canvas.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, this.#place(event));
    this.#moved = 0;
  }

  #move(event: PointerEvent): void {
    const now = this.#place(event);
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) {
      this.#hover(this.#nearest(now.x, now.y));
      return;
    }
    const others = [...this.#pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    const other = others[0];
    if (other !== undefined) {
      const factor =
        Math.hypot(now.x - other.x, now.y - other.y) / Math.hypot(before.x - other.x, before.y - other.y);
      if (Number.isFinite(factor) && factor > 0)
        this.zoom(factor, (now.x + other.x) / 2, (now.y + other.y) / 2);
    } else this.pan(now.x - before.x, now.y - before.y);
    this.#moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
    this.#pointers.set(event.pointerId, now);
    this.#hover(-1);
  }

  #up(event: PointerEvent): void {
    const place = this.#pointers.get(event.pointerId);
    this.#pointers.delete(event.pointerId);
    if (event.type !== "pointerup" || place === undefined || this.#moved > 5) return;
    const item = this.#nearest(place.x, place.y, event.pointerType === "touch" ? REACH * 1.8 : REACH);
    if (item >= 0) this.#events.pick(item);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const { x, y } = this.#place(event);
    this.zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016)), x, y);
  }

  #key(event: KeyboardEvent): void {
    const act = {
      ArrowLeft: () => this.pan(STEP, 0),
      ArrowRight: () => this.pan(-STEP, 0),
      ArrowUp: () => this.pan(0, STEP),
      ArrowDown: () => this.pan(0, -STEP),
      "+": () => this.zoom(ZOOM),
      "=": () => this.zoom(ZOOM),
      "-": () => this.zoom(1 / ZOOM),
      "0": () => this.fit(),
      Enter: () => {
        if (this.#hovered >= 0) this.#events.pick(this.#hovered);
      },
    }[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
    const { clientWidth: width, clientHeight: height } = this.canvas;
    this.#hover(this.#nearest(width / 2, height / 2, Math.max(width, height) / 2));
  }
}

/** The range of nearly all values. */
function inside(values: Float32Array): [number, number] {
  const sorted = values.slice().sort();
  const cut = Math.floor(sorted.length * OUTSIDE);
  return [sorted[cut] ?? 0, sorted[sorted.length - 1 - cut] ?? 1];
}

/** A disc, drawn once: at twice its size, for dense screens. */
function disc(radius: number, fill: string): HTMLCanvasElement {
  const size = Math.ceil(radius * 2 + 2);
  const canvas = h("canvas", { width: size * 2, height: size * 2 });
  const context = canvas.getContext("2d")!;
  context.scale(2, 2);
  context.fillStyle = fill;
  context.beginPath();
  context.arc(size / 2, size / 2, radius, 0, 2 * Math.PI);
  context.fill();
  return canvas;
}
