// Scores of many items for some users, fast and inexact.
//
// Items lie in panels of two vectors (8 in float32, 4 in float64): a panel holds the items' first factors side by side, then
// their second ones, and so on, K times 32 bytes. Users lie in groups of 6 in the same way. So a block of 6 users × 1 panel
// keeps its 12 sums in registers while it goes through both once, as the rectangles of gram.ts do; the head of that file
// says why loads and sums stand in this order.
import { loadSplat, multiplyAdd } from "./lanes";

/** Users of a group. */
export const GROUP: i32 = 6;
/** Bytes of one factor of a panel. */
export const PANEL_ROW: usize = 32;

// @ts-ignore: decorator
@inline
function putPair(address: usize, left: v128, right: v128): void {
  v128.store(address, left);
  v128.store(address, right, 16);
}

/** 6 rows of `out`, `outBytes` apart, = `biases` + the group's factors × the panel's, of one panel. */
function scorePanel<F>(group: usize, panel: usize, end: usize, biases: usize, out: usize, outBytes: usize): void {
  let c00 = v128.load(biases), c01 = v128.load(biases, 16), c10 = c00, c11 = c01, c20 = c00, c21 = c01;
  let c30 = c00, c31 = c01, c40 = c00, c41 = c01, c50 = c00, c51 = c01;
  while (panel < end) {
    const b0 = v128.load(panel);
    const b1 = v128.load(panel, 16);
    const s5 = loadSplat<F>(group, 5);
    c50 = multiplyAdd<F>(s5, b0, c50);
    c51 = multiplyAdd<F>(s5, b1, c51);
    const s4 = loadSplat<F>(group, 4);
    c40 = multiplyAdd<F>(s4, b0, c40);
    c41 = multiplyAdd<F>(s4, b1, c41);
    const s3 = loadSplat<F>(group, 3);
    c30 = multiplyAdd<F>(s3, b0, c30);
    c31 = multiplyAdd<F>(s3, b1, c31);
    const s2 = loadSplat<F>(group, 2);
    c20 = multiplyAdd<F>(s2, b0, c20);
    c21 = multiplyAdd<F>(s2, b1, c21);
    const s1 = loadSplat<F>(group, 1);
    c10 = multiplyAdd<F>(s1, b0, c10);
    c11 = multiplyAdd<F>(s1, b1, c11);
    const s0 = loadSplat<F>(group, 0);
    c00 = multiplyAdd<F>(s0, b0, c00);
    c01 = multiplyAdd<F>(s0, b1, c01);
    group += <usize>GROUP * sizeof<F>();
    panel += PANEL_ROW;
  }
  putPair(out, c00, c01);
  out += outBytes;
  putPair(out, c10, c11);
  out += outBytes;
  putPair(out, c20, c21);
  out += outBytes;
  putPair(out, c30, c31);
  out += outBytes;
  putPair(out, c40, c41);
  out += outBytes;
  putPair(out, c50, c51);
}

/** Scores of one group × `panels` consecutive panels: 6 rows of them, `outBytes` apart. */
export function scorePanels<F>(
  group: usize,
  panel: usize,
  biases: usize,
  factors: i32,
  panels: i32,
  out: usize,
  outBytes: usize,
): void {
  const panelBytes = <usize>factors * PANEL_ROW;
  for (const end = out + <usize>panels * PANEL_ROW; out < end; out += PANEL_ROW) {
    scorePanel<F>(group, panel, panel + panelBytes, biases, out, outBytes);
    panel += panelBytes;
    biases += PANEL_ROW;
  }
}

/** Two vectors of a row of a panel as F: of 16-bit numbers (H is u16) the lower halves of four words, and the upper ones. */
// @ts-ignore: decorator
@inline
function leftOf<H>(row: usize): v128 {
  const u = v128.load(row);
  return sizeof<H>() == 2 ? i32x4.shl(u, 16) : u;
}

// @ts-ignore: decorator
@inline
function rightOf<H>(row: usize): v128 {
  return sizeof<H>() == 2 ? v128.and(v128.load(row), i32x4.splat(0xffff0000)) : v128.load(row, 16);
}

/**
 * The first row alone of what {@link scorePanels} makes: for a single user, five sixths of a group would be for nobody. Four
 * panels at a time, because sums that wait for each other would leave the processor idle. Numbers of panels are H: F, or u16 for
 * the upper halves of float32 (bfloat16), of half as many bytes.
 */
