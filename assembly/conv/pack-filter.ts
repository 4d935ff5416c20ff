// The filter as the inner kernels read it.

import { PLAN_BYTES } from '../abi/conv';
import { DOT_COLUMNS } from '../abi/gemm';
import { RECORD_ARGS } from '../abi/record';
import { packColumns, packRows } from '../gemm/pack';
import { Axis, Geometry, phaseCount, setPhase } from './geometry';

/**
 * packed ← filter, for the forward convolution or for the input gradient.
 *
 * Arguments packed, scratch (PLAN_BYTES a thread); filter; gradient, geometry.
 * Layout    filter: HWIO. packed: phase after phase; in each, panels of 8 result channels, [taps · depth][8],
 *           channels past the end zero; or, with DOT_COLUMNS channels or fewer, [channel][taps · depth].
 *           Forward, depth is input channels and the result has output channels; the gradient, the reverse.
 * Threads   each takes a range of panels (of channels).
 */
export function packFilter(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const filter = <usize>load<u32>(args, 8);
  const gradient = load<i32>(args, 12) != 0;
  const g = changetype<Geometry>(args + 16);
  const y = changetype<Axis>(<usize>load<u32>(args, 4) + <usize>PLAN_BYTES * thread);
  const x = changetype<Axis>(changetype<usize>(y) + (64));
  const depth = gradient ? g.outC : g.inC;
  const columns = gradient ? g.inC : g.outC;
  const few = columns <= DOT_COLUMNS;
  const size = few ? 1 : 8;
  const groups = (columns + size - 1) / size;
  const from = ((groups * thread) / threads) * size;
  const to = min(columns, ((groups * (thread + 1)) / threads) * size);
  const ld = <usize>g.outC << 2;
  let packed = <usize>load<u32>(args);
  const phases = phaseCount(g, gradient);
  for (let phase = 0; phase < phases; phase++) {
    setPhase(g, gradient, phase, y, x);
    const lineBytes = <usize>(y.taps * x.taps * depth) << 2; // one channel, all of K
    for (let ty = 0; ty < y.taps; ty++) {
      for (let tx = 0; tx < x.taps; tx++) {
        const tap = (y.tap + ty * y.tapStep) * g.filterW + x.tap + tx * x.tapStep;
        const source = filter + <usize>(tap * g.inC) * ld;
        const place = <usize>((ty * x.taps + tx) * depth) << 2;
        if (few) {
          for (let j = from; j < to; j++) {
            const line = packed + <usize>j * lineBytes + place;
            const start = source + (gradient ? <usize>j * ld : <usize>j << 2);
            const step: usize = gradient ? 4 : ld;
            for (let i: usize = 0; i < <usize>depth; i++) {
              store<f32>(line + (i << 2), load<f32>(start + i * step));
            }
          }
        } else {
          const panel = packed + <usize>from * lineBytes + (place << 3);
          if (gradient) packColumns(panel, lineBytes << 3, source + <usize>from * ld, ld, depth, to - from);
          else packRows(panel, lineBytes << 3, source + (<usize>from << 2), ld, depth, to - from);
        }
      }
    }
    packed += <usize>(groups * size) * lineBytes;
  }
}
