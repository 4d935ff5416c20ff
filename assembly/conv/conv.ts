// Convolution and its input gradient (the transposed convolution).

import { CONV_KC, CONV_PIXELS, PATCH_CHANNELS, PHASE_BYTES } from '../abi/conv';
import { ASIDE_BYTES, DOT_COLUMNS } from '../abi/gemm';
import { RECORD_ARGS, RECORD_INPUTS } from '../abi/record';
import { block } from '../gemm/block';
import { dot } from '../gemm/dot';
import { makeAside } from '../gemm/tile';
import { gatherOuts, gatherPatches, gatherRows } from './gather';
import { Axis, Geometry, phaseCount, setPhase } from './geometry';

/**
 * y = conv(x, filter) + bias, or dx = the gradient of conv with respect to x, given dy.
 *
 * Arguments y (or dx), scratch; x (or dy), packed filter, [bias]; gradient, geometry, images of a unit, bytes
 *           of scratch a thread.
 * Layout    x, y: NHWC. packed: see packFilter. bias: [result channels].
 * Tiling    a unit is CONV_PIXELS pixels of one phase of a few images. A table holds a pointer for each pixel
 *           and tap (a row of zeros outside the image), and the tile reads the channels in place. With fewer
 *           than PATCH_CHANNELS channels the patches are copied out instead: one long row each. With
 *           DOT_COLUMNS result channels or fewer, dot takes the place of tile.
 * Threads   each takes a range of units.
 * Numerics  taps, then channels ascending, one accumulator an output (tile), starting from bias or 0.
 */
export function conv(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const inputs = load<i32>(record + (RECORD_INPUTS << 2));
  const bias = inputs > 2 ? <usize>load<u32>(args, 16) : 0;
  const params = args + (<usize>(2 + inputs) << 2);
  const gradient = load<i32>(params) != 0;
  const g = changetype<Geometry>(params + 4);
  const imagesPerUnit = load<i32>(params, 64);
  const scratch = <usize>load<u32>(args, 4) + <usize>load<i32>(params, 68) * thread;

  const input = <usize>load<u32>(args, 8);
  const output = <usize>load<u32>(args);
  const depth = gradient ? g.outC : g.inC;
  const columns = gradient ? g.inC : g.outC;
  const inputH = gradient ? g.outH : g.inH;
  const inputW = gradient ? g.outW : g.inW;
  const outputH = gradient ? g.inH : g.outH;
  const outputW = gradient ? g.inW : g.outW;
  const depthBytes = <usize>depth << 2;
  const columnBytes = <usize>columns << 2;

  const y = changetype<Axis>(scratch);
  const x = changetype<Axis>(scratch + (PHASE_BYTES >> 1));
  const aside = scratch + PHASE_BYTES;
  const biases = aside + ASIDE_BYTES;
  const outs = biases + 64;
  const zeros = outs + CONV_PIXELS * 4;
  const rows = zeros + ((depthBytes + 63) & ~63);
  const patches = rows + <usize>(g.filterH * g.filterW) * CONV_PIXELS * 4;
  makeAside(aside);
  for (let i: usize = 0; i < 16; i += 4) store<u32>(biases + i, <u32>bias);
  memory.fill(zeros, 0, depthBytes);

  // Phase 0 is the largest.
  setPhase(g, gradient, 0, y, x);
  const chunks = (imagesPerUnit * y.count * x.count + CONV_PIXELS - 1) / CONV_PIXELS;
  const phases = phaseCount(g, gradient);
  const units = ((g.batch + imagesPerUnit - 1) / imagesPerUnit) * phases * chunks;
  const end = <i32>((<i64>units * (thread + 1)) / threads);
  let current = -1;
  let packed: usize = 0;
  for (let unit = <i32>((<i64>units * thread) / threads); unit < end; unit++) {
    const phase = (unit / chunks) % phases;
    if (phase != current) {
      current = phase;
      packed = load<u32>(args, 12);
      const padded = columns <= DOT_COLUMNS ? columns : (columns + 7) & ~7;
      for (let before = 0; before < phase; before++) {
        setPhase(g, gradient, before, y, x);
        packed += <usize>(y.taps * x.taps * padded) * depthBytes;
      }
      setPhase(g, gradient, phase, y, x);
    }
    const image = (unit / chunks / phases) * imagesPerUnit;
    const imagePixels = y.count * x.count;
    const offset = (unit % chunks) * CONV_PIXELS;
    const count = min(CONV_PIXELS, min(imagesPerUnit, g.batch - image) * imagePixels - offset);
    if (count <= 0) continue;
    const start = image * imagePixels + offset;
    const quads = (count + 3) >> 2;
    let taps = y.taps * x.taps;
    let bytes = depthBytes;
    const panelBytes = (<usize>taps * depthBytes) << 3;
    gatherRows(rows, start, count, y, x, input, inputH, inputW, depthBytes, zeros);
    gatherOuts(outs, start, count, y, x, output, outputH, outputW, columnBytes);
    if (depth < PATCH_CHANNELS && taps > 1) {
      gatherPatches(rows, patches, quads, taps, depth);
      bytes *= taps;
      taps = 1;
    }
    const rowsBytes = <usize>taps << 4;
    if (columns <= DOT_COLUMNS) {
      for (let q = 0; q < quads; q++) {
        for (let j = 0; j < columns; j++) {
          const init = bias ? load<f32>(bias + (<usize>j << 2)) : <f32>0;
          const line = packed + <usize>j * (panelBytes >> 3);
          dot(rows + <usize>q * rowsBytes, taps, bytes, line, outs + (<usize>q << 4), <usize>j << 2, false, init);
        }
      }
      continue;
    }
    const group = max(1, <i32>(<usize>(CONV_KC << 2) / max<usize>(bytes, 4)));
    let tap = 0;
    do {
      const from = rows + (<usize>tap << 4);
      const panels = packed + ((<usize>tap * bytes) << 3);
      const some = min(group, taps - tap);
      block(from, rowsBytes, quads, some, bytes, panels, panelBytes, outs, 0, columns, tap > 0, bias ? biases : 0, aside);
      tap += group;
    } while (tap < taps);
  }
}
