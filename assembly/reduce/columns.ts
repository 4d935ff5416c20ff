// Reductions over an axis that is not the last: of rows into one row.
import { RECORD_ARGS } from '../abi/record';
import { REDUCE_MAX, REDUCE_SUM } from '../abi/reduce';
import { partStart, storeFirst } from '../split';
import { Max, Min, Sum } from './combine';

// Columns that are done at once: a strip of y and of four rows of x stay in the first-level cache.
// @ts-ignore: decorator
@inline
const STRIP: usize = 1024;

/**
 * y[outer][chunks][columns] from x[outer][length][columns].
 * Arguments y, x, function, outer, length, chunk (rows), divisor (f32; of a sum), columns.
 * Tiling    strips of 1024 columns; four rows at a time are combined and then added to y. Tails: a whole vector,
 *           valid lanes stored.
 * Threads   chunks and strips; neither depends on the number of threads.
 * Numerics  a sum of `length` rows in chunks of c takes c/4 + 2 f32 additions in a row; the caller adds the chunks.
 */
export function f32_reduce_columns(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const y = <usize>load<u32>(args);
  const x = <usize>load<u32>(args, 4);
  const code = load<i32>(args, 8);
  const length = <usize>load<u32>(args, 16);
  const chunk = <usize>load<u32>(args, 20);
  const columns = <usize>load<u32>(args, 28);
  const chunks = (length + chunk - 1) / chunk;
  const strips = (columns + STRIP - 1) / STRIP;
  const tasks = <usize>load<u32>(args, 12) * chunks * strips;
  const end = partStart(tasks, 1, thread + 1, threads);
  for (let task = partStart(tasks, 1, thread, threads); task < end; task++) {
    const column = (task % strips) * STRIP;
    const part = task / strips;
    const row = (part % chunks) * chunk;
    const from = x + ((((part / chunks) * length + row) * columns + column) << 2);
    const to = y + ((part * columns + column) << 2);
    const rows = min<usize>(chunk, length - row);
    const width = min<usize>(STRIP, columns - column);
    if (code == REDUCE_SUM) {
      fold<Sum>(to, from, rows, columns << 2, width);
      divide(to, width, load<f32>(args, 24));
    } else if (code == REDUCE_MAX) {
      fold<Max>(to, from, rows, columns << 2, width);
    } else {
      fold<Min>(to, from, rows, columns << 2, width);
    }
  }
}

function fold<F>(y: usize, x: usize, rows: usize, stride: usize, width: usize): void {
  const f = changetype<F>(0);
  const whole = (width & ~3) << 2;
  const start = f.start();
  for (let i = <usize>0; i < whole; i += 16) v128.store(y + i, start);
  if (width & 3) storeFirst(y + whole, start, width & 3);
  for (; rows >= 4; rows -= 4, x += stride << 2) {
    const x1 = x + stride;
    const x2 = x1 + stride;
    const x3 = x2 + stride;
    for (let i = <usize>0; i < whole; i += 16) {
      const low = f.apply(v128.load(x + i), v128.load(x1 + i));
      const high = f.apply(v128.load(x2 + i), v128.load(x3 + i));
      v128.store(y + i, f.apply(v128.load(y + i), f.apply(low, high)));
    }
    if (width & 3) {
      const low = f.apply(v128.load(x + whole), v128.load(x1 + whole));
      const high = f.apply(v128.load(x2 + whole), v128.load(x3 + whole));
      storeFirst(y + whole, f.apply(v128.load(y + whole), f.apply(low, high)), width & 3);
    }
  }
  for (; rows > 0; rows--, x += stride) {
    for (let i = <usize>0; i < whole; i += 16) v128.store(y + i, f.apply(v128.load(y + i), v128.load(x + i)));
    if (width & 3) storeFirst(y + whole, f.apply(v128.load(y + whole), v128.load(x + whole)), width & 3);
  }
}

function divide(y: usize, width: usize, divisor: f32): void {
  if (divisor == 1) return;
  const by = f32x4.splat(divisor);
  const end = y + ((width & ~3) << 2);
  for (; y < end; y += 16) v128.store(y, f32x4.div(v128.load(y), by));
  if (width & 3) storeFirst(y, f32x4.div(v128.load(y), by), width & 3);
}
