// Optimizer steps, in place: parameters and moments are read, updated and written in one pass.
//
// Layout    flat f32 buffers of n elements, each 64-byte aligned.
// Splitting at cache lines; every element depends on its own index only.
// Tails     four vectors, then one, at a time; the last partial vector is computed whole (the reads stay
//           within the buffers' alignment) and its valid lanes are stored.
// Numerics  f32; square root and division are correctly rounded. Scalars are computed by the caller in f64
//           and rounded once.

import { OP_ADAM, OP_AVERAGE, OP_CLIP_IN_PLACE, OP_RMSPROP, OP_SGD, OP_SGD_MOMENTUM } from './abi/optimizer';
import { RECORD_ARGS } from './abi/record';
import { madd, nmadd } from './simd/arithmetic';
import { partStart, storeFirst } from './split';

// Elements in a cache line: no two threads write the same one.
// @ts-ignore: decorator
@inline
const LINE: usize = 16;

/** Dispatches the optimizer family. */
export function optimizer(record: usize, opcode: i32, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  switch (opcode) {
    case OP_SGD:
      sgd(args, thread, threads);
      break;
    case OP_SGD_MOMENTUM:
      sgdMomentum(args, thread, threads);
      break;
    case OP_RMSPROP:
      rmsProp(args, thread, threads);
      break;
    case OP_ADAM:
      adam(args, thread, threads);
      break;
    case OP_AVERAGE:
      average(args, thread, threads);
      break;
    case OP_CLIP_IN_PLACE:
      clipInPlace(args, thread, threads);
      break;
    default:
      unreachable();
  }
}

