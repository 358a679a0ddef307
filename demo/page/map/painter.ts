import { MAP_LEVELS, NO_GENRE } from "../../protocol.js";
import { h } from "../dom.js";
import { colour } from "../theme.js";
import type { Camera } from "./camera.js";
import type { Points } from "./points.js";

const RADII = [1.25, 1.6, 2.1, 2.8, 3.7, 4.8] as const;
/** Points of smaller levels are squares: so small, they look alike, and are drawn faster. */
const DISCS = 2;
/** Beyond the edge so far, a point may still reach into view. */
const EDGE = 6;
const LABELS = 22;
const LABEL_HEIGHT = 15;
const LONGEST_LABEL = 28;
const FAINT = 0.07;

/** What is marked beside the points themselves. */
export interface Marks {
  readonly labels: ReadonlyMap<number, string>;
  /** −1 for none. */
  readonly chosen: number;
  readonly near: ReadonlySet<number>;
  /** −1 for none. */
  readonly hovered: number;
  /** Whether the middle is marked: it is where the keyboard points at. */
  readonly cross: boolean;
}

/** Draws points on a canvas: every one of them, each time. */
export class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #colours: string[] = [];
  #sprites: HTMLCanvasElement[] = [];

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d")!;
  }

  resize(width: number, height: number): void {
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
  }

  /** Takes colours for so many genres from the style sheet. */
  recolour(genres: number): void {
    this.#colours = Array.from({ length: genres }, (_, genre) => colour(`--genre-${genre}`));
    this.#colours.push(colour(genres === 0 ? "--accent" : "--genre-none"));
    this.#sprites = this.#colours.flatMap((fill) => RADII.map((radius) => disc(radius, fill)));
  }

  paint(points: Points, camera: Camera, marks: Marks): void {
    const context = this.#context;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, camera.width, camera.height);
    this.#lines(colour("--grid"), 1, [
      [camera.px(0), 0, camera.px(0), camera.height],
      [0, camera.py(0), camera.width, camera.py(0)],
    ]);
    this.#points(points, camera);
    const ring = (item: number, radius: number, stroke: string, width: number): void => {
      context.strokeStyle = stroke;
      context.lineWidth = width;
      context.beginPath();
      context.arc(camera.px(points.map.x[item]!), camera.py(points.map.y[item]!), radius, 0, 2 * Math.PI);
      context.stroke();
    };
    for (const item of marks.near) ring(item, 6, colour("--accent"), 1.5);
    if (marks.hovered >= 0) ring(marks.hovered, 7, colour("--text"), 1.5);
    if (marks.chosen >= 0) ring(marks.chosen, 9, colour("--accent"), 2.5);
    this.#labels(points, camera, marks);
    if (!marks.cross) return;
    const [x, y] = [camera.width / 2, camera.height / 2];
    this.#lines(colour("--text"), 1.5, [
      [x - 9, y, x + 9, y],
      [x, y - 9, x, y + 9],
    ]);
  }

  #lines(
    stroke: string,
    width: number,
    lines: readonly (readonly [x1: number, y1: number, x2: number, y2: number])[],
  ): void {
    const context = this.#context;
    context.strokeStyle = stroke;
    context.lineWidth = width;
    context.beginPath();
    for (const [x1, y1, x2, y2] of lines) {
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
    }
    context.stroke();
  }

  #points(points: Points, camera: Camera): void {
    const context = this.#context;
    const { x, y, genre, levels, order } = points.map;
    // Zoomed in there is room: points grow, more slowly than the distances.
    const grown = Math.min(3, Math.floor(Math.log2(Math.max(1, camera.scale / camera.fitted)) / 1.5));
    const none = this.#colours.length - 1;
    let fill = "";
    for (const item of order) {
      const px = camera.px(x[item]!);
      const py = camera.py(y[item]!);
      if (!camera.sees(px, py, -EDGE)) continue;
      const own = genre[item] === NO_GENRE ? none : genre[item]!;
      const level = Math.min(MAP_LEVELS - 1, levels[item]! + grown);
      context.globalAlpha = points.counts(item) ? 0.55 + level * 0.08 : FAINT;
      if (level < DISCS) {
        if (fill !== this.#colours[own]) {
          fill = this.#colours[own]!;
          context.fillStyle = fill;
        }
        const side = RADII[level]! * 1.7;
        context.fillRect(px - side / 2, py - side / 2, side, side);
        continue;
      }
      const sprite = this.#sprites[own * MAP_LEVELS + level]!;
      const size = sprite.width / 2;
      context.drawImage(sprite, px - size / 2, py - size / 2, size, size);
    }
    context.globalAlpha = 1;
  }

  /** Titles of what is chosen, then of the best known, as far as they do not cover one another. */
  #labels(points: Points, camera: Camera, { labels, chosen, near }: Marks): void {
    const context = this.#context;
    const taken: { x: number; y: number; width: number }[] = [];
    context.font = "12px system-ui, sans-serif";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    context.strokeStyle = colour("--surface");
    context.fillStyle = colour("--text");
    const first = [chosen, ...near].filter((item) => item >= 0);
    for (const item of [...first, ...points.inView(camera, LABELS * 4)]) {
      if (taken.length >= LABELS) break;
      const title = labels.get(item);
      if (title === undefined) continue;
      const text = title.length > LONGEST_LABEL ? `${title.slice(0, LONGEST_LABEL - 1)}…` : title;
      const px = camera.px(points.map.x[item]!);
      const y = camera.py(points.map.y[item]!);
      const { width } = context.measureText(text);
      const x = px + 10 + width > camera.width ? px - 10 - width : px + 10;
      if (x < 0 || !camera.sees(px, y, 0) || y < 8 || y > camera.height - 8) continue;
      const covers = taken.some(
        (box) => Math.abs(box.y - y) < LABEL_HEIGHT && x < box.x + box.width + 4 && box.x < x + width + 4,
      );
      if (covers) continue;
      taken.push({ x, y, width });
      context.strokeText(text, x, y);
      context.fillText(text, x, y);
    }
  }
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
