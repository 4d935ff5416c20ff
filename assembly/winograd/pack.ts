// The filter at the points of Winograd's minimal filtering.

import {
  WINOGRAD_PACK_ADJOINT,
  WINOGRAD_PACK_BYTES,
  WINOGRAD_PACK_FORWARD,
  WINOGRAD_PACK_TURNED,
} from '../abi/winograd';
import { RECORD_ARGS } from '../abi/record';
import { transpose4 } from '../gemm/pack';
import { loadFirst, shareStart } from '../split';
import { g2, g3, g4 } from './transform-filter';

/**
 * packed ← G w Gᵀ for every stride phase of a square filter, input channel and output channel.
 *
 * Arguments packed, scratch (WINOGRAD_PACK_BYTES a share); filter; layout, filter's size, stride, inC, outC,
 *           points of a column, of a row.
 * Layout    filter: HWIO. packed: point after point, in each panels of 8 columns, [depth][8], columns past the
 *           end undefined or zero. WINOGRAD_PACK_FORWARD: depth is (phase, input channel), columns are output
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
  for (let phase = 0; phase < phases; phase++) {
    let tap = filter + <usize>((phase / stride) * size + (phase % stride)) * tapBytes;
    let right = <usize>stride * tapBytes;
    let down = <usize>(stride * size) * tapBytes;
    if (layout == WINOGRAD_PACK_TURNED) {
      tap = filter + <usize>(size * size - 1) * tapBytes;
      right = 0 - right;
      down = 0 - down;
    }
    for (let panel = from; panel < to; panel++) {
      const first = panel << 3;
      if (forward) {
        const depth = phases * inC;
        const pointBytes = (<usize>(panels * depth) << 5);
        for (let c = 0; c < inC; c++) {
          const place = packed + (<usize>(panel * depth + phase * inC + c) << 5);
          for (let half = 0; half < 2; half++) {
            const column = first + half * 4;
            const lanes = outC - column;
            const at = tap + <usize>c * channelBytes + (<usize>column << 2);
            points2D(at, down, right, lanes, taps, pointsH, pointsW, scratch, place + half * 16, pointBytes);
          }
        }
        continue;
      }
      const pointBytes = <usize>(phases * panels * outC) << 5;
      for (let c = 0; c < outC; c += 4) {
        let row = values;
        for (let i = first; i < first + 8; i++) {
          const lanes = i < inC ? outC - c : 0;
          const at = tap + <usize>i * channelBytes + (<usize>c << 2);
          points2D(at, down, right, lanes, taps, pointsH, pointsW, scratch, row, 16);
          row += points << 4;
        }
        const place = packed + (<usize>((phase * panels + panel) * outC + c) << 5);
        panelRows(place, pointBytes, values, points, min(4, outC - c));
      }
    }
  }
}

/**
 * The points of up to four filters, neighbours in output channels: to[point], `step` bytes apart.
 *
 * @param lanes how many there are, 4 if more. @param scratch 40 vectors.
 */
function points2D(
  at: usize,
  down: usize,
  right: usize,
  lanes: i32,
  taps: i32,
  pointsH: i32,
  pointsW: i32,
  scratch: usize,
  to: usize,
  step: usize,
): void {
  const line = <usize>taps << 4;
  const middle = scratch + 16 * 16;
  let tap = scratch;
  for (let i = 0; i < taps; i++) {
    let from = at;
    for (let j = 0; j < taps; j++) {
      v128.store(tap, loadSome(from, lanes));
      from += right;
      tap += 16;
    }
    at += down;
  }
  for (let j: usize = 0; j < line; j += 16) pointsOf(taps, middle + j, line, pointsH, scratch + j, line);
  for (let i: usize = 0; i < <usize>pointsH; i++) {
    pointsOf(taps, to + i * <usize>pointsW * step, step, pointsW, middle + i * line, 16);
  }
}

// @ts-ignore: decorator
@inline
function pointsOf(taps: i32, to: usize, step: usize, points: i32, from: usize, fromStep: usize): void {
  const w0 = v128.load(from);
  const w1 = v128.load(from + fromStep);
  if (taps == 2) g2(to, step, points, w0, w1);
  else if (taps == 3) g3(to, step, points, w0, w1, v128.load(from + (fromStep << 1)));
  else g4(to, step, points, w0, w1, v128.load(from + (fromStep << 1)), v128.load(from + fromStep * 3));
}

// The first `lanes` floats, the others 0.
// @ts-ignore: decorator
@inline
function loadSome(from: usize, lanes: i32): v128 {
  if (lanes >= 4) return v128.load(from);
  return lanes > 0 ? loadFirst(from, lanes) : i32x4.splat(0);
}

// Rows (output channels) of one panel at every point, from [8 input channels][points] vectors of 4 rows.
function panelRows(to: usize, pointBytes: usize, values: usize, points: usize, rows: i32): void {
  const step = points << 4;
  for (let point: usize = 0; point < points; point++) {
    transpose4(to, 32, values, values + step, values + (step << 1), values + step * 3, rows);
    const high = values + (step << 2);
    transpose4(to + 16, 32, high, high + step, high + (step << 1), high + step * 3, rows);
    values += 16;
    to += pointBytes;
  }
}
