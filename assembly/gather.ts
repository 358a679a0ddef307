// Gathers the factor rows of a tile's ratings into a contiguous tile, and sums right-hand sides on the way: the copy
// waits for memory, so the multiply-adds of Σ t u (and Σ u for a bias) cost next to nothing there.
import { multiplyAdd } from "./lanes";

/** Four vectors of every factor row of the tile. */
// @ts-ignore: decorator
@inline
function gather4<T>(
  fixed: usize, rowBytes: usize, tileBytes: usize, columns: usize, targets: usize, rows: i32, tile: usize, g: usize,
  s: usize, first: bool,
): void {
  const zero = v128.splat<T>(<T>0);
  let g0 = zero, g1 = zero, g2 = zero, g3 = zero;
  let s0 = zero, s1 = zero, s2 = zero, s3 = zero;
  const end = columns + (<usize>rows << 2);
  while (columns < end) {
    const from = fixed + <usize>load<u32>(columns) * rowBytes;
    const t = v128.splat<T>(load<T>(targets));
    const u0 = v128.load(from);
    const u1 = v128.load(from, 16);
    const u2 = v128.load(from, 32);
    const u3 = v128.load(from, 48);
    v128.store(tile, u0);
    v128.store(tile, u1, 16);
    v128.store(tile, u2, 32);
    v128.store(tile, u3, 48);
    g0 = multiplyAdd<T>(t, u0, g0);
    g1 = multiplyAdd<T>(t, u1, g1);
    g2 = multiplyAdd<T>(t, u2, g2);
    g3 = multiplyAdd<T>(t, u3, g3);
    if (s) {
      s0 = v128.add<T>(s0, u0);
      s1 = v128.add<T>(s1, u1);
      s2 = v128.add<T>(s2, u2);
      s3 = v128.add<T>(s3, u3);
    }
    columns += 4;
    targets += sizeof<T>();
    tile += tileBytes;
  }
  addTo<T>(g, g0, first);
  addTo<T>(g + 16, g1, first);
  addTo<T>(g + 32, g2, first);
  addTo<T>(g + 48, g3, first);
  if (s) {
    addTo<T>(s, s0, first);
    addTo<T>(s + 16, s1, first);
    addTo<T>(s + 32, s2, first);
    addTo<T>(s + 48, s3, first);
  }
}

// @ts-ignore: decorator
@inline
function addTo<T>(address: usize, sum: v128, first: bool): void {
  v128.store(address, first ? sum : v128.add<T>(v128.load(address), sum));
}

/** One vector of every factor row of the tile, for what is left of K. */
function gather1<T>(
  fixed: usize, rowBytes: usize, tileBytes: usize, columns: usize, targets: usize, rows: i32, tile: usize, g: usize,
  s: usize, first: bool,
): void {
  let g0 = v128.splat<T>(<T>0), s0 = g0;
  const end = columns + (<usize>rows << 2);
  while (columns < end) {
    const u = v128.load(fixed + <usize>load<u32>(columns) * rowBytes);
    v128.store(tile, u);
    g0 = multiplyAdd<T>(v128.splat<T>(load<T>(targets)), u, g0);
    s0 = v128.add<T>(s0, u);
    columns += 4;
    targets += sizeof<T>();
    tile += tileBytes;
  }
  addTo<T>(g, g0, first);
  if (s) addTo<T>(s, s0, first);
}

// The loop with and without Σ u, each compiled on its own so that neither tests for it inside.
function gather4Targets<T>(
  fixed: usize, rowBytes: usize, tileBytes: usize, columns: usize, targets: usize, rows: i32, tile: usize, g: usize,
  first: bool,
): void {
  gather4<T>(fixed, rowBytes, tileBytes, columns, targets, rows, tile, g, 0, first);
}

function gather4Both<T>(
  fixed: usize, rowBytes: usize, tileBytes: usize, columns: usize, targets: usize, rows: i32, tile: usize, g: usize,
  s: usize, first: bool,
): void {
  gather4<T>(fixed, rowBytes, tileBytes, columns, targets, rows, tile, g, s, first);
}

