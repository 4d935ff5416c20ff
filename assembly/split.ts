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
