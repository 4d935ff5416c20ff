// Optimizer steps, in place: parameters and moments are read, updated and written in one pass.
//
// Arguments the outputs of each of k parameters, then the inputs of each, then the scalars, then the k numbers of
//           elements: a record updates as many parameters as share their scalars and fit into its words.
// Layout    flat f32 buffers of n elements, each 64-byte aligned.
// Splitting at cache lines; every element depends on its own index only.
// Tails     four vectors, then one, at a time; the last partial vector is computed whole (the reads stay
//           within the buffers' alignment) and its valid lanes are stored.
// Numerics  f32; square root and division are correctly rounded. Scalars are computed by the caller in f64
//           and rounded once.

import { OP_ADAM, OP_AVERAGE, OP_CLIP_IN_PLACE, OP_RMSPROP, OP_SGD, OP_SGD_MOMENTUM } from './abi/optimizer';
import { RECORD_ARGS, RECORD_OUTPUTS } from './abi/record';
import { madd, nmadd } from './simd/arithmetic';
import { partStart, storeFirst } from './split';

// Elements in a cache line: no two threads write the same one.
// @ts-ignore: decorator
@inline
const LINE: usize = 16;

/** Dispatches the optimizer family. */
export function optimizer(record: usize, opcode: i32, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const outputs = load<i32>(record + (RECORD_OUTPUTS << 2));
  switch (opcode) {
    case OP_SGD:
      sgd(args, outputs, thread, threads);
      break;
    case OP_SGD_MOMENTUM:
      sgdMomentum(args, outputs >> 1, thread, threads);
      break;
    case OP_RMSPROP:
      rmsProp(args, outputs >> 1, thread, threads);
      break;
    case OP_ADAM:
      adam(args, outputs / 3, thread, threads);
      break;
    case OP_AVERAGE:
      average(args, outputs, thread, threads);
      break;
    case OP_CLIP_IN_PLACE:
      clipInPlace(args, outputs, thread, threads);
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

/** Number of elements of parameter `index`, the lengths being behind `count` scalars. */
// @ts-ignore: decorator
@inline
function lengthAt(scalars: usize, count: i32, index: i32): usize {
  return load<u32>(scalars + (<usize>(count + index) << 2));
}

// @ts-ignore: decorator
@inline
function sgdVector(p: usize, g: usize, rate: v128): v128 {
  return nmadd(rate, v128.load(g), v128.load(p));
}

// p −= rate · g.  Arguments: (p)…, (p, g)…, rate, n….
function sgd(args: usize, count: i32, thread: i32, threads: i32): void {
  for (let i = 0; i < count; i++) sgdOne(args, count, i, thread, threads);
}

function sgdOne(args: usize, count: i32, index: i32, thread: i32, threads: i32): void {
  const inputs = args + (<usize>count << 2);
  const scalars = inputs + (<usize>count << 3);
  const n = lengthAt(scalars, 1, index);
  const rate = scalarAt(scalars, 0);
  const first = partStart(n, LINE, thread, threads);
  let left = <isize>(partStart(n, LINE, thread + 1, threads) - first);
  const offset = first << 2;
  let p = pointerAt(args, index) + offset;
  let g = pointerAt(inputs, 2 * index + 1) + offset;
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

// v = momentum · v + g; p −= rate · v.  Arguments: (p, v)…, (p, g, v)…, rate, momentum, n….
function sgdMomentum(args: usize, count: i32, thread: i32, threads: i32): void {
  for (let i = 0; i < count; i++) sgdMomentumOne(args, count, i, thread, threads);
}

function sgdMomentumOne(args: usize, count: i32, index: i32, thread: i32, threads: i32): void {
  const inputs = args + (<usize>(2 * count) << 2);
  const scalars = inputs + (<usize>(3 * count) << 2);
  const n = lengthAt(scalars, 2, index);
  const rate = scalarAt(scalars, 0);
  const momentum = scalarAt(scalars, 1);
  const first = partStart(n, LINE, thread, threads);
  let left = <isize>(partStart(n, LINE, thread + 1, threads) - first);
  const offset = first << 2;
  let p = pointerAt(args, 2 * index) + offset;
  let v = pointerAt(args, 2 * index + 1) + offset;
  let g = pointerAt(inputs, 3 * index + 1) + offset;
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
// Arguments: (p, s)…, (p, g, s)…, rate, decay, keep, ε, n….
function rmsProp(args: usize, count: i32, thread: i32, threads: i32): void {
  for (let i = 0; i < count; i++) rmsPropOne(args, count, i, thread, threads);
}

function rmsPropOne(args: usize, count: i32, index: i32, thread: i32, threads: i32): void {
  const inputs = args + (<usize>(2 * count) << 2);
  const scalars = inputs + (<usize>(3 * count) << 2);
  const n = lengthAt(scalars, 4, index);
  const rate = scalarAt(scalars, 0);
  const decay = scalarAt(scalars, 1);
  const keep = scalarAt(scalars, 2);
  const epsilon = scalarAt(scalars, 3);
  const first = partStart(n, LINE, thread, threads);
  let left = <isize>(partStart(n, LINE, thread + 1, threads) - first);
  const offset = first << 2;
  let p = pointerAt(args, 2 * index) + offset;
  let s = pointerAt(args, 2 * index + 1) + offset;
  let g = pointerAt(inputs, 3 * index + 1) + offset;
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
// Arguments: (p, m, s)…, (p, g, m, s)…, rate, β₁, keep₁, β₂, keep₂, correct, ε, n….
function adam(args: usize, count: i32, thread: i32, threads: i32): void {
  for (let i = 0; i < count; i++) adamOne(args, count, i, thread, threads);
}

function adamOne(args: usize, count: i32, index: i32, thread: i32, threads: i32): void {
  const inputs = args + (<usize>(3 * count) << 2);
  const scalars = inputs + (<usize>(4 * count) << 2);
  const n = lengthAt(scalars, 7, index);
  const rate = scalarAt(scalars, 0);
  const beta1 = scalarAt(scalars, 1);
  const keep1 = scalarAt(scalars, 2);
  const beta2 = scalarAt(scalars, 3);
  const keep2 = scalarAt(scalars, 4);
  const correct = scalarAt(scalars, 5);
  const epsilon = scalarAt(scalars, 6);
  const start = partStart(n, LINE, thread, threads);
  let left = <isize>(partStart(n, LINE, thread + 1, threads) - start);
  const offset = start << 2;
  let p = pointerAt(args, 3 * index) + offset;
  let m = pointerAt(args, 3 * index + 1) + offset;
  let s = pointerAt(args, 3 * index + 2) + offset;
  let g = pointerAt(inputs, 4 * index + 1) + offset;
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

// a = decay · a + keep · p, keep = 1 − decay.  Arguments: (a)…, (a, p)…, decay, keep, n….
function average(args: usize, count: i32, thread: i32, threads: i32): void {
  for (let i = 0; i < count; i++) averageOne(args, count, i, thread, threads);
}

function averageOne(args: usize, count: i32, index: i32, thread: i32, threads: i32): void {
  const inputs = args + (<usize>count << 2);
  const scalars = inputs + (<usize>count << 3);
  const n = lengthAt(scalars, 2, index);
  const decay = scalarAt(scalars, 0);
  const keep = scalarAt(scalars, 1);
  const first = partStart(n, LINE, thread, threads);
  let left = <isize>(partStart(n, LINE, thread + 1, threads) - first);
  const offset = first << 2;
  let a = pointerAt(args, index) + offset;
  let p = pointerAt(inputs, 2 * index + 1) + offset;
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

// p = min(max(p, low), high); NaN stays.  Arguments: (p)…, (p)…, low, high, n….
function clipInPlace(args: usize, count: i32, thread: i32, threads: i32): void {
  for (let i = 0; i < count; i++) clipOne(args, count, i, thread, threads);
}

function clipOne(args: usize, count: i32, index: i32, thread: i32, threads: i32): void {
  const scalars = args + (<usize>count << 3);
  const n = lengthAt(scalars, 2, index);
  const low = scalarAt(scalars, 0);
  const high = scalarAt(scalars, 1);
  const first = partStart(n, LINE, thread, threads);
  let left = <isize>(partStart(n, LINE, thread + 1, threads) - first);
  let p = pointerAt(args, index) + (first << 2);
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
