// How threads share a range, and how its last elements are stored.

/**
 * First of the elements of thread `thread` among `n`, in whole multiples of `unit` (the last thread takes what
 * is left); the thread's range ends where the next one's begins.
 */
// @ts-ignore: decorator
@inline
export function partStart(n: usize, unit: usize, thread: i32, threads: i32): usize {
  const units = (n + unit - 1) / unit;
  const each = (units + <usize>threads - 1) / <usize>threads;
  return min<usize>(n, <usize>thread * each * unit);
}

/** Stores the first `lanes` (1, 2 or 3) words of `value`. */
// @ts-ignore: decorator
@inline
export function storeFirst(y: usize, value: v128, lanes: usize): void {
  v128.store_lane<u32>(y, value, 0);
  if (lanes > 1) v128.store_lane<u32>(y, value, 1, 4);
  if (lanes > 2) v128.store_lane<u32>(y, value, 2, 8);
}

/** First item of thread `thread` among `items` whole ones, spread evenly; its end is the next thread's begin. */
// @ts-ignore: decorator
@inline
export function shareStart(items: i32, thread: i32, threads: i32): i32 {
  return <i32>((<i64>items * thread) / threads);
}

/** Loads `count` words, 1 ≤ count ≤ 3, the other lanes 0; reads nothing past them. */
// @ts-ignore: decorator
@inline
export function loadFirst(x: usize, count: i32): v128 {
  if (count == 1) return v128.load32_zero(x);
  const pair = v128.load64_zero(x);
  if (count == 2) return pair;
  return v128.load32_lane(x, pair, 2, 8);
}

/** y[i] = x[i] for a short run of words. */
export function copyWords(y: usize, x: usize, words: i32): void {
  for (; words >= 4; words -= 4) {
    v128.store(y, v128.load(x));
    x += 16;
    y += 16;
  }
  if (words > 0) storeFirst(y, loadFirst(x, words), words);
}

/** y[i] += x[i], f32. */
export function addWords(y: usize, x: usize, words: i32): void {
  for (; words >= 4; words -= 4) {
    v128.store(y, f32x4.add(v128.load(y), v128.load(x)));
    x += 16;
    y += 16;
  }
  if (words > 0) storeFirst(y, f32x4.add(loadFirst(y, words), loadFirst(x, words)), words);
}
