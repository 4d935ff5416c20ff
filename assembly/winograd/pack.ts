// The filter at the points of Winograd's minimal filtering.

import {
  WINOGRAD_PACK_BYTES,
  WINOGRAD_PACK_FORWARD,
  WINOGRAD_PACK_TURNED,
  WINOGRAD_POINT_GAP,
} from '../abi/winograd';
import { RECORD_ARGS } from '../abi/record';
import { loadFirst, shareStart } from '../split';
import { madd } from '../simd/arithmetic';
import { g2, g3, g4 } from './transform-filter';

/**
 * packed ← G w Gᵀ for every stride phase of a square filter, input channel and output channel.
 *
 * Arguments packed, scratch (WINOGRAD_PACK_BYTES a share); filter; layout, filter's size, stride, inC, outC,
 *           points of a column, of a row.
 * Layout    filter: HWIO. packed: point after point, pointStep bytes apart; in each, panels of 8 columns,
 *           [depth][8], columns past the end 0. WINOGRAD_PACK_FORWARD: depth is (phase, input channel), columns are output
 *           channels. _ADJOINT: depth is output channels; columns are input channels, all panels of a phase
 *           together. _TURNED: the same for stride 1, the filter turned by half a turn.
 * Threads   each takes a range of panels of each phase.
 */
export function packWinograd(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const packed = <usize>load<u32>(args);
  const scratch = <usize>load<u32>(args, 4) + <usize>WINOGRAD_PACK_BYTES * thread;
  const filter = <usize>load<u32>(args, 8);
  const layout = load<i32>(args, 12);
  const size = load<i32>(args, 16);
  const stride = load<i32>(args, 20);
  const inC = load<i32>(args, 24);
  const outC = load<i32>(args, 28);
  const pointsH = load<i32>(args, 32);
  const pointsW = load<i32>(args, 36);
  const forward = layout == WINOGRAD_PACK_FORWARD;
  const taps = size / stride;
  const phases = stride * stride;
  const panels = ((forward ? outC : inC) + 7) >> 3;
  const from = shareStart(panels, thread, threads);
  const to = shareStart(panels, thread + 1, threads);
  const channelBytes = <usize>outC << 2;
  const tapBytes = <usize>inC * channelBytes;
  const depth = forward ? phases * inC : outC;
  const pointBytes = pointStep(depth, forward ? panels : phases * panels);
  const b = changetype<Bank>(scratch + 16 * 40);
  b.taps = taps;
  b.pointsH = pointsH;
  b.pointsW = pointsW;
  b.channelBytes = forward ? channelBytes : 32;
  b.sourceBytes = channelBytes;
  b.copy = changetype<usize>(b) + 64;
  b.middle = scratch;
  for (let phase = 0; phase < phases; phase++) {
    let tap = filter + <usize>((phase / stride) * size + (phase % stride)) * tapBytes;
    b.right = <usize>stride * tapBytes;
    b.down = <usize>(stride * size) * tapBytes;
    if (layout == WINOGRAD_PACK_TURNED) {
      tap = filter + <usize>(size * size - 1) * tapBytes;
      b.right = 0 - b.right;
      b.down = 0 - b.down;
    }
    if (!forward) {
      b.sourceRight = b.right;
      b.sourceDown = b.down;
      b.right = <usize>COPIED << 5;
      b.down = <usize>taps * b.right;
    }
    for (let panel = from; panel < to; panel++) {
      const first = panel << 3;
      if (forward) {
        const place = packed + (<usize>(panel * depth + phase * inC) << 5);
        filterPoints(b, tap + (<usize>first << 2), inC, outC - first, place, pointBytes);
        continue;
      }
      const count = min(8, inC - first);
      for (let c = 0; c < outC; c += COPIED) {
        const rows = min(COPIED, outC - c);
        copyTaps(b, tap + <usize>first * channelBytes + (<usize>c << 2), count, rows);
        const place = packed + (<usize>((phase * panels + panel) * outC + c) << 5);
        filterPoints(b, b.copy, rows, count, place, pointBytes);
      }
    }
  }
}

// Output channels copied at once for a panel of input channels: rows of the filter far apart share cache sets.
const COPIED: i32 = 16;

// copy[tap][output channel][8 input channels] of `rows` output channels and `count` input channels, from `at` on;
// input channels past the end are 0.
function copyTaps(b: Bank, at: usize, count: i32, rows: i32): void {
  let to = b.copy;
  for (let i = 0; i < b.taps; i++) {
    let tap = at;
    for (let j = 0; j < b.taps; j++) {
      for (let c = 0; c < rows; c += 4) {
        const from = tap + (<usize>c << 2);
        const place = to + (<usize>c << 5);
        transposeQuad(place, from, b.sourceBytes, rows - c, count);
        transposeQuad(place + 16, from + (b.sourceBytes << 2), b.sourceBytes, rows - c, count - 4);
      }
      tap += b.sourceRight;
      to += <usize>COPIED << 5;
    }
    at += b.sourceDown;
  }
}

