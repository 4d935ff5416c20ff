// Where the largest or smallest element is.
import { RECORD_ARGS } from '../abi/record';
import { REDUCE_MAX } from '../abi/reduce';
import { partStart, storeFirst } from '../split';

@unmanaged
class Above {
  // @ts-ignore: decorator
  @inline
  better(a: v128, b: v128): v128 {
    return f32x4.gt(a, b);
  }

  // @ts-ignore: decorator
  @inline
  betterOne(a: f32, b: f32): bool {
    return a > b;
  }
}

@unmanaged
class Below {
  // @ts-ignore: decorator
  @inline
  better(a: v128, b: v128): v128 {
    return f32x4.lt(a, b);
  }

  // @ts-ignore: decorator
  @inline
  betterOne(a: f32, b: f32): bool {
    return a < b;
  }
}

/**
 * i32 y[outer][columns]: first place of the largest (REDUCE_MAX) or smallest element along the middle axis of
 * x[outer][length][columns].
 * Arguments y, x, function, outer, length, columns. Threads share outputs, 16 at a time.
 * Numerics  a NaN is passed over, but one in the first place stays, as TF.js's cpu backend has it.
 */
export function f32_arg(record: usize, thread: i32, threads: i32): void {
  if (load<i32>(record + (RECORD_ARGS << 2), 8) == REDUCE_MAX) arg<Above>(record, thread, threads);
  else arg<Below>(record, thread, threads);
}

function arg<F>(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const y = <usize>load<u32>(args);
  const x = <usize>load<u32>(args, 4);
  const length = <usize>load<u32>(args, 16);
  const columns = <usize>load<u32>(args, 20);
  const n = <usize>load<u32>(args, 12) * columns;
  const end = partStart(n, 16, thread + 1, threads);
  let i = partStart(n, 16, thread, threads);
  while (i < end) {
    const column = i % columns;
    const from = x + (((i / columns) * length * columns + column) << 2);
    if (columns == 1) {
      store<i32>(y + (i << 2), <i32>inRow<F>(from, length));
      i++;
    } else {
      const count = min<usize>(4, min<usize>(columns - column, end - i));
      const places = inColumns<F>(from, length, columns << 2);
      if (count == 4) v128.store(y + (i << 2), places);
      else storeFirst(y + (i << 2), places, count);
      i += count;
    }
  }
}

/** Four columns side by side, a row at a time. */
function inColumns<F>(x: usize, length: usize, stride: usize): v128 {
  let best = v128.load(x);
  let places = i32x4.splat(0);
  for (let row = <usize>1; row < length; row++) {
    x += stride;
    const next = v128.load(x);
    const better = changetype<F>(0).better(next, best);
    best = v128.bitselect(next, best, better);
    places = v128.bitselect(i32x4.splat(<i32>row), places, better);
  }
  return places;
}

/** One row: every fourth element to a lane, each with its first place; then the best lane, the first of equals. */
function inRow<F>(x: usize, length: usize): usize {
  const f = changetype<F>(0);
  let best = v128.load_splat<u32>(x);
  let places = i32x4.splat(0);
  let place = i32x4(0, 1, 2, 3);
  let at = <usize>0;
  for (; at + 4 <= length; at += 4) {
    const next = v128.load(x + (at << 2));
    const better = f.better(next, best);
    best = v128.bitselect(next, best, better);
    places = v128.bitselect(place, places, better);
    place = i32x4.add(place, i32x4.splat(4));
  }
  let value = f32x4.extract_lane(best, 0);
  let found = i32x4.extract_lane(places, 0);
  for (let lane = 1; lane < 4; lane++) {
    best = v128.shuffle<u32>(best, best, 1, 2, 3, 0);
    places = v128.shuffle<u32>(places, places, 1, 2, 3, 0);
    const other = f32x4.extract_lane(best, 0);
    const where = i32x4.extract_lane(places, 0);
    if (f.betterOne(other, value) || (other == value && where < found)) {
      value = other;
      found = where;
    }
  }
  for (; at < length; at++) {
    const next = load<f32>(x + (at << 2));
    if (f.betterOne(next, value)) {
      value = next;
      found = <i32>at;
    }
  }
  return found;
}
