// Rearranging blocks of a matrix for the inner tile.

/** Rows that are packed together. */
// @ts-ignore: decorator
@inline
const STRIP: i32 = 8;

/**
 * Panels of a row-major block: to[ceil(n/8)][k][8] = from[k][n]; columns past n are zero.
 * @param panelBytes from one panel to the next. @param ld bytes from one row of `from` to the next.
 */
export function packRows(to: usize, panelBytes: usize, from: usize, ld: usize, k: i32, n: i32): void {
  const whole = n >> 3;
  // A few rows at a time, each read in sequence: the panels lie far apart, but get some cache lines each.
  for (let first = 0; first < k; first += STRIP) {
    const rows = min(STRIP, k - first);
    let x = from + <usize>first * ld;
    let y = to + (<usize>first << 5);
    for (let panel = 0; panel < whole; panel++) {
      let line = x;
      for (const end = y + (<usize>rows << 5); y != end; y += 32) {
        v128.store(y, v128.load(line));
        v128.store(y, v128.load(line, 16), 16);
        line += ld;
      }
      x += 32;
      y += panelBytes - (<usize>rows << 5);
    }
  }
  const rest = n & 7;
  if (rest == 0) return;
  let x = from + (<usize>whole << 5);
  let y = to + <usize>whole * panelBytes;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < 8; j++) {
      store<f32>(y + ((<usize>j) << 2), j < rest ? load<f32>(x + ((<usize>j) << 2)) : <f32>0);
    }
    x += ld;
    y += 32;
  }
}

/** Panels of a transposed block: to[ceil(n/8)][k][8] = from[n][k]; columns past n are zero. */
export function packColumns(to: usize, panelBytes: usize, from: usize, ld: usize, k: i32, n: i32): void {
  for (; n > 0; n -= 8) {
    if (n >= 8) {
      transpose(to, 32, from, ld, 4, k);
      transpose(to + 16, 32, from + (ld << 2), ld, 4, k);
    } else {
      for (let i = 0; i < k; i++) {
        for (let j = 0; j < 8; j++) {
          const x = j < n ? load<f32>(from + <usize>j * ld + ((<usize>i) << 2)) : <f32>0;
          store<f32>(to + ((<usize>((i << 3) + j)) << 2), x);
        }
      }
    }
    to += panelBytes;
    from += ld << 3;
  }
}

/** to[columns][rows] = from[rows][columns]; toLd and fromLd are bytes from one row to the next. */
export function transpose(to: usize, toLd: usize, from: usize, fromLd: usize, rows: i32, columns: i32): void {
  for (; rows >= 4; rows -= 4) {
    transpose4(to, toLd, from, from + fromLd, from + (fromLd << 1), from + fromLd * 3, columns);
    to += 16;
    from += fromLd << 2;
  }
  for (; rows > 0; rows--) {
    let y = to;
    for (let x = from; x < from + ((<usize>columns) << 2); x += 4) {
      store<f32>(y, load<f32>(x));
      y += toLd;
    }
    to += 4;
    from += fromLd;
  }
}

/** to[columns][4] = four rows of `columns` contiguous floats, anywhere. */
export function transpose4(
  to: usize,
  toLd: usize,
  x0: usize,
  x1: usize,
  x2: usize,
  x3: usize,
  columns: i32,
): void {
  for (; columns >= 4; columns -= 4) {
    const r0 = v128.load(x0);
    const r1 = v128.load(x1);
    const r2 = v128.load(x2);
    const r3 = v128.load(x3);
    const low01 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5);
    const low23 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
    const high01 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
    const high23 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(low01, low23, 0, 2));
    to += toLd;
    v128.store(to, v128.shuffle<i64>(low01, low23, 1, 3));
    to += toLd;
    v128.store(to, v128.shuffle<i64>(high01, high23, 0, 2));
    to += toLd;
    v128.store(to, v128.shuffle<i64>(high01, high23, 1, 3));
    to += toLd;
    x0 += 16;
    x1 += 16;
    x2 += 16;
    x3 += 16;
  }
  for (; columns > 0; columns--) {
    store<f32>(to, load<f32>(x0));
    store<f32>(to, load<f32>(x1), 4);
    store<f32>(to, load<f32>(x2), 8);
    store<f32>(to, load<f32>(x3), 12);
    to += toLd;
    x0 += 4;
    x1 += 4;
    x2 += 4;
    x3 += 4;
  }
}

/** to[rows][columns] = from[rows][columns]; toLd and fromLd are bytes from one row to the next. */
export function copyRows(to: usize, toLd: usize, from: usize, fromLd: usize, rows: i32, columns: i32): void {
  for (; rows > 0; rows--) {
    let x = from;
    let y = to;
    for (const end = to + (<usize>(columns & ~3) << 2); y != end; y += 16) {
      v128.store(y, v128.load(x));
      x += 16;
    }
    for (const end = to + (<usize>columns << 2); y != end; y += 4) {
      store<f32>(y, load<f32>(x));
      x += 4;
    }
    to += toLd;
    from += fromLd;
  }
}
