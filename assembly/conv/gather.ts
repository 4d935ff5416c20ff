// Pointer tables and patches: where the pixels of a unit of work lie.

import { Axis } from './geometry';

/**
 * Row pointers of `count` pixels of a phase, from flat pixel `start` = (image · rows + row) · columns + column.
 * rows ← [ceil(count/4)][taps][4] pointers to `depth` contiguous channels, `zeros` outside the image; the
 * pixels past the end repeat the last one.
 */
export function gatherRows(
  rows: usize,
  start: i32,
  count: i32,
  y: Axis,
  x: Axis,
  input: usize,
  height: i32,
  width: i32,
  pixelBytes: usize,
  zeros: usize,
): void {
  const taps = y.taps * x.taps;
  const padded = (count + 3) & ~3;
  let column = start % x.count;
  let row = (start / x.count) % y.count;
  let image = input + <usize>(start / x.count / y.count) * <usize>(height * width) * pixelBytes;
  for (let p = 0; p < padded; p++) {
    let to = rows + (<usize>((p >> 2) * taps) << 4) + (<usize>(p & 3) << 2);
    const left = column * x.stride + x.first;
    let h = row * y.stride + y.first;
    for (let ty = y.taps; ty > 0; ty--) {
      const line = image + <usize>(h * width) * pixelBytes;
      const inside = <u32>h < <u32>height;
      let w = left;
      for (let tx = x.taps; tx > 0; tx--) {
        const hit = inside && <u32>w < <u32>width;
        store<u32>(to, <u32>(hit ? line + <usize>w * pixelBytes : zeros));
        w += x.step;
        to += 16;
      }
      h += y.step;
    }
    if (p >= count - 1) continue;
    if (++column == x.count) {
      column = 0;
      if (++row == y.count) {
        row = 0;
        image += <usize>(height * width) * pixelBytes;
      }
    }
  }
}

/**
 * Output pointers of the same pixels: outs ← [ceil(count/4)][4], into an image of `height` × `width` pixels.
 */
export function gatherOuts(
  outs: usize,
  start: i32,
  count: i32,
  y: Axis,
  x: Axis,
  output: usize,
  height: i32,
  width: i32,
  pixelBytes: usize,
): void {
  const padded = (count + 3) & ~3;
  let column = start % x.count;
  let row = (start / x.count) % y.count;
  let image = start / x.count / y.count;
  for (let p = 0; p < padded; p++) {
    const pixel = (image * height + row * y.spacing + y.origin) * width + column * x.spacing + x.origin;
    store<u32>(outs + (<usize>p << 2), <u32>(output + <usize>pixel * pixelBytes));
    if (p >= count - 1) continue;
    if (++column == x.count) {
      column = 0;
      if (++row == y.count) {
        row = 0;
        image++;
      }
    }
  }
}

/**
 * Copies patches of few channels together: rows, made by gatherRows, become [quads][1][4] pointers to
 * patches[pixel][taps · depth].
 */
export function gatherPatches(rows: usize, patches: usize, quads: i32, taps: i32, depth: i32): void {
  const patchBytes = <usize>(taps * depth) << 2;
  for (let q = 0; q < quads; q++) {
    for (let lane = 0; lane < 4; lane++) {
      let from = rows + (<usize>(q * taps) << 4) + (<usize>lane << 2);
      let to = patches + <usize>((q << 2) + lane) * patchBytes;
      for (let t = taps; t > 0; t--) {
        const x = <usize>load<u32>(from);
        for (let i: usize = 0; i < <usize>depth << 2; i += 4) store<f32>(to + i, load<f32>(x + i));
        to += <usize>depth << 2;
        from += 16;
      }
    }
    // This quad's pointers have been read; a later quad's lie behind the ones written here.
    for (let lane = 0; lane < 4; lane++) {
      const patch = patches + <usize>((q << 2) + lane) * patchBytes;
      store<u32>(rows + (<usize>q << 4) + (<usize>lane << 2), <u32>patch);
    }
  }
}
