// Between masks of four lanes and bytes that are 0 or 1.

/** Sixteen masks as bytes 0 or 1. */
// @ts-ignore: decorator
@inline
export function maskToBytes(m0: v128, m1: v128, m2: v128, m3: v128): v128 {
  const low = i16x8.narrow_i32x4_s(m0, m1);
  const high = i16x8.narrow_i32x4_s(m2, m3);
  return v128.and(i8x16.narrow_i16x8_s(low, high), i8x16.splat(1));
}

/** Four bytes at `x` as four words. */
// @ts-ignore: decorator
@inline
export function bytesToWords(x: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load_zero<u32>(x)));
}

/** Stores the first four bytes, or the first `left` if that is less. */
// @ts-ignore: decorator
@inline
export function storeFirstBytes(y: usize, value: v128, left: isize): void {
  const word = i32x4.extract_lane(value, 0);
  if (left >= 4) {
    store<u32>(y, word);
    return;
  }
  store<u8>(y, word);
  if (left > 1) store<u8>(y, word >> 8, 1);
  if (left > 2) store<u8>(y, word >> 16, 2);
}

/** Stores the first `count` bytes, 1 to 15. */
// @ts-ignore: decorator
@inline
export function storeUpTo15(y: usize, value: v128, count: usize): void {
  if (count & 8) {
    v128.store_lane<u64>(y, value, 0);
    value = v128.shuffle<u64>(value, value, 1, 0);
    y += 8;
  }
  if (count & 4) {
    v128.store_lane<u32>(y, value, 0);
    value = v128.shuffle<u32>(value, value, 1, 2, 3, 0);
    y += 4;
  }
  if (count & 3) storeFirstBytes(y, value, count & 3);
}
