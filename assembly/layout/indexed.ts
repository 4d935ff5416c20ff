// Rows chosen by an index, and running sums.
import { RECORD_ARGS } from '../abi/record';
import { partStart, storeFirst } from '../split';
import { fillWords } from './fill';

/**
 * y[batch][outer][count][slice] = x[batch][outer][indices[batch][count]][slice] in words; 0 where an index is not in
 * [0, size).
 * Arguments y, x, indices, batch, outer, size, count, slice. Threads share rows of y.
 */
export function gather(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const y = <usize>load<u32>(args);
  const x = <usize>load<u32>(args, 4);
  const indices = <usize>load<u32>(args, 8);
  const outer = <usize>load<u32>(args, 16);
  const size = <usize>load<u32>(args, 20);
  const count = <usize>load<u32>(args, 24);
  const bytes = <usize>load<u32>(args, 28) << 2;
  const rows = <usize>load<u32>(args, 12) * outer * count;
  const end = partStart(rows, 16, thread + 1, threads);
  for (let row = partStart(rows, 16, thread, threads); row < end; row++) {
    const block = row / count;
    const index = <usize>load<u32>(indices + (((block / outer) * count + (row % count)) << 2));
    const to = y + row * bytes;
    // A negative index is a large unsigned one.
    if (index >= size) fillWords(to, to + bytes, 0);
    else if (bytes == 4) store<u32>(to, load<u32>(x + ((block * size + index) << 2)));
    else memory.copy(to, x + (block * size + index) * bytes, bytes);
  }
}

/** y[n][depth]: arguments y, indices, n, depth, on, off (words' bits). Threads share rows. */
export function oneHot(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const y = <usize>load<u32>(args);
  const indices = <usize>load<u32>(args, 4);
  const n = <usize>load<u32>(args, 8);
  const depth = <usize>load<u32>(args, 12);
  const on = load<u32>(args, 16);
  const first = partStart(n, 16, thread, threads);
  const end = partStart(n, 16, thread + 1, threads);
  fillWords(y + ((first * depth) << 2), y + ((end * depth) << 2), load<u32>(args, 20));
  for (let row = first; row < end; row++) {
    const index = <usize>load<u32>(indices + (row << 2));
    if (index < depth) store<u32>(y + ((row * depth + index) << 2), on);
  }
}

/**
 * y[segments][columns] = sums of the rows of x[rows][columns] that have the segment's id.
 * Arguments y, x, ids, segments, rows, columns. Threads share columns, whole lines of 16, so that each sum is taken
 * in the order of the rows by one thread.
 */
export function segmentSum(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const y = <usize>load<u32>(args);
  const x = <usize>load<u32>(args, 4);
  const ids = <usize>load<u32>(args, 8);
  const segments = <usize>load<u32>(args, 12);
  const rows = <usize>load<u32>(args, 16);
  const columns = <usize>load<u32>(args, 20);
  const first = partStart(columns, 16, thread, threads);
  const count = partStart(columns, 16, thread + 1, threads) - first;
  if (!count) return;
  for (let segment = <usize>0; segment < segments; segment++) {
    const to = y + ((segment * columns + first) << 2);
    fillWords(to, to + (count << 2), 0);
  }
  for (let row = <usize>0; row < rows; row++) {
    const segment = <usize>load<u32>(ids + (row << 2));
    if (segment >= segments) continue;
    let to = y + ((segment * columns + first) << 2);
    let from = x + ((row * columns + first) << 2);
    const end = to + ((count & ~3) << 2);
    for (; to < end; to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    if (count & 3) storeFirst(to, f32x4.add(v128.load(to), v128.load(from)), count & 3);
  }
}

/** Running sums along rows: arguments y, x, rows, columns, exclusive, reverse. Threads share rows. */
export function cumsum(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const y = <usize>load<u32>(args);
  const x = <usize>load<u32>(args, 4);
  const columns = <usize>load<u32>(args, 12);
  const exclusive = load<i32>(args, 16);
  const reverse = load<i32>(args, 20);
  const step: isize = reverse ? -4 : 4;
  const rows = <usize>load<u32>(args, 8);
  const end = partStart(rows, 1, thread + 1, threads);
  for (let row = partStart(rows, 1, thread, threads); row < end; row++) {
    let sum: f32 = 0;
    let at = (row * columns + (reverse ? columns - 1 : 0)) << 2;
    for (let column = <usize>0; column < columns; column++) {
      const next = sum + load<f32>(x + at);
      store<f32>(y + at, exclusive ? sum : next);
      sum = next;
      at += <usize>step;
    }
  }
}
