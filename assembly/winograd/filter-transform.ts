// The operands of Winograd's filter gradient.

import { RECORD_ARGS } from '../abi/record';
import { WINOGRAD_FILTER_POINTERS, WINOGRAD_FILTER_VALUES } from '../abi/winograd';
import { loadFirst, shareStart } from '../split';
import { FilterPlan, GROUP_ROWS } from './filter-plan';
import { inputPass } from './input-passes';
import { outputAdjointPass } from './output-passes';
import { TABLE_ROW } from './plan';

/** Bytes of channels that are transformed at once. */
const CHUNK_BYTES: usize = 256;
/** Where a thread's scratch has the pointers of one line, behind those of a tile's pixels. */
const LINE: usize = 192;
/** Where it has the last channels of each pixel, behind the values between the passes. */
const REST: usize = WINOGRAD_FILTER_POINTERS + 36 * 256;

/**
 * u[point] = Bᵀ x B for every stride phase, v[point] = A dy Aᵀ, for the tiles of a block of images.
 *
 * Arguments u, v, scratch; x, dy; plan, bytes of scratch a thread.
 * Layout    x, dy: NHWC. u: [point][group][tile][GROUP_ROWS], a row being a stride phase and an input channel.
 *           v: [point][panel][tile][8 output channels]. Channels past the end are zero.
 * Tiling    a tile and a run of channels at a time: down the columns, aside, then along the rows to their places.
 *           What lies outside the image is read from a pixel of zeros.
 * Threads   each takes a range of tiles.
 * Numerics  see transform-input.ts.
 */
export function filterTransform(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const plan = changetype<FilterPlan>(args + 20);
  const scratch = <usize>load<u32>(args, 8) + <usize>load<i32>(args + 20, offsetof<FilterPlan>()) * thread;
  const zeros = scratch + WINOGRAD_FILTER_POINTERS + WINOGRAD_FILTER_VALUES;
  for (let i: usize = 0; i < <usize>plan.vectors << 4; i += 16) v128.store(zeros + i, i32x4.splat(0));
  const last = shareStart(plan.tiles, thread + 1, threads);
  for (let tile = shareStart(plan.tiles, thread, threads); tile < last; tile++) {
    // Which of the four kinds, and which of its kind.
    const smallFirst = tile < plan.firstLarge;
    const smallLast = tile >= plan.firstSmall;
    const smallH = smallFirst || smallLast;
    const smallW = tile >= plan.endLarge;
    const start = smallFirst ? 0 : smallLast ? plan.firstSmall : smallW ? plan.endLarge : plan.firstLarge;
    const across = smallW ? plan.smallW : plan.largeW;
    const down = smallH ? plan.smallH : plan.largeH;
    const line = (tile - start) / across;
    const column = tile - start - line * across;
    const image = line / down;
    const row = line - image * down;
    const sizeH = plan.sizeH - i32(smallH);
    const sizeW = plan.sizeW - i32(smallW);
    const h = row * sizeH + (smallH ? plan.largeH * plan.sizeH : 0);
    const w = column * sizeW + (smallW ? plan.largeW * plan.sizeW : 0);
    transformInput(plan, load<u32>(args), load<u32>(args, 12), plan.image + image, tile, h, w, sizeH, sizeW, scratch);
    transformGradient(plan, load<u32>(args, 4), load<u32>(args, 16), plan.image + image, tile, h, w, sizeH, sizeW, scratch);
  }
}

function transformInput(
  plan: FilterPlan,
  to: usize,
  x: usize,
  image: i32,
  tile: i32,
  h: i32,
  w: i32,
  sizeH: i32,
  sizeW: i32,
  scratch: usize,
): void {
  const zeros = scratch + WINOGRAD_FILTER_POINTERS + WINOGRAD_FILTER_VALUES;
  const pointsH = sizeH + plan.tapsH - 1;
  const pointsW = sizeW + plan.tapsW - 1;
  const pixelBytes = <usize>plan.inC << 2;
  const whole = pixelBytes & ~15;
  const groupBytes = <usize>(plan.tiles * GROUP_ROWS) << 2;
  let group = to + (<usize>(tile * GROUP_ROWS) << 2);
  let place: usize = 0;
  for (let phaseH = 0; phaseH < plan.strideH; phaseH++) {
    for (let phaseW = 0; phaseW < plan.strideW; phaseW++) {
      let row = h * plan.strideH + phaseH - plan.padTop;
      for (let i = 0; i < pointsH; i++) {
        const line = (image * plan.inH + row) * plan.inW;
        const inside = <u32>row < <u32>plan.inH;
        let column = w * plan.strideW + phaseW - plan.padLeft;
        let pointer = scratch + (<usize>i << 2);
        for (let j = 0; j < pointsW; j++) {
          const pixel = x + <usize>(line + column) * pixelBytes;
          store<u32>(pointer, inside && <u32>column < <u32>plan.inW ? <u32>pixel : <u32>zeros);
          pointer += TABLE_ROW;
          column += plan.strideW;
        }
        row += plan.strideH;
      }
      for (let offset: usize = 0; offset < pixelBytes; ) {
        let bytes = min(<usize>(GROUP_ROWS << 2) - place, whole - offset);
        let from = offset;
        if (bytes == 0) {
          bytes = 16;
          from = 0;
          copyRest(scratch, pointsH, pointsW, whole, plan.inC & 3);
        }
        columns(scratch, pointsH, pointsW, plan.tapsH, from, bytes, false);
        rows(plan, scratch, pointsH, pointsW, bytes, group + place, <usize>plan.inputBytes, bytes, 0, false);
        offset += bytes;
        place += bytes;
        if (place == <usize>GROUP_ROWS << 2) {
          place = 0;
          group += groupBytes;
        }
      }
    }
  }
}