/** Eight vectors of every factor row of the tile, a pair of cache lines; with eight sums no registers are left for Σ u. */
function gather8Targets<T>(
  fixed: usize, rowBytes: usize, tileBytes: usize, columns: usize, targets: usize, rows: i32, tile: usize, g: usize,
  first: bool,
): void {
  let g0 = v128.splat<T>(<T>0), g1 = g0, g2 = g0, g3 = g0, g4 = g0, g5 = g0, g6 = g0, g7 = g0;
  const end = columns + (<usize>rows << 2);
  while (columns < end) {
    const from = fixed + <usize>load<u32>(columns) * rowBytes;
    const t = v128.splat<T>(load<T>(targets));
    const u7 = v128.load(from, 112);
    v128.store(tile, u7, 112);
    g7 = multiplyAdd<T>(t, u7, g7);
    const u6 = v128.load(from, 96);
    v128.store(tile, u6, 96);
    g6 = multiplyAdd<T>(t, u6, g6);
    const u5 = v128.load(from, 80);
    v128.store(tile, u5, 80);
    g5 = multiplyAdd<T>(t, u5, g5);
    const u4 = v128.load(from, 64);
    v128.store(tile, u4, 64);
    g4 = multiplyAdd<T>(t, u4, g4);
    const u3 = v128.load(from, 48);
    v128.store(tile, u3, 48);
    g3 = multiplyAdd<T>(t, u3, g3);
    const u2 = v128.load(from, 32);
    v128.store(tile, u2, 32);
    g2 = multiplyAdd<T>(t, u2, g2);
    const u1 = v128.load(from, 16);
    v128.store(tile, u1, 16);
    g1 = multiplyAdd<T>(t, u1, g1);
    const u0 = v128.load(from);
    v128.store(tile, u0);
    g0 = multiplyAdd<T>(t, u0, g0);
    columns += 4;
    targets += sizeof<T>();
    tile += tileBytes;
  }
  addTo<T>(g, g0, first);
  addTo<T>(g + 16, g1, first);
  addTo<T>(g + 32, g2, first);
  addTo<T>(g + 48, g3, first);
  addTo<T>(g + 64, g4, first);
  addTo<T>(g + 80, g5, first);
  addTo<T>(g + 96, g6, first);
  addTo<T>(g + 112, g7, first);
}

/** Factor rows in float32, everything after in float64: for the few rows that float32 can't vouch for. */
function gatherWide(
  fixed: usize, rowBytes: usize, width: i32, columns: usize, targets: usize, rows: i32, tile: usize, g: usize, s: usize,
  first: bool,
): void {
  const zero = f64x2.splat(0);
  const tileBytes = <usize>width << 3;
  for (let c: usize = 0; c << 1 < tileBytes; c += 8) {
    let g0 = zero, s0 = zero;
    let to = tile + (c << 1);
    for (let i: usize = 0, count = <usize>rows; i < count; i++) {
      const from = fixed + <usize>load<u32>(columns + (i << 2)) * rowBytes + c;
      const u = f64x2.promote_low_f32x4(v128.load64_zero(from));
      v128.store(to, u);
      g0 = multiplyAdd<f64>(v128.load64_splat(targets + (i << 3)), u, g0);
      s0 = f64x2.add(s0, u);
      to += tileBytes;
    }
    addTo<f64>(g + (c << 1), g0, first);
    if (s) addTo<f64>(s + (c << 1), s0, first);
  }
}

/**
 * Tile of `rows` × `width` T from factor rows of F that are `rowBytes` apart, g = or += Σ t u, and where `s` is not 0,
 * s = or += Σ u. `first` says that the sums start here.
 */
export function gather<F, T>(
  fixed: usize, rowBytes: usize, width: i32, columns: usize, targets: usize, rows: i32, tile: usize, g: usize, s: usize,
  first: bool,
): void {
  if (sizeof<F>() != sizeof<T>()) {
    gatherWide(fixed, rowBytes, width, columns, targets, rows, tile, g, s, first);
    return;
  }
  const tileBytes = <usize>width * sizeof<T>();
  let c: usize = 0;
  // Rows of one pair would pass in a single sweep, which is slower than two.
  if (!s && tileBytes >= 256) {
    for (; c + 128 <= tileBytes; c += 128) {
      gather8Targets<T>(fixed + c, rowBytes, tileBytes, columns, targets, rows, tile + c, g + c, first);
    }
  }
  for (; c + 64 <= tileBytes; c += 64) {
    if (s) gather4Both<T>(fixed + c, rowBytes, tileBytes, columns, targets, rows, tile + c, g + c, s + c, first);
    else gather4Targets<T>(fixed + c, rowBytes, tileBytes, columns, targets, rows, tile + c, g + c, first);
  }
  for (; c < tileBytes; c += 16) {
    gather1<T>(fixed + c, rowBytes, tileBytes, columns, targets, rows, tile + c, g + c, s ? s + c : 0, first);
  }
}

