import type { ItemMap } from "../../protocol.js";
import { h } from "../dom.js";
import { onTheme } from "../theme.js";
import { Camera } from "./camera.js";
import { Painter } from "./painter.js";
import { Points } from "./points.js";

export interface MapEvents {
  /** The point under the pointer, or nearest to the middle while the keyboard is used; −1 for none. */
  hover(item: number, x: number, y: number): void;
  pick(item: number): void;
  /** The view has come to rest; these are the best known of the items in it. */
  rest(items: readonly number[]): void;
}

/** A pointer this near, in pixels, means the point; a finger is less exact. */
const REACH = 14;
const FINGER = 25;
/** A pointer that moved farther than this, in pixels, has moved the map and picks nothing. */
const STILL = 5;
const STEP = 60;
const ZOOM = 1.4;
/** Milliseconds without a move after which the view is at rest. */
const REST = 120;
const NAMED = 88;
/** What is chosen is brought into view where it is nearer to the edge than this. */
const MARGIN = 40;

/** A map of points that is moved by pointers, wheel and keys. */
export class PointMap {
  readonly element: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly #events: MapEvents;
  readonly #camera: Camera = new Camera();
  readonly #painter: Painter;
  #points: Points | undefined;
  #labels: ReadonlyMap<number, string> = new Map();
  #near: ReadonlySet<number> = new Set();
  #chosen = -1;
  #hovered = -1;
  #sized = false;
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
      onpointerdown: (event: PointerEvent) => this.#down(event),
      onpointermove: (event: PointerEvent) => this.#move(event),
      onpointerup: (event: PointerEvent) => this.#up(event),
      onpointercancel: (event: PointerEvent) => this.#pointers.delete(event.pointerId),
      onpointerleave: () => this.#hover(-1),
      onkeydown: (event: KeyboardEvent) => this.#key(event),
      onblur: () => this.#draw(),
    });
    // A listener that may keep the page from scrolling has to say so.
    this.canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.#painter = new Painter(this.canvas);
    this.element = h("div", { class: "map-canvas" }, this.canvas);
    new ResizeObserver(() => this.#resize()).observe(this.element);
    onTheme(() => this.#recolour());
  }

  show(map: ItemMap): void {
    this.#points = new Points(map);
    this.#chosen = -1;
    this.#hovered = -1;
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
    if (this.#points !== undefined) this.#points.only = genre;
    this.#settle();
  }

  /** Marks an item and those near to it in taste, and brings it into view where `move` says so. */
  choose(item: number, near: readonly number[], move: boolean): void {
    this.#chosen = item;
    this.#near = new Set(near);
    if (move && this.#points !== undefined) {
      const { x, y } = this.#points.map;
      if (!this.#camera.sees(this.#camera.px(x[item]!), this.#camera.py(y[item]!), MARGIN))
        this.#camera.centre(x[item]!, y[item]!);
    }
    this.#settle();
  }

  fit(): void {
    if (this.#points === undefined) return;
    this.#camera.fit(this.#points.map.x, this.#points.map.y);
    this.#settle();
  }

  zoom(factor: number, x?: number, y?: number): void {
    this.#camera.zoom(factor, x, y);
    this.#settle();
  }

  pan(dx: number, dy: number): void {
    this.#camera.pan(dx, dy);
    this.#settle();
  }

  #settle(): void {
    this.#draw();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#points !== undefined) this.#events.rest(this.#points.inView(this.#camera, NAMED));
    }, REST);
  }

  #recolour(): void {
    this.#painter.recolour(this.#points?.map.genres.length ?? 0);
    this.#draw();
  }

  #draw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#points === undefined) return;
      this.#painter.paint(this.#points, this.#camera, {
        labels: this.#labels,
        chosen: this.#chosen,
        near: this.#near,
        hovered: this.#hovered,
        cross: document.activeElement === this.canvas && this.canvas.matches(":focus-visible"),
      });
    });
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width === 0) return;
    this.#camera.resize(width, height);
    this.#painter.resize(width, height);
    if (this.#sized) this.#settle();
    else this.fit();
    this.#sized = true;
  }

  #hover(item: number): void {
    if (item === this.#hovered || this.#points === undefined) return;
    this.#hovered = item;
    const { x, y } = this.#points.map;
    this.#events.hover(item, this.#camera.px(x[item] ?? 0), this.#camera.py(y[item] ?? 0));
    this.#draw();
  }

  #nearest(x: number, y: number, reach: number): number {
    return this.#points?.nearest(this.#camera, x, y, reach) ?? -1;
  }

  #place(event: MouseEvent): { x: number; y: number } {
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
      this.#hover(this.#nearest(now.x, now.y, REACH));
      return;
    }
    const distance = ({ x, y }: { x: number; y: number }): number => Math.hypot(now.x - x, now.y - y);
    const [other] = [...this.#pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    if (other === undefined) this.pan(now.x - before.x, now.y - before.y);
    else {
      // Two fingers: what is between them grows as they part.
      const factor = distance(other) / Math.hypot(before.x - other.x, before.y - other.y);
      if (Number.isFinite(factor) && factor > 0)
        this.zoom(factor, (now.x + other.x) / 2, (now.y + other.y) / 2);
    }
    this.#moved += distance(before);
    this.#pointers.set(event.pointerId, now);
    this.#hover(-1);
  }

  #up(event: PointerEvent): void {
    const place = this.#pointers.get(event.pointerId);
    this.#pointers.delete(event.pointerId);
    if (place === undefined || this.#moved > STILL) return;
    const item = this.#nearest(place.x, place.y, event.pointerType === "touch" ? FINGER : REACH);
    if (item >= 0) this.#events.pick(item);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const { x, y } = this.#place(event);
    const speed = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 0.05 : 0.0016;
    this.zoom(Math.exp(-event.deltaY * speed), x, y);
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
    const { width, height } = this.#camera;
    this.#hover(this.#nearest(width / 2, height / 2, Math.max(width, height) / 2));
  }
}
