// Convolution and its input gradient (the transposed convolution).

import { PLAN_BYTES, SEGMENT_LEAST, SEGMENT_MOST } from '../abi/conv';
import { ASIDE_BYTES, DOT_COLUMNS, DOT_ROWS } from '../abi/gemm';
import { RECORD_ARGS, RECORD_INPUTS } from '../abi/record';
import { addendOf, epilogueInputs, finishPixels, finishes } from '../fused/epilogue';
import { block } from '../gemm/block';
import { dot } from '../gemm/dot';
import { TILE_ROWS, makeAside } from '../gemm/tile';
import { Axis, Geometry, phaseCount, setPhase } from './geometry';
import { Unit, outTable, patchTable, placeUnit, readUnit, segmentTable } from './unit';

/**
 * y = conv(x, filter) + bias, or dx = the gradient of conv with respect to x, given dy.
 *
 * Arguments y (or dx), scratch; x (or dy), packed filter, [bias]; gradient, geometry, images, rows and columns
 *           of a unit, bytes of a unit's pointer table, of its output table and of its band (with patches),
 *           bytes of scratch a thread; an epilogue, only where there is one phase.
 * Layout    x, y: NHWC. packed: see packFilter. bias: [result channels].
 * Tiling    a unit is a rectangle of pixels of one phase. The rectangle of the input that it reads is copied
 *           with zeros around it, unless it lies inside the image; then neighbouring horizontal taps are one
 *           run of contiguous floats, which the tile reads through a table of pointers. Runs shorter than
 *           SEGMENT_LEAST are copied together first. With DOT_COLUMNS result channels or fewer, dot takes the
 *           place of tile. Taps come in groups of SEGMENT_MOST floats or so: see GEMM_KC.
 * Threads   each takes a range of units.
 * Numerics  taps ascending in the input, then channels; one accumulator an output (tile), from bias or 0.
 */
export function conv(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const inputs = load<i32>(record + (RECORD_INPUTS << 2));
  const params = args + (<usize>(2 + inputs) << 2);
  const epilogue = params + 92;
  const bias = inputs - epilogueInputs(epilogue) > 2 ? <usize>load<u32>(args, 16) : 0;
  const addend = addendOf(epilogue, args, 2 + inputs);
  const gradient = load<i32>(params) != 0;
  const g = changetype<Geometry>(params + 4);
  const images = load<i32>(params, 64);
  const rows = load<i32>(params, 68);
  const columns = load<i32>(params, 72);
  const scratch = <usize>load<u32>(args, 4) + <usize>load<i32>(params, 88) * thread;

  const input = <usize>load<u32>(args, 8);
  const output = <usize>load<u32>(args);
  const pixelBytes = <usize>(gradient ? g.outC : g.inC) << 2;
  const channels = gradient ? g.inC : g.outC;
  const few = channels <= DOT_COLUMNS;
  const lanes = few ? DOT_ROWS : TILE_ROWS;
  const inputH = gradient ? g.outH : g.inH;
  const inputW = gradient ? g.outW : g.inW;
  const outputH = gradient ? g.inH : g.outH;
  const outputW = gradient ? g.inW : g.outW;

  const y = changetype<Axis>(scratch);
  const x = changetype<Axis>(scratch + 64);
  const u = changetype<Unit>(scratch + 128);
  const aside = scratch + PLAN_BYTES;
  const biases = aside + ASIDE_BYTES;
  const table = biases + 64;
  const outs = table + <usize>load<i32>(params, 76);
  const band = outs + <usize>load<i32>(params, 80);
  const patches = band + <usize>load<i32>(params, 84);
  makeAside(aside);
  for (let i: usize = 0; i < 64; i += 4) store<u32>(biases + i, <u32>bias);

  // Phase 0 is the largest.
  setPhase(g, gradient, 0, y, x);
  const rowBlocks = (y.count + rows - 1) / rows;
  const columnBlocks = (x.count + columns - 1) / columns;
  const blocks = rowBlocks * columnBlocks;
  const phases = phaseCount(g, gradient);
  const units = ((g.batch + images - 1) / images) * phases * blocks;
  const end = <i32>((<i64>units * (thread + 1)) / threads);
  let current = -1;
  let packed: usize = 0;
  for (let unit = <i32>((<i64>units * thread) / threads); unit < end; unit++) {
    // Phases differ in their taps: neighbouring units are of all of them, so that threads have equal shares.
    const phase = unit % phases;
    if (phase != current) {
      current = phase;
      packed = load<u32>(args, 12);
      const padded = few ? channels : (channels + 7) & ~7;
      for (let before = 0; before < phase; before++) {
        setPhase(g, gradient, before, y, x);
        packed += <usize>(y.taps * x.taps * padded) * pixelBytes;
      }
      setPhase(g, gradient, phase, y, x);
    }
    if (!placeUnit(u, unit / phases, g.batch, y, x, images, rows, columns, rowBlocks, columnBlocks)) continue;
    readUnit(u, y, x, input, inputH, inputW, pixelBytes, band);
    const lineBytes = <usize>u.segments * u.bytes;
    const pixels =
      u.segments > 1 && u.bytes < <usize>SEGMENT_LEAST << 2
        ? patchTable(table, lanes, u, y, x, pixelBytes, patches)
        : segmentTable(table, lanes, u, y, x, pixelBytes);
    outTable(outs, lanes, u, y, x, output, outputH, outputW, <usize>channels << 2);
    const groups = (pixels + lanes - 1) / lanes;
    const segments = u.segments;
    const bytes = u.bytes;
    const groupBytes = <usize>(segments * lanes) << 2;
    if (few) {
      for (let i: usize = 0; i < <usize>groups; i++) {
        const from = table + i * groupBytes;
        const to = outs + i * (DOT_ROWS << 2);
        dot(from, segments, bytes, packed, lineBytes, channels, to, 4, false, bias);
      }
      if (finishes(epilogue)) finishUnit(u, outputH, outputW, channels, addend, epilogue, args, 2 + inputs);
      continue;
    }
    const some = max(1, <i32>(<usize>(SEGMENT_MOST << 2) / max<usize>(bytes, 4)));
    let tap = 0;
    do {
      const from = table + (<usize>(tap * lanes) << 2);
      const panels = packed + ((<usize>tap * bytes) << 3);
      const panelBytes = lineBytes << 3;
      const taps = min(some, segments - tap);
      const init = bias ? biases : 0;
      const go = tap > 0;
      block(from, groupBytes, groups, taps, bytes, panels, panelBytes, outs, 0, channels, go, init, aside);
      tap += some;
    } while (tap < segments);
    if (finishes(epilogue)) finishUnit(u, outputH, outputW, channels, addend, epilogue, args, 2 + inputs);
  }
}

// The epilogue of a unit of the only phase.
function finishUnit(
  u: Unit,
  height: i32,
  width: i32,
  channels: i32,
  addend: usize,
  epilogue: usize,
  args: usize,
  pointers: i32,
): void {
  const pixelBytes = <usize>channels << 2;
  for (let image = u.image; image < u.image + u.images; image++) {
    for (let row = u.row; row < u.row + u.rows; row++) {
      const pixel = (image * height + row) * width + u.column;
      const y = <usize>load<u32>(args) + <usize>pixel * pixelBytes;
      finishPixels(y, u.columns, channels, pixelBytes, addend, epilogue, args, pointers);
    }
  }
}