function transformGradient(
  plan: FilterPlan,
  to: usize,
  dy: usize,
  image: i32,
  tile: i32,
  h: i32,
  w: i32,
  sizeH: i32,
  sizeW: i32,
  scratch: usize,
): void {
  const pixelBytes = <usize>plan.outC << 2;
  const whole = pixelBytes & ~15;
  const pointBytes = <usize>plan.gradientBytes;
  const panelBytes = <usize>plan.tiles << 5;
  const pointsH = sizeH + plan.tapsH - 1;
  for (let i = 0; i < sizeH; i++) {
    let pixel = dy + <usize>((image * plan.outH + h + i) * plan.outW + w) * pixelBytes;
    let pointer = scratch + (<usize>i << 2);
    for (let j = sizeW; j > 0; j--) {
      store<u32>(pointer, <u32>pixel);
      pixel += pixelBytes;
      pointer += TABLE_ROW;
    }
  }
  to += <usize>tile << 5;
  for (let offset: usize = 0; offset < whole; offset += CHUNK_BYTES) {
    const bytes = min(CHUNK_BYTES, whole - offset);
    columns(scratch, sizeH, sizeW, plan.tapsH, offset, bytes, true);
    rows(plan, scratch, pointsH, sizeW, bytes, to + (offset >> 5) * panelBytes, pointBytes, 32, panelBytes, true);
  }
  let half = to + (whole >> 5) * panelBytes + (whole & 16);
  if (whole < pixelBytes) {
    copyRest(scratch, sizeH, sizeW, whole, plan.outC & 3);
    columns(scratch, sizeH, sizeW, plan.tapsH, 0, 16, true);
    rows(plan, scratch, pointsH, sizeW, 16, half, pointBytes, 16, 0, true);
    if (whole & 16) return;
    half += 16;
  } else if (!(whole & 16)) {
    return;
  }
  // The second half of the last panel has no channels.
  const pointsW = sizeW + plan.tapsW - 1;
  for (let i: usize = 0; i < <usize>pointsH; i++) {
    const line = half + i * <usize>plan.pointsW * pointBytes;
    for (let j: usize = 0; j < <usize>pointsW; j++) v128.store(line + j * pointBytes, i32x4.splat(0));
  }
}

// Lets the table point to copies of the `lanes` channels behind `offset`, the others of their vector 0.
function copyRest(scratch: usize, rows: i32, columns: i32, offset: usize, lanes: i32): void {
  let copy = scratch + REST;
  for (let j: usize = 0; j < <usize>columns; j++) {
    for (let i: usize = 0; i < <usize>rows; i++) {
      const at = scratch + j * TABLE_ROW + (i << 2);
      v128.store(copy, loadFirst(<usize>load<u32>(at) + offset, lanes));
      store<u32>(at, <u32>copy);
      copy += 16;
    }
  }
}

// The transform down the columns of a tile, of a run of channels: [point of a column][column], aside.
function columns(
  scratch: usize,
  rows: i32,
  columns: i32,
  taps: i32,
  offset: usize,
  bytes: usize,
  adjoint: bool,
): void {
  const step = <usize>columns * bytes;
  let table = scratch;
  let to = scratch + WINOGRAD_FILTER_POINTERS;
  for (; columns > 0; columns--) {
    if (adjoint) outputAdjointPass(rows, taps, table, offset, to, step, bytes);
    else inputPass(rows, table, offset, to, step, bytes);
    table += TABLE_ROW;
    to += bytes;
  }
}

// The transform along the `lines` rows of that to the points, pieces of a run `pieceStep` bytes apart.
function rows(
  plan: FilterPlan,
  scratch: usize,
  lines: i32,
  columns: i32,
  bytes: usize,
  to: usize,
  pointBytes: usize,
  pieceBytes: usize,
  pieceStep: usize,
  adjoint: bool,
): void {
  const table = scratch + LINE;
  const end = table + (<usize>columns << 2);
  let from = scratch + WINOGRAD_FILTER_POINTERS;
  for (; lines > 0; lines--) {
    for (let at = table; at != end; at += 4) {
      store<u32>(at, <u32>from);
      from += bytes;
    }
    let place = to;
    for (let piece: usize = 0; piece < bytes; piece += pieceBytes) {
      const some = min(pieceBytes, bytes - piece);
      if (adjoint) outputAdjointPass(columns, plan.tapsW, table, piece, place, pointBytes, some);
      else inputPass(columns, table, piece, place, pointBytes, some);
      place += pieceStep;
    }
    to += <usize>plan.pointsW * pointBytes;
  }
}
