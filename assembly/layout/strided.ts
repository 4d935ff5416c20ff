// The strided copy: slices, tiles, pads, concatenations, broadcasts, flips and general permutations.
import { RECORD_ARGS } from '../abi/record';
import { partStart } from '../split';
import { fillWords } from './fill';

/**
 * y[yOffset + Σ iₐ·yStrideₐ] = x[xOffset + Σ iₐ·xStrideₐ].
 * Arguments y, x, yOffset, xOffset, n, then six times, from the innermost axis: size, stride of x, stride of y.
 * Layout    any strides, negative and 0 (in x) included. Rows along the innermost axis go to `R.row`; an odometer
 *           of five counters finds the next. n is the product of the sizes.
 * Threads   elements in the order of the loop, 64 at a time; y's elements are distinct, so each has one writer.
 */
export function strided<R>(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const n = <usize>load<u32>(args, 16);
  let at = partStart(n, 64, thread, threads);
  const end = partStart(n, 64, thread + 1, threads);
  if (at >= end) return;
  const shift = changetype<R>(0).shift();
  const y = <usize>load<u32>(args) + (<usize>load<i32>(args, 8) << shift);
  const x = <usize>load<u32>(args, 4) + (<usize>load<i32>(args, 12) << shift);
  const size0 = <usize>load<u32>(args, 20);
  const x0 = load<i32>(args, 24);
  const y0 = load<i32>(args, 28);
  const size1 = <usize>load<u32>(args, 32);
  const x1 = load<i32>(args, 36) << <i32>shift;
  const y1 = load<i32>(args, 40) << <i32>shift;
  const size2 = <usize>load<u32>(args, 44);
  const size3 = <usize>load<u32>(args, 56);
  const size4 = <usize>load<u32>(args, 68);

  const column = at % size0;
  let row = at / size0;
  let i1 = row % size1;
  row /= size1;
  let i2 = row % size2;
  row /= size2;
  let i3 = row % size3;
  row /= size3;
  let i4 = row % size4;
  let i5 = row / size4;
  let skip = <i32>column;
  while (true) {
    let xRow =
      x + ((i2 * load<i32>(args, 48) + i3 * load<i32>(args, 60) + i4 * load<i32>(args, 72) + i5 * load<i32>(args, 84)) << shift);
    let yRow =
      y + ((i2 * load<i32>(args, 52) + i3 * load<i32>(args, 64) + i4 * load<i32>(args, 76) + i5 * load<i32>(args, 88)) << shift);
    xRow += i1 * x1;
    yRow += i1 * y1;
    for (; i1 < size1; i1++) {
      const count = min<usize>(size0 - skip, end - at);
      changetype<R>(0).row(yRow + ((skip * y0) << <i32>shift), xRow + ((skip * x0) << <i32>shift), count, x0, y0);
      at += count;
      if (at >= end) return;
      skip = 0;
      xRow += x1;
      yRow += y1;
    }
    i1 = 0;
    if (++i2 < size2) continue;
    i2 = 0;
    if (++i3 < size3) continue;
    i3 = 0;
    if (++i4 < size4) continue;
    i4 = 0;
    i5++;
  }
}

// Shorter runs are copied here: a call out of wasm costs more than they do.
// @ts-ignore: decorator
@inline
const LONG_RUN: usize = 512;

// @ts-ignore: decorator
@inline
function copyRun(y: usize, x: usize, bytes: usize): void {
  if (bytes >= LONG_RUN) {
    memory.copy(y, x, bytes);
    return;
  }
  const end = y + bytes;
  for (; y + 16 <= end; y += 16, x += 16) v128.store(y, v128.load(x));
  for (; y + 4 <= end; y += 4, x += 4) store<u32>(y, load<u32>(x));
  for (; y < end; y++, x++) store<u8>(y, load<u8>(x));
}

/** Rows of 4-byte words: runs, spreads of one word and reversed runs four at a time, the rest one by one. */
@unmanaged
export class WordRow {
  // @ts-ignore: decorator
  @inline
  shift(): usize {
    return 2;
  }

  row(y: usize, x: usize, count: usize, xStride: i32, yStride: i32): void {
    if (yStride == 1) {
      if (xStride == 1) return copyRun(y, x, count << 2);
      if (xStride == 0) return fillWords(y, y + (count << 2), load<u32>(x));
      if (xStride == -1) {
        for (; count >= 4; count -= 4, y += 16, x -= 16) {
          const four = v128.load(x - 12);
          v128.store(y, v128.shuffle<u32>(four, four, 3, 2, 1, 0));
        }
      }
    }
    for (; count > 0; count--, y += yStride << 2, x += xStride << 2) store<u32>(y, load<u32>(x));
  }
}

/** Rows of bytes: runs, and the rest one by one. */
@unmanaged
export class ByteRow {
  // @ts-ignore: decorator
  @inline
  shift(): usize {
    return 0;
  }

  row(y: usize, x: usize, count: usize, xStride: i32, yStride: i32): void {
    if (yStride == 1 && xStride == 1) return copyRun(y, x, count);
    for (; count > 0; count--, y += yStride, x += xStride) store<u8>(y, load<u8>(x));
  }
}
