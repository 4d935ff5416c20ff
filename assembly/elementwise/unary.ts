// f32 functions of one operand.
import {
  UNARY_ABS,
  UNARY_CEIL,
  UNARY_CLIP,
  UNARY_COS,
  UNARY_ELU,
  UNARY_ERF,
  UNARY_EXP,
  UNARY_EXPM1,
  UNARY_FLOOR,
  UNARY_LEAKY_RELU,
  UNARY_LOG,
  UNARY_LOG1P,
  UNARY_NEG,
  UNARY_RECIPROCAL,
  UNARY_RELU,
  UNARY_RELU6,
  UNARY_ROUND,
  UNARY_RSQRT,
  UNARY_SELU,
  UNARY_SIGMOID,
  UNARY_SIGN,
  UNARY_SIN,
  UNARY_SOFTPLUS,
  UNARY_SQRT,
  UNARY_SQUARE,
  UNARY_STEP,
  UNARY_TANH,
} from '../abi/elementwise';
import { RECORD_ARGS } from '../abi/record';
import { partStart, storeFirst } from '../split';
import {
  Abs,
  Ceil,
  Clip,
  Cos,
  Elu,
  Erf,
  Exp,
  Expm1,
  Floor,
  LeakyRelu,
  Log,
  Log1p,
  Neg,
  Reciprocal,
  Relu,
  Relu6,
  Round,
  Rsqrt,
  Selu,
  Sigmoid,
  Sign,
  Sin,
  Softplus,
  Sqrt,
  Square,
  Step,
  Tanh,
} from './unary-functions';

/**
 * y[n] = f(x[n]).
 * Arguments y, x, n, function, two f32 parameters. y may be x.
 * Layout    contiguous f32. Alignment 4 bytes; 64-byte aligned buffers are read up to the end of the line.
 * Tiling    two vectors a step, since V8 makes every constant of a polynomial anew in each (three instructions
 *           each, which is most of a step of one vector); tails: a whole step is computed, valid lanes stored.
 * Threads   whole lines of 16 elements.
 * Numerics  as stated at the function; the same for body and tail.
 */
export function f32_unary(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const n = <usize>load<u32>(args, 8);
  const first = partStart(n, 16, thread, threads) << 2;
  const end = partStart(n, 16, thread + 1, threads) << 2;
  if (first >= end) return;
  const y = <usize>load<u32>(args);
  const x = <usize>load<u32>(args, 4);
  unaryRow(load<i32>(args, 12), y + first, x + first, end - first, args + 16);
}

/** `bytes` bytes of y = f(x), f being `code`, with the two f32 at `parameters`. */
export function unaryRow(code: i32, y: usize, x: usize, bytes: usize, parameters: usize): void {
  const p = v128.load32_splat(parameters);
  const q = v128.load32_splat(parameters, 4);
  if (code < UNARY_EXP) arithmetic(code, y, x, bytes, p, q);
  else transcendental(code, y, x, bytes, p, q);
}

function arithmetic(code: i32, y: usize, x: usize, bytes: usize, p: v128, q: v128): void {
  switch (code) {
    case UNARY_ABS:
      return map<Abs>(y, x, bytes, p, q);
    case UNARY_NEG:
      return map<Neg>(y, x, bytes, p, q);
    case UNARY_SQUARE:
      return map<Square>(y, x, bytes, p, q);
    case UNARY_SQRT:
      return map<Sqrt>(y, x, bytes, p, q);
    case UNARY_RSQRT:
      return map<Rsqrt>(y, x, bytes, p, q);
    case UNARY_RECIPROCAL:
      return map<Reciprocal>(y, x, bytes, p, q);
    case UNARY_FLOOR:
      return map<Floor>(y, x, bytes, p, q);
    case UNARY_CEIL:
      return map<Ceil>(y, x, bytes, p, q);
    case UNARY_ROUND:
      return map<Round>(y, x, bytes, p, q);
    case UNARY_SIGN:
      return map<Sign>(y, x, bytes, p, q);
    case UNARY_STEP:
      return map<Step>(y, x, bytes, p, q);
    case UNARY_CLIP:
      return map<Clip>(y, x, bytes, p, q);
    case UNARY_RELU:
      return map<Relu>(y, x, bytes, p, q);
    case UNARY_RELU6:
      return map<Relu6>(y, x, bytes, p, q);
    case UNARY_LEAKY_RELU:
      return map<LeakyRelu>(y, x, bytes, p, q);
    default:
      unreachable();
  }
}

function transcendental(code: i32, y: usize, x: usize, bytes: usize, p: v128, q: v128): void {
  switch (code) {
    case UNARY_EXP:
      return mapWide<Exp>(y, x, bytes, p, q);
    case UNARY_EXPM1:
      return map<Expm1>(y, x, bytes, p, q);
    case UNARY_LOG:
      return map<Log>(y, x, bytes, p, q);
    case UNARY_LOG1P:
      return map<Log1p>(y, x, bytes, p, q);
    case UNARY_TANH:
      return mapWide<Tanh>(y, x, bytes, p, q);
    case UNARY_SIGMOID:
      return mapWide<Sigmoid>(y, x, bytes, p, q);
    case UNARY_SOFTPLUS:
      return map<Softplus>(y, x, bytes, p, q);
    case UNARY_ELU:
      return map<Elu>(y, x, bytes, p, q);
    case UNARY_SELU:
      return map<Selu>(y, x, bytes, p, q);
    case UNARY_SIN:
      return map<Sin>(y, x, bytes, p, q);
    case UNARY_COS:
      return map<Cos>(y, x, bytes, p, q);
    case UNARY_ERF:
      return map<Erf>(y, x, bytes, p, q);
    default:
      unreachable();
  }
}

/** The last vectors come out of the loop too, lest a function's code be there twice more. */
function map<F>(y: usize, x: usize, bytes: usize, p: v128, q: v128): void {
  const f = changetype<F>(0);
  for (let left = <isize>bytes; left > 0; left -= 32) {
    const y0 = f.apply(v128.load(x), p, q);
    const y1 = f.apply(v128.load(x, 16), p, q);
    if (left < 32) return storeRest(y, y0, y1, left);
    v128.store(y, y0);
    v128.store(y, y1, 16);
    y += 32;
    x += 32;
  }
}

/** The same in steps of four vectors: up to 15 % faster, at 0.6 KB of code a function; not where size counts. */
function mapWide<F>(y: usize, x: usize, bytes: usize, p: v128, q: v128): void {
  if (ASC_SHRINK_LEVEL > 0) return map<F>(y, x, bytes, p, q);
  const f = changetype<F>(0);
  const end = y + (bytes & ~63);
  for (; y < end; y += 64, x += 64) {
    const y0 = f.apply(v128.load(x), p, q);
    const y1 = f.apply(v128.load(x, 16), p, q);
    const y2 = f.apply(v128.load(x, 32), p, q);
    const y3 = f.apply(v128.load(x, 48), p, q);
    v128.store(y, y0);
    v128.store(y, y1, 16);
    v128.store(y, y2, 32);
    v128.store(y, y3, 48);
  }
  map<F>(y, x, bytes & 63, p, q);
}

function storeRest(y: usize, y0: v128, y1: v128, bytes: isize): void {
  if (bytes < 16) return storeFirst(y, y0, <i32>(bytes >> 2));
  v128.store(y, y0);
  if (bytes > 16) storeFirst(y + 16, y1, <i32>((bytes - 16) >> 2));
}