// Vectors of `lanes` floats, `step` bytes apart, to four rows of half a panel; those past the first `count` are 0.
function transposeQuad(to: usize, from: usize, step: usize, lanes: i32, count: i32): void {
  if (lanes >= 4 && count >= 4) {
    const from2 = from + (step << 1);
    storeTransposed(to, v128.load(from), v128.load(from + step), v128.load(from2), v128.load(from2 + step));
    return;
  }
  const zero = i32x4.splat(0);
  const r0 = count > 0 ? loadSome(from, lanes) : zero;
  const r1 = count > 1 ? loadSome(from + step, lanes) : zero;
  const r2 = count > 2 ? loadSome(from + (step << 1), lanes) : zero;
  const r3 = count > 3 ? loadSome(from + step * 3, lanes) : zero;
  storeTransposed(to, r0, r1, r2, r3);
}

// @ts-ignore: decorator
@inline
function storeTransposed(to: usize, r0: v128, r1: v128, r2: v128, r3: v128): void {
  const low01 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5);
  const low23 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
  const high01 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
  const high23 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(low01, low23, 0, 2));
  v128.store(to, v128.shuffle<i64>(low01, low23, 1, 3), 32);
  v128.store(to, v128.shuffle<i64>(high01, high23, 0, 2), 64);
  v128.store(to, v128.shuffle<i64>(high01, high23, 1, 3), 96);
}

/** Bytes from one point of a packed filter to the next: never a power of two, whose multiples share cache sets. */
export function pointStep(depth: i32, panels: i32): usize {
  return (<usize>(panels * depth) << 5) + WINOGRAD_POINT_GAP;
}

/** What filterPoints needs to know of a filter. */
@unmanaged
class Bank {
  taps: i32;
  pointsH: i32;
  pointsW: i32;
  /** From one tap to the next. */
  down: usize;
  right: usize;
  /** From one input channel to the next. */
  channelBytes: usize;
  /** 40 vectors. */
  middle: usize;
  /** The same three steps in the filter itself, where filterPoints reads a copy. */
  sourceDown: usize;
  sourceRight: usize;
  sourceBytes: usize;
  copy: usize;
}

/**
 * The points of `count` input channels from `at` on, each for eight neighbouring output channels: a row of a panel.
 *
 * @param lanes output channels that there are, 8 if more; the others are 0.
 * @param to place of point 0; the next input channel 32 bytes, the next point `pointBytes` behind.
 */
function filterPoints(b: Bank, at: usize, count: i32, lanes: i32, to: usize, pointBytes: usize): void {
  if (b.taps == 2) {
    twoTaps(b, at, count, lanes, to, pointBytes);
    twoTaps(b, at + 16, count, lanes - 4, to + 16, pointBytes);
    return;
  }
  // Both halves of a row at once: with so many points its cache lines would not wait for the second one.
  for (; count > 0; count--) {
    if (b.taps == 3) {
      threeTaps(b, at, lanes, to, pointBytes);
      threeTaps(b, at + 16, lanes - 4, to + 16, pointBytes);
    } else {
      fourTaps(b, at, lanes, to, pointBytes);
      fourTaps(b, at + 16, lanes - 4, to + 16, pointBytes);
    }
    at += b.channelBytes;
    to += 32;
  }
}

// The points of one input channel and four output channels for four taps, by way of lines aside.
function fourTaps(b: Bank, at: usize, lanes: i32, to: usize, pointBytes: usize): void {
  const line: usize = 64;
  const middle = b.middle + 16 * 16;
  let tap = b.middle;
  for (let i = 0; i < 4; i++) {
    let from = at;
    for (let j = 0; j < 4; j++) {
      v128.store(tap, loadSome(from, lanes));
      from += b.right;
      tap += 16;
    }
    at += b.down;
  }
  for (let j: usize = 0; j < line; j += 16) pointsOf(middle + j, line, b.pointsH, b.middle + j, line);
  for (let i: usize = 0; i < <usize>b.pointsH; i++) {
    pointsOf(to, pointBytes, b.pointsW, middle + i * line, 16);
    to += <usize>b.pointsW * pointBytes;
  }
}

// @ts-ignore: decorator
@inline
function pointsOf(to: usize, step: usize, points: i32, from: usize, fromStep: usize): void {
  const w0 = v128.load(from);
  const w1 = v128.load(from + fromStep);
  const w2 = v128.load(from + (fromStep << 1));
  g4(to, step, points, w0, w1, w2, v128.load(from + fromStep * 3));
}

