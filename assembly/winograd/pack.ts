// The filter at the points of Winograd's minimal filtering.

import {
  WINOGRAD_PACK_BYTES,
  WINOGRAD_PACK_FORWARD,
  WINOGRAD_PACK_TURNED,
  WINOGRAD_POINT_GAP,
} from '../abi/winograd';
import { RECORD_ARGS } from '../abi/record';
import { transpose4 } from '../gemm/pack';
import { copyWords, loadFirst, shareStart } from '../split';
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
  const points = <usize>(pointsH * pointsW);
  const values = scratch + 16 * 40;
  const channelBytes = <usize>outC << 2;
  const tapBytes = <usize>inC * channelBytes;
  const depth = forward ? phases * inC : outC;
  const pointBytes = pointStep(depth, forward ? panels : phases * panels);
  const b = changetype<Bank>(scratch + 16 * (40 + 32 * 36));
  b.taps = taps;
  b.pointsH = pointsH;
  b.pointsW = pointsW;
  b.channelBytes = forward ? channelBytes : <usize>COPIED << 2;
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
        filterPoints(b, tap + (<usize>first << 2), inC, outC - first, place, 32, pointBytes);
        filterPoints(b, tap + (<usize>first << 2) + 16, inC, outC - first - 4, place + 16, 32, pointBytes);
        continue;
      }
      const count = min(8, inC - first);
      for (let at = values; at < values + (points << 9); at += 16) v128.store(at, i32x4.splat(0));
      for (let c = 0; c < outC; c += COPIED) {
        copyTaps(b, tap + <usize>first * channelBytes + (<usize>c << 2), count, min(COPIED, outC - c));
        const rows = min(COPIED, outC - c);
        for (let i = 0; i < rows; i += 4) {
          const to = values + (<usize>i << 1) * (points << 4);
          filterPoints(b, b.copy + (<usize>i << 2), count, rows - i, to, points << 4, 16);
        }
        const place = packed + (<usize>((phase * panels + panel) * outC + c) << 5);
        panelRows(place, pointBytes, values, points, rows);
      }
    }
  }
}

// Output channels copied at once for a panel of input channels: rows of the filter far apart share cache sets.
const COPIED: i32 = 16;

// copy[tap][input channel][COPIED] of `count` input channels, each `lanes` output channels, from `at` on.
function copyTaps(b: Bank, at: usize, count: i32, lanes: i32): void {
  let to = b.copy;
  for (let i = 0; i < b.taps; i++) {
    let tap = at;
    for (let j = 0; j < b.taps; j++) {
      let from = tap;
      for (let c = 0; c < 8; c++) {
        if (c < count) copyWords(to, from, lanes);
        from += b.sourceBytes;
        to += <usize>COPIED << 2;
      }
      tap += b.sourceRight;
    }
    at += b.sourceDown;
  }
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
 * The points of `count` input channels from `at` on, each for four neighbouring output channels.
 *
 * @param lanes output channels that there are, 4 if more; the others are 0.
 * @param to place of point 0; the next input channel `step` bytes, the next point `pointBytes` behind.
 */
function filterPoints(b: Bank, at: usize, count: i32, lanes: i32, to: usize, step: usize, pointBytes: usize): void {
  if (b.taps == 2) {
    twoTaps(b, at, count, lanes, to, step, pointBytes);
    return;
  }
  const taps = b.taps;
  const line = <usize>taps << 4;
  const middle = b.middle + 16 * 16;
  for (; count > 0; count--) {
    let tap = b.middle;
    let row = at;
    for (let i = 0; i < taps; i++) {
      let from = row;
      for (let j = 0; j < taps; j++) {
        v128.store(tap, loadSome(from, lanes));
        from += b.right;
        tap += 16;
      }
      row += b.down;
    }
    for (let j: usize = 0; j < line; j += 16) pointsOf(taps, middle + j, line, b.pointsH, b.middle + j, line);
    let place = to;
    for (let i: usize = 0; i < <usize>b.pointsH; i++) {
      pointsOf(taps, place, pointBytes, b.pointsW, middle + i * line, 16);
      place += <usize>b.pointsW * pointBytes;
    }
    at += b.channelBytes;
    to += step;
  }
}

// @ts-ignore: decorator
@inline
function pointsOf(taps: i32, to: usize, step: usize, points: i32, from: usize, fromStep: usize): void {
  const w0 = v128.load(from);
  const w1 = v128.load(from + fromStep);
  const w2 = v128.load(from + (fromStep << 1));
  if (taps == 3) g3(to, step, points, w0, w1, w2);
  else g4(to, step, points, w0, w1, w2, v128.load(from + fromStep * 3));
}

// filterPoints for two taps, whose lines need no memory between the axes.
function twoTaps(b: Bank, at: usize, count: i32, lanes: i32, to: usize, step: usize, pointBytes: usize): void {
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
    to += step;
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

// The first `lanes` floats, the others 0.
// @ts-ignore: decorator
@inline
function loadSome(from: usize, lanes: i32): v128 {
  if (lanes >= 4) return v128.load(from);
  return lanes > 0 ? loadFirst(from, lanes) : i32x4.splat(0);
}

// Rows (output channels) of one panel at every point, from [quads of rows][8 input channels][points] vectors.
function panelRows(to: usize, pointBytes: usize, values: usize, points: usize, rows: i32): void {
  const step = points << 4;
  for (let point: usize = 0; point < points; point++) {
    let from = values;
    let row = to;
    let i = rows;
    for (; i >= 4; i -= 4) {
      transposeQuad(row, from, step);
      transposeQuad(row + 16, from + (step << 2), step);
      from += step << 3;
      row += 128;
    }
    if (i > 0) {
      transpose4(row, 32, from, from + step, from + (step << 1), from + step * 3, i);
      from += step << 2;
      transpose4(row + 16, 32, from, from + step, from + (step << 1), from + step * 3, i);
    }
    values += 16;
    to += pointBytes;
  }
}

// Four vectors `step` bytes apart to four rows of half a panel.
// @ts-ignore: decorator
@inline
function transposeQuad(to: usize, from: usize, step: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + step);
  const r2 = v128.load(from + (step << 1));
  const r3 = v128.load(from + step * 3);
  const low01 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5);
  const low23 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
  const high01 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
  const high23 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(low01, low23, 0, 2));
  v128.store(to, v128.shuffle<i64>(low01, low23, 1, 3), 32);
  v128.store(to, v128.shuffle<i64>(high01, high23, 0, 2), 64);
  v128.store(to, v128.shuffle<i64>(high01, high23, 1, 3), 96);
}