export function scoreSingle<F, H>(
  group: usize,
  panel: usize,
  biases: usize,
  factors: i32,
  panels: i32,
  out: usize,
): void {
  const row: usize = (PANEL_ROW * sizeof<H>()) / sizeof<F>();
  const panelBytes = <usize>factors * row;
  for (; panels >= 4; panels -= 4) {
    let p0 = panel, p1 = p0 + panelBytes, p2 = p1 + panelBytes, p3 = p2 + panelBytes;
    let w = group;
    let c00 = v128.load(biases), c01 = v128.load(biases, 16), c10 = v128.load(biases, 32), c11 = v128.load(biases, 48);
    let c20 = v128.load(biases, 64), c21 = v128.load(biases, 80), c30 = v128.load(biases, 96), c31 = v128.load(biases, 112);
    for (const end = p1; p0 < end; p0 += row) {
      const s = loadSplat<F>(w, 0);
      c00 = multiplyAdd<F>(s, leftOf<H>(p0), c00);
      c01 = multiplyAdd<F>(s, rightOf<H>(p0), c01);
      c10 = multiplyAdd<F>(s, leftOf<H>(p1), c10);
      c11 = multiplyAdd<F>(s, rightOf<H>(p1), c11);
      c20 = multiplyAdd<F>(s, leftOf<H>(p2), c20);
      c21 = multiplyAdd<F>(s, rightOf<H>(p2), c21);
      c30 = multiplyAdd<F>(s, leftOf<H>(p3), c30);
      c31 = multiplyAdd<F>(s, rightOf<H>(p3), c31);
      p1 += row;
      p2 += row;
      p3 += row;
      w += <usize>GROUP * sizeof<F>();
    }
    putPair(out, c00, c01);
    putPair(out + 32, c10, c11);
    putPair(out + 64, c20, c21);
    putPair(out + 96, c30, c31);
    panel += 4 * panelBytes;
    biases += 4 * PANEL_ROW;
    out += 4 * PANEL_ROW;
  }
  for (; panels > 0; panels--) {
    let w = group;
    let c0 = v128.load(biases), c1 = v128.load(biases, 16);
    for (const end = panel + panelBytes; panel < end; panel += row) {
      const s = loadSplat<F>(w, 0);
      c0 = multiplyAdd<F>(s, leftOf<H>(panel), c0);
      c1 = multiplyAdd<F>(s, rightOf<H>(panel), c1);
      w += <usize>GROUP * sizeof<F>();
    }
    putPair(out, c0, c1);
    biases += PANEL_ROW;
    out += PANEL_ROW;
  }
}

/** Where item j's first factor lies; the next is a {@link PANEL_ROW} further. */
// @ts-ignore: decorator
@inline
export function itemAddress<F>(panels: usize, factors: i32, item: i32): usize {
  const width: usize = PANEL_ROW / sizeof<F>();
  const j = <usize>item;
  return panels + (j / width) * <usize>factors * PANEL_ROW + (j % width) * sizeof<F>();
}

/** wᵀu of a user in a group and an item in a panel, in float64 and in the order of score.ts: the same bits. */
export function exactDot<F>(w: usize, u: usize, factors: i32): f64 {
  const step: usize = <usize>GROUP * sizeof<F>();
  let s0: f64 = 0, s1: f64 = 0, s2: f64 = 0, s3: f64 = 0;
  for (; factors >= 4; factors -= 4) {
    s0 += <f64>load<F>(w) * <f64>load<F>(u);
    s1 += <f64>load<F>(w + step) * <f64>load<F>(u, 32);
    s2 += <f64>load<F>(w + 2 * step) * <f64>load<F>(u, 64);
    s3 += <f64>load<F>(w + 3 * step) * <f64>load<F>(u, 96);
    w += 4 * step;
    u += 4 * PANEL_ROW;
  }
  if (factors > 0) s0 += <f64>load<F>(w) * <f64>load<F>(u);
  if (factors > 1) s1 += <f64>load<F>(w + step) * <f64>load<F>(u, 32);
  if (factors > 2) s2 += <f64>load<F>(w + 2 * step) * <f64>load<F>(u, 64);
  return (s0 + s1) + (s2 + s3);
}
