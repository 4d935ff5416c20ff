// Counter-based random numbers: Philox 4×32-10, four blocks at a time, one in each lane.
//
// Layout    y: flat, n elements, 64-byte aligned. Block i makes elements 4i … 4i + 3.
// Splitting at cache lines, which are four blocks: an element depends on its own index only.
// Tails     the last group of four blocks is computed whole; its valid elements are stored.
// Numerics  words and uniforms are bit-identical to src/util/philox.ts. Normals: error ≤ 4 ULP against
//           Box and Muller in exact arithmetic (the angle is reduced exactly, in turns).

import { OP_RANDOM_NORMAL, OP_RANDOM_UNIFORM, OP_RANDOM_WORDS } from './abi/random';
import { RECORD_ARGS } from './abi/record';
import { madd } from './simd/arithmetic';
import { logPositive } from './simd/log';
import { sinQuadrant } from './simd/trigonometry';
import { partStart, storeFirst } from './split';

// @ts-ignore: decorator
@inline
const MULTIPLIER_0: u32 = 0xd2511f53;
// @ts-ignore: decorator
@inline
const MULTIPLIER_1: u32 = 0xcd9e8d57;
// @ts-ignore: decorator
@inline
const WEYL_0: u32 = 0x9e3779b9;
// @ts-ignore: decorator
@inline
const WEYL_1: u32 = 0xbb67ae85;
// @ts-ignore: decorator
@inline
const TWO_TO_MINUS_24: f32 = 5.9604644775390625e-8;
// @ts-ignore: decorator
@inline
const TWO_PI: f32 = 6.2831854820251465;

/** Dispatches the random family. */
export function random(record: usize, opcode: i32, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const y = <usize>load<u32>(args);
  const n = <usize>load<u32>(args, 4);
  const end = partStart(n, 16, thread + 1, threads);
  for (let i = partStart(n, 16, thread, threads); i < end; i += 16) {
    words(y + (i << 2), <i32>(i >> 2), opcode, args, <i32>min<usize>(16, end - i));
  }
}

/**
 * Makes blocks `block` … `block + 3` and stores their first `count` elements at `y`.
 * Arguments: y, n, seed (low, high word), draw (low, high word), then for uniforms minimum and range (f64).
 */