/** The vector of T that begins at a row's number `at` / sizeof(F). */
// @ts-ignore: decorator
@inline
function loadAs<F, T>(at: usize): v128 {
  if (sizeof<F>() == sizeof<T>()) return v128.load(at);
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}

/** √ of a weight of the sign that is wanted, 0 for one of the other. */
// @ts-ignore: decorator
@inline
function scaleOf<T>(weight: T, positive: bool): v128 {
  const size = positive ? weight : -weight;
  return v128.splat<T>(sqrt<T>(size > 0 ? size : <T>0));
}

/**
 * As {@link gather} for weighted ratings: rows of the tile are √a·u, so that the Gram of the tile is Σ a u uᵀ over the ratings
 * with a > 0; g = or += Σ d u, s = or += Σ a u.
 */
export function gatherWeighted<F, T>(
  fixed: usize, rowBytes: usize, width: i32, columns: usize, targets: usize, weights: usize, rows: i32, tile: usize,
  g: usize, s: usize, first: bool,
): void {
  const tileBytes = <usize>width * sizeof<T>();
  const step: usize = sizeof<F>() == sizeof<T>() ? 16 : 8;
  const zero = v128.splat<T>(<T>0);
  // Two vectors at a time: rows are padded to 4 numbers, so in float32 one may be left.
  for (let c: usize = 0, at: usize = 0; at < tileBytes; c += 2 * step, at += 32) {
    const pair = at + 32 <= tileBytes;
    let g0 = zero, g1 = zero, s0 = zero, s1 = zero;
    let to = tile + at;
    for (let i: usize = 0; i < <usize>rows; i++) {
      const from = fixed + <usize>load<u32>(columns + (i << 2)) * rowBytes + c;
      const a = load<T>(weights + i * sizeof<T>());
      const d = v128.splat<T>(load<T>(targets + i * sizeof<T>()));
      const scale = scaleOf<T>(a, true);
      const u0 = loadAs<F, T>(from);
      v128.store(to, v128.mul<T>(scale, u0));
      g0 = multiplyAdd<T>(d, u0, g0);
      if (s) s0 = multiplyAdd<T>(v128.splat<T>(a), u0, s0);
      if (pair) {
        const u1 = loadAs<F, T>(from + step);
        v128.store(to, v128.mul<T>(scale, u1), 16);
        g1 = multiplyAdd<T>(d, u1, g1);
        if (s) s1 = multiplyAdd<T>(v128.splat<T>(a), u1, s1);
      }
      to += tileBytes;
    }
    addTo<T>(g + at, g0, first);
    if (s) addTo<T>(s + at, s0, first);
    if (pair) {
      addTo<T>(g + at + 16, g1, first);
      if (s) addTo<T>(s + at + 16, s1, first);
    }
  }
}

/** The tile alone, of the ratings with a < 0: rows √−a·u. */
export function gatherNegative<F, T>(
  fixed: usize, rowBytes: usize, width: i32, columns: usize, weights: usize, rows: i32, tile: usize,
): void {
  const fromBytes = <usize>width * sizeof<F>();
  const step: usize = sizeof<F>() == sizeof<T>() ? 16 : 8;
  for (let i: usize = 0; i < <usize>rows; i++) {
    const from = fixed + <usize>load<u32>(columns + (i << 2)) * rowBytes;
    const scale = scaleOf<T>(load<T>(weights + i * sizeof<T>()), false);
    for (let c: usize = 0; c < fromBytes; c += step) {
      v128.store(tile, v128.mul<T>(scale, loadAs<F, T>(from + c)));
      tile += 16;
    }
  }
}