// @ts-ignore: decorator
@inline
function pointerAt(args: usize, index: i32): usize {
  return load<u32>(args + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
function scalarAt(args: usize, index: i32): v128 {
  return v128.load32_splat(args + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
function sgdVector(p: usize, g: usize, rate: v128): v128 {
  return nmadd(rate, v128.load(g), v128.load(p));
}

// p −= rate · g.  Arguments: p, p, g, n, rate.
function sgd(args: usize, thread: i32, threads: i32): void {
  const n = <usize>load<u32>(args + 12);
  const rate = scalarAt(args, 4);
  const first = partStart(n, LINE, thread, threads);
  let left = <isize>(partStart(n, LINE, thread + 1, threads) - first);
  const offset = first << 2;
  let p = pointerAt(args, 0) + offset;
  let g = pointerAt(args, 2) + offset;
  for (; left >= 16; left -= 16) {
    v128.store(p, sgdVector(p, g, rate));
    v128.store(p + 16, sgdVector(p + 16, g + 16, rate));
    v128.store(p + 32, sgdVector(p + 32, g + 32, rate));
    v128.store(p + 48, sgdVector(p + 48, g + 48, rate));
    p += 64;
    g += 64;
  }
  for (; left >= 4; left -= 4) {
    v128.store(p, sgdVector(p, g, rate));
    p += 16;
    g += 16;
  }
  if (left > 0) storeFirst(p, sgdVector(p, g, rate), left);
}

// v = momentum · v + g; p −= rate · v.  Arguments: p, v, p, g, v, n, rate, momentum.
function sgdMomentum(args: usize, thread: i32, threads: i32): void {
  const n = <usize>load<u32>(args + 20);
  const rate = scalarAt(args, 6);
  const momentum = scalarAt(args, 7);
  const first = partStart(n, LINE, thread, threads);
  let left = <isize>(partStart(n, LINE, thread + 1, threads) - first);
  const offset = first << 2;
  let p = pointerAt(args, 0) + offset;
  let v = pointerAt(args, 1) + offset;
  let g = pointerAt(args, 3) + offset;
  for (; left >= 4; left -= 4) {
    const velocity = madd(momentum, v128.load(v), v128.load(g));
    v128.store(v, velocity);
    v128.store(p, nmadd(rate, velocity, v128.load(p)));
    p += 16;
    v += 16;
    g += 16;
  }
  if (left > 0) {
    const velocity = madd(momentum, v128.load(v), v128.load(g));
    const parameter = nmadd(rate, velocity, v128.load(p));
    storeFirst(v, velocity, left);
    storeFirst(p, parameter, left);
  }
}

// @ts-ignore: decorator
@inline
function rmsPropSquare(s: usize, gradient: v128, decay: v128, keep: v128): v128 {
  return madd(decay, v128.load(s), f32x4.mul(f32x4.mul(keep, gradient), gradient));
}

// @ts-ignore: decorator
@inline
function rmsPropParameter(p: usize, gradient: v128, square: v128, rate: v128, epsilon: v128): v128 {
  return f32x4.sub(
    v128.load(p),
    f32x4.div(f32x4.mul(rate, gradient), f32x4.add(f32x4.sqrt(square), epsilon)),
  );
}

// s = decay · s + keep · g²; p −= rate · g / (√s + ε), keep = 1 − decay.
// Arguments: p, s, p, g, s, n, rate, decay, keep, ε.
function rmsProp(args: usize, thread: i32, threads: i32): void {
  const n = <usize>load<u32>(args + 20);
  const rate = scalarAt(args, 6);
  const decay = scalarAt(args, 7);
  const keep = scalarAt(args, 8);
  const epsilon = scalarAt(args, 9);
  const first = partStart(n, LINE, thread, threads);
  let left = <isize>(partStart(n, LINE, thread + 1, threads) - first);
  const offset = first << 2;
  let p = pointerAt(args, 0) + offset;
  let s = pointerAt(args, 1) + offset;
  let g = pointerAt(args, 3) + offset;
  for (; left >= 4; left -= 4) {
    const gradient = v128.load(g);
    const square = rmsPropSquare(s, gradient, decay, keep);
    v128.store(s, square);
    v128.store(p, rmsPropParameter(p, gradient, square, rate, epsilon));
    p += 16;
    s += 16;
    g += 16;
  }
  if (left > 0) {
    const gradient = v128.load(g);
    const square = rmsPropSquare(s, gradient, decay, keep);
    const parameter = rmsPropParameter(p, gradient, square, rate, epsilon);
    storeFirst(s, square, left);
    storeFirst(p, parameter, left);
  }
}

// @ts-ignore: decorator
@inline
function adamParameter(p: usize, first: v128, second: v128, rate: v128, correct: v128, epsilon: v128): v128 {
  const denominator = madd(f32x4.sqrt(second), correct, epsilon);
  return f32x4.sub(v128.load(p), f32x4.div(f32x4.mul(rate, first), denominator));
}

// m = β₁ m + keep₁ g; s = β₂ s + keep₂ g²; p −= rate · m / (√s · correct + ε), where keepᵢ = 1 − βᵢ,
// rate = learning rate / (1 − β₁ᵗ) and correct = 1/√(1 − β₂ᵗ).
// Arguments: p, m, s, p, g, m, s, n, rate, β₁, keep₁, β₂, keep₂, correct, ε.
function adam(args: usize, thread: i32, threads: i32): void {
  const n = <usize>load<u32>(args + 28);
  const rate = scalarAt(args, 8);
  const beta1 = scalarAt(args, 9);
  const keep1 = scalarAt(args, 10);
  const beta2 = scalarAt(args, 11);
  const keep2 = scalarAt(args, 12);
  const correct = scalarAt(args, 13);
  const epsilon = scalarAt(args, 14);
  const start = partStart(n, LINE, thread, threads);
  let left = <isize>(partStart(n, LINE, thread + 1, threads) - start);
  const offset = start << 2;
  let p = pointerAt(args, 0) + offset;
  let m = pointerAt(args, 1) + offset;
  let s = pointerAt(args, 2) + offset;
  let g = pointerAt(args, 4) + offset;
  for (; left >= 4; left -= 4) {
    const gradient = v128.load(g);
    const first = madd(beta1, v128.load(m), f32x4.mul(keep1, gradient));
    const second = madd(beta2, v128.load(s), f32x4.mul(f32x4.mul(keep2, gradient), gradient));
    v128.store(m, first);
    v128.store(s, second);
    v128.store(p, adamParameter(p, first, second, rate, correct, epsilon));
    p += 16;
    m += 16;
    s += 16;
    g += 16;
  }
  if (left > 0) {
    const gradient = v128.load(g);
    const first = madd(beta1, v128.load(m), f32x4.mul(keep1, gradient));
    const second = madd(beta2, v128.load(s), f32x4.mul(f32x4.mul(keep2, gradient), gradient));
    const parameter = adamParameter(p, first, second, rate, correct, epsilon);
    storeFirst(m, first, left);
    storeFirst(s, second, left);
    storeFirst(p, parameter, left);
  }
}

// @ts-ignore: decorator
@inline
function averageVector(a: usize, p: usize, decay: v128, keep: v128): v128 {
  return madd(decay, v128.load(a), f32x4.mul(keep, v128.load(p)));
}

// a = decay · a + keep · p, keep = 1 − decay.  Arguments: a, a, p, n, decay, keep.
function average(args: usize, thread: i32, threads: i32): void {
  const n = <usize>load<u32>(args + 12);
  const decay = scalarAt(args, 4);
  const keep = scalarAt(args, 5);
  const first = partStart(n, LINE, thread, threads);
  let left = <isize>(partStart(n, LINE, thread + 1, threads) - first);
  const offset = first << 2;
  let a = pointerAt(args, 0) + offset;
  let p = pointerAt(args, 2) + offset;
  for (; left >= 16; left -= 16) {
    v128.store(a, averageVector(a, p, decay, keep));
    v128.store(a + 16, averageVector(a + 16, p + 16, decay, keep));
    v128.store(a + 32, averageVector(a + 32, p + 32, decay, keep));
    v128.store(a + 48, averageVector(a + 48, p + 48, decay, keep));
    a += 64;
    p += 64;
  }
  for (; left >= 4; left -= 4) {
    v128.store(a, averageVector(a, p, decay, keep));
    a += 16;
    p += 16;
  }
  if (left > 0) storeFirst(a, averageVector(a, p, decay, keep), left);
}

// The pseudo-minimum and -maximum are one instruction each, and give back their first operand when it is NaN.
// @ts-ignore: decorator
@inline
function clipVector(p: usize, low: v128, high: v128): v128 {
  return f32x4.pmin(f32x4.pmax(v128.load(p), low), high);
}

// p = min(max(p, low), high); NaN stays.  Arguments: p, p, n, low, high.
function clipInPlace(args: usize, thread: i32, threads: i32): void {
  const n = <usize>load<u32>(args + 8);
  const low = scalarAt(args, 3);
  const high = scalarAt(args, 4);
  const first = partStart(n, LINE, thread, threads);
  let left = <isize>(partStart(n, LINE, thread + 1, threads) - first);
  let p = pointerAt(args, 0) + (first << 2);
  for (; left >= 16; left -= 16) {
    v128.store(p, clipVector(p, low, high));
    v128.store(p + 16, clipVector(p + 16, low, high));
    v128.store(p + 32, clipVector(p + 32, low, high));
    v128.store(p + 48, clipVector(p + 48, low, high));
    p += 64;
  }
  for (; left >= 4; left -= 4) {
    v128.store(p, clipVector(p, low, high));
    p += 16;
  }
  if (left > 0) storeFirst(p, clipVector(p, low, high), left);
}
