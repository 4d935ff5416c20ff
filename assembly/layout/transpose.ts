// Transposition in blocks: where the contiguous axes of source and destination differ.
import { RECORD_ARGS } from '../abi/record';
import { partStart } from '../split';

// Side of a tile: with a line each, 16 rows of source and 16 of destination stay in the first-level cache.
// @ts-ignore: decorator
@inline
const TILE: usize = 16;

/**
 * y[j + p·yStride + …] = x[p + j·xStride + …] over words.
 * Arguments y, x, yOffset, xOffset, then six times size, stride of x, stride of y: j (stride 1 in y), p (stride 1 in
 *           x), then up to four outer axes from the innermost.
 * Tiling    16 × 16 tiles of 4 × 4 blocks, each transposed in registers; edges word by word.
 * Threads   bands of 16 values of p.
 */
export function transpose(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const y = <usize>load<u32>(args) + (<usize>load<i32>(args, 8) << 2);
  const x = <usize>load<u32>(args, 4) + (<usize>load<i32>(args, 12) << 2);
  const width = <usize>load<u32>(args, 16);
  const xStride = <usize>load<i32>(args, 20) << 2;
  const height = <usize>load<u32>(args, 28);
  const yStride = <usize>load<i32>(args, 36) << 2;
  const size2 = <usize>load<u32>(args, 40);
  const size3 = <usize>load<u32>(args, 52);
  const size4 = <usize>load<u32>(args, 64);
  const size5 = <usize>load<u32>(args, 76);
  const bands = (height + TILE - 1) / TILE;
  const tasks = bands * size2 * size3 * size4 * size5;
  const end = partStart(tasks, 1, thread + 1, threads);
  for (let task = partStart(tasks, 1, thread, threads); task < end; task++) {
    const p = (task % bands) * TILE;
    let outer = task / bands;
    const i2 = outer % size2;
    outer /= size2;
    const i3 = outer % size3;
    outer /= size3;
    const i4 = outer % size4;
    const i5 = outer / size4;
    const from =
      x + ((i2 * load<i32>(args, 44) + i3 * load<i32>(args, 56) + i4 * load<i32>(args, 68) + i5 * load<i32>(args, 80) + p) << 2);
    const to =
      y + ((i2 * load<i32>(args, 48) + i3 * load<i32>(args, 60) + i4 * load<i32>(args, 72) + i5 * load<i32>(args, 84)) << 2);
    band(to + p * yStride, from, width, min<usize>(TILE, height - p), xStride, yStride);
  }
}

/** One band: y[j + p·yStride] = x[p + j·xStride] for all j and `height` ≤ 16 values of p; strides in bytes. */
function band(y: usize, x: usize, width: usize, height: usize, xStride: usize, yStride: usize): void {
  const blocksHigh = height & ~3;
  for (let first = <usize>0; first < width; first += TILE) {
    const last = min<usize>(width, first + TILE);
    const blocksWide = last & ~3;
    for (let p = <usize>0; p < blocksHigh; p += 4) {
      let to = y + p * yStride + (first << 2);
      let from = x + (p << 2) + first * xStride;
      for (let j = first; j < blocksWide; j += 4) {
        block(to, from, xStride, yStride);
        to += 16;
        from += xStride << 2;
      }
    }
    for (let p = <usize>0; p < height; p++) {
      for (let j = p < blocksHigh ? blocksWide : first; j < last; j++) {
        store<u32>(y + p * yStride + (j << 2), load<u32>(x + (p << 2) + j * xStride));
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function block(y: usize, x: usize, xStride: usize, yStride: usize): void {
  const a = v128.load(x);
  const b = v128.load(x + xStride);
  const c = v128.load(x + (xStride << 1));
  const d = v128.load(x + (xStride << 1) + xStride);
  const abLow = v128.shuffle<u32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<u32>(a, b, 2, 6, 3, 7);
  const cdLow = v128.shuffle<u32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
  v128.store(y, v128.shuffle<u64>(abLow, cdLow, 0, 2));
  v128.store(y + yStride, v128.shuffle<u64>(abLow, cdLow, 1, 3));
  v128.store(y + (yStride << 1), v128.shuffle<u64>(abHigh, cdHigh, 0, 2));
  v128.store(y + (yStride << 1) + yStride, v128.shuffle<u64>(abHigh, cdHigh, 1, 3));
}