function words(y: usize, block: i32, opcode: i32, args: usize, count: i32): void {
  let counter0 = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3));
  let counter1 = v128.load32_splat(args, 16);
  let counter2 = v128.load32_splat(args, 20);
  let counter3 = i32x4.splat(0);
  let key0 = load<u32>(args, 8);
  let key1 = load<u32>(args, 12);
  for (let round = 0; round < 10; round++) {
    const even0 = i64x2.extmul_low_i32x4_u(counter0, i32x4.splat(MULTIPLIER_0));
    const odd0 = i64x2.extmul_high_i32x4_u(counter0, i32x4.splat(MULTIPLIER_0));
    const even1 = i64x2.extmul_low_i32x4_u(counter2, i32x4.splat(MULTIPLIER_1));
    const odd1 = i64x2.extmul_high_i32x4_u(counter2, i32x4.splat(MULTIPLIER_1));
    const high0 = v128.shuffle<i32>(even0, odd0, 1, 3, 5, 7);
    const high1 = v128.shuffle<i32>(even1, odd1, 1, 3, 5, 7);
    counter0 = v128.xor(v128.xor(high1, counter1), i32x4.splat(key0));
    counter1 = v128.shuffle<i32>(even1, odd1, 0, 2, 4, 6);
    counter2 = v128.xor(v128.xor(high0, counter3), i32x4.splat(key1));
    counter3 = v128.shuffle<i32>(even0, odd0, 0, 2, 4, 6);
    key0 += WEYL_0;
    key1 += WEYL_1;
  }
  if (opcode == OP_RANDOM_NORMAL) {
    const radius0 = radius(counter0);
    const radius2 = radius(counter2);
    const turns1 = fraction(counter1);
    const turns3 = fraction(counter3);
    counter0 = f32x4.mul(radius0, sinTurns(turns1, 1));
    counter1 = f32x4.mul(radius0, sinTurns(turns1, 0));
    counter2 = f32x4.mul(radius2, sinTurns(turns3, 1));
    counter3 = f32x4.mul(radius2, sinTurns(turns3, 0));
  } else if (opcode == OP_RANDOM_UNIFORM) {
    const minimum = v128.load64_splat(args, 24);
    const range = v128.load64_splat(args, 32);
    counter0 = uniform(counter0, minimum, range);
    counter1 = uniform(counter1, minimum, range);
    counter2 = uniform(counter2, minimum, range);
    counter3 = uniform(counter3, minimum, range);
  }
  // Word j of the four blocks is in one vector; transposed, a vector is one block.
  const low01 = v128.shuffle<i32>(counter0, counter1, 0, 4, 1, 5);
  const high01 = v128.shuffle<i32>(counter0, counter1, 2, 6, 3, 7);
  const low23 = v128.shuffle<i32>(counter2, counter3, 0, 4, 1, 5);
  const high23 = v128.shuffle<i32>(counter2, counter3, 2, 6, 3, 7);
  const y0 = v128.shuffle<i32>(low01, low23, 0, 1, 4, 5);
  const y1 = v128.shuffle<i32>(low01, low23, 2, 3, 6, 7);
  const y2 = v128.shuffle<i32>(high01, high23, 0, 1, 4, 5);
  const y3 = v128.shuffle<i32>(high01, high23, 2, 3, 6, 7);
  if (count == 16) {
    v128.store(y, y0);
    v128.store(y, y1, 16);
    v128.store(y, y2, 32);
    v128.store(y, y3, 48);
  } else {
    storeSome(y, y0, count);
    storeSome(y + 16, y1, count - 4);
    storeSome(y + 32, y2, count - 8);
    storeSome(y + 48, y3, count - 12);
  }
}

// @ts-ignore: decorator
@inline
function storeSome(y: usize, x: v128, count: i32): void {
  if (count >= 4) v128.store(y, x);
  else if (count > 0) storeFirst(y, x, count);
}

/** The top 24 bits as a fraction in [0, 1), exact. */
// @ts-ignore: decorator
@inline
function fraction(word: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(word, 8)), f32x4.splat(TWO_TO_MINUS_24));
}

/** minimum + fraction · range in f64, as the reference computes it. */
// @ts-ignore: decorator
@inline
function uniform(word: v128, minimum: v128, range: v128): v128 {
  const x = fraction(word);
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3));
  const low32 = f32x4.demote_f64x2_zero(f64x2.add(f64x2.mul(low, range), minimum));
  const high32 = f32x4.demote_f64x2_zero(f64x2.add(f64x2.mul(high, range), minimum));
  return v128.shuffle<i32>(low32, high32, 0, 1, 4, 5);
}

/** √(−2 ln u), u = (top 24 bits + 1) · 2⁻²⁴. */
// @ts-ignore: decorator
@inline
function radius(word: v128): v128 {
  const u = f32x4.mul(
    f32x4.convert_i32x4_s(i32x4.add(i32x4.shr_u(word, 8), i32x4.splat(1))),
    f32x4.splat(TWO_TO_MINUS_24),
  );
  return f32x4.sqrt(f32x4.mul(f32x4.splat(-2), logPositive(u)));
}

/** sin 2π(t + phase/4) for t in [0, 1): the nearest quarter turn is taken off exactly. */
// @ts-ignore: decorator
@inline
function sinTurns(turns: v128, phase: i32): v128 {
  const quarters = f32x4.nearest(f32x4.mul(turns, f32x4.splat(4)));
  const rest = f32x4.sub(turns, f32x4.mul(quarters, f32x4.splat(0.25)));
  const quadrant = i32x4.add(i32x4.trunc_sat_f32x4_s(quarters), i32x4.splat(phase));
  return sinQuadrant(f32x4.mul(rest, f32x4.splat(TWO_PI)), quadrant);
}