// The points of four output channels for two taps, whose lines need no memory in between.
function twoTaps(b: Bank, at: usize, count: i32, lanes: i32, to: usize, pointBytes: usize): void {
  const right = b.right;
  const down = b.down;
  const channelBytes = b.channelBytes;
  const pointsH = b.pointsH;
  const pointsW = b.pointsW;
  const rowBytes = <usize>pointsW * pointBytes;
  for (; count > 0; count--) {
    const w00 = loadSome(at, lanes);
    const w01 = loadSome(at + right, lanes);
    const w10 = loadSome(at + down, lanes);
    const w11 = loadSome(at + down + right, lanes);
    at += channelBytes;
    let place = to;
    to += 32;
    const half = f32x4.splat(0.5);
    g2(place, pointBytes, pointsW, f32x4.mul(half, w00), f32x4.mul(half, w01));
    place += rowBytes;
    g2(place, pointBytes, pointsW, f32x4.mul(half, f32x4.add(w00, w10)), f32x4.mul(half, f32x4.add(w01, w11)));
    place += rowBytes;
    g2(place, pointBytes, pointsW, w10, w11);
    if (pointsH < 4) continue;
    const sixth = f32x4.splat(1 / 6.0);
    place += rowBytes;
    g2(place, pointBytes, pointsW, f32x4.mul(sixth, f32x4.sub(w00, w10)), f32x4.mul(sixth, f32x4.sub(w01, w11)));
    if (pointsH < 5) continue;
    place += rowBytes;
    const two0 = f32x4.add(w00, f32x4.add(w10, w10));
    const two1 = f32x4.add(w01, f32x4.add(w11, w11));
    g2(place, pointBytes, pointsW, f32x4.mul(sixth, two0), f32x4.mul(sixth, two1));
    if (pointsH < 6) continue;
    place += rowBytes;
    const minusHalf = f32x4.splat(-0.5);
    const last = f32x4.splat(-16 / 15.0);
    const half0 = f32x4.mul(last, madd(minusHalf, w10, w00));
    const half1 = f32x4.mul(last, madd(minusHalf, w11, w01));
    g2(place, pointBytes, pointsW, half0, half1);
  }
}

// The points of one input channel and four output channels for three taps, without memory in between as well.
function threeTaps(b: Bank, at: usize, lanes: i32, to: usize, pointBytes: usize): void {
  const right = b.right;
  const down = b.down;
  const pointsH = b.pointsH;
  const pointsW = b.pointsW;
  const rowBytes = <usize>pointsW * pointBytes;
  const w00 = loadSome(at, lanes);
  const w01 = loadSome(at + right, lanes);
  const w02 = loadSome(at + (right << 1), lanes);
  at += down;
  const w10 = loadSome(at, lanes);
  const w11 = loadSome(at + right, lanes);
  const w12 = loadSome(at + (right << 1), lanes);
  at += down;
  const w20 = loadSome(at, lanes);
  const w21 = loadSome(at + right, lanes);
  const w22 = loadSome(at + (right << 1), lanes);
  const half = f32x4.splat(0.5);
  g3(to, pointBytes, pointsW, f32x4.mul(half, w00), f32x4.mul(half, w01), f32x4.mul(half, w02));
  to += rowBytes;
  g3(to, pointBytes, pointsW, atOne(half, w00, w10, w20), atOne(half, w01, w11, w21), atOne(half, w02, w12, w22));
  to += rowBytes;
  g3(to, pointBytes, pointsW, w20, w21, w22);
  if (pointsH < 4) return;
  const sixth = f32x4.splat(1 / 6.0);
  to += rowBytes;
  const one0 = f32x4.mul(sixth, f32x4.sub(f32x4.add(w00, w20), w10));
  const one1 = f32x4.mul(sixth, f32x4.sub(f32x4.add(w01, w21), w11));
  const one2 = f32x4.mul(sixth, f32x4.sub(f32x4.add(w02, w22), w12));
  g3(to, pointBytes, pointsW, one0, one1, one2);
  if (pointsH < 5) return;
  to += rowBytes;
  g3(to, pointBytes, pointsW, atTwo(w00, w10, w20), atTwo(w01, w11, w21), atTwo(w02, w12, w22));
  if (pointsH < 6) return;
  to += rowBytes;
  g3(to, pointBytes, pointsW, atHalf(w00, w10, w20), atHalf(w01, w11, w21), atHalf(w02, w12, w22));
}

// @ts-ignore: decorator
@inline
function atOne(half: v128, w0: v128, w1: v128, w2: v128): v128 {
  return f32x4.mul(half, f32x4.add(f32x4.add(w0, w2), w1));
}

// @ts-ignore: decorator
@inline
function atTwo(w0: v128, w1: v128, w2: v128): v128 {
  const sum = f32x4.add(f32x4.add(w2, w2), w1);
  return f32x4.mul(f32x4.splat(1 / 6.0), f32x4.add(f32x4.add(sum, sum), w0));
}

// @ts-ignore: decorator
@inline
function atHalf(w0: v128, w1: v128, w2: v128): v128 {
  const minusHalf = f32x4.splat(-0.5);
  return f32x4.mul(f32x4.splat(-16 / 15.0), madd(minusHalf, madd(minusHalf, w2, w1), w0));
}

// The first `lanes` floats, the others 0.
// @ts-ignore: decorator
@inline
function loadSome(from: usize, lanes: i32): v128 {
  if (lanes >= 4) return v128.load(from);
  return lanes > 0 ? loadFirst(from, lanes) : i32x4.splat(0);
}
