// A unit of work: a rectangle of the result, and the rectangle of the input that it reads.

import { SEGMENT_MOST } from '../abi/conv';
import { Axis } from './geometry';

/** `images` × `rows` × `columns` pixels of a phase, from (image, row, column), and how to read their inputs. */
@unmanaged
export class Unit {
  image: i32;
  row: i32;
  column: i32;
  images: i32;
  rows: i32;
  columns: i32;
  /** The first input of the first pixel, in the image itself or in a copy with zeros around it. */
  source: usize;
  /** From one row, one image, of the source to the next. */
  rowBytes: usize;
  imageBytes: usize;
  /** Neighbouring horizontal taps that are read as one segment of contiguous floats. */
  merged: i32;
  /** Segments of a pixel, and their length. */
  segments: i32;
  bytes: usize;
}

/** Places unit `index` of a phase in a grid of `batch` images; false if nothing of it is left there. */
export function placeUnit(
  u: Unit,
  index: i32,
  batch: i32,
  y: Axis,
  x: Axis,
  images: i32,
  rows: i32,
  columns: i32,
  rowBlocks: i32,
  columnBlocks: i32,
): bool {
  const line = index / columnBlocks;
  u.column = (index - line * columnBlocks) * columns;
  u.row = (line % rowBlocks) * rows;
  u.image = (line / rowBlocks) * images;
  u.images = min(images, batch - u.image);
  u.rows = min(rows, y.count - u.row);
  u.columns = min(columns, x.count - u.column);
  return u.images > 0 && u.rows > 0 && u.columns > 0;
}

/**
 * Finds the unit's inputs: in place where they lie inside the images, else in `band`, a copy with zeros around.
 * @param pixelBytes of one input pixel.
 */
export function readUnit(
  u: Unit,
  y: Axis,
  x: Axis,
  input: usize,
  height: i32,
  width: i32,
  pixelBytes: usize,
  band: usize,
): void {
  u.merged = 1;
  if (x.step == 1) {
    const most = max(1, SEGMENT_MOST / max(1, <i32>(pixelBytes >> 2)));
    u.merged = x.taps;
    while (u.merged > most || (u.merged > 1 && x.taps % u.merged)) u.merged--;
  }
  u.bytes = pixelBytes * u.merged;
  u.segments = u.merged > 0 ? (y.taps * x.taps) / u.merged : 0;
  if (u.segments == 0) return;

  const top = u.row * y.stride + y.first;
  const left = u.column * x.stride + x.first;
  const bandHeight = y.reach(u.rows);
  const bandWidth = x.reach(u.columns);
  u.rowBytes = <usize>width * pixelBytes;
  u.imageBytes = <usize>height * u.rowBytes;
  const first = input + <usize>u.image * u.imageBytes;
  if (top >= 0 && left >= 0 && top + bandHeight <= height && left + bandWidth <= width) {
    u.source = first + <usize>top * u.rowBytes + <usize>left * pixelBytes;
    return;
  }
  const from = max(0, left);
  const before = min(<usize>max(0, -left), <usize>bandWidth) * pixelBytes;
  const inside = <usize>max(0, min(width, left + bandWidth) - from) * pixelBytes;
  const bandBytes = <usize>bandWidth * pixelBytes;
  let to = band;
  for (let i = 0; i < u.images; i++) {
    for (let h = top; h < top + bandHeight; h++) {
      if (<u32>h < <u32>height) {
        const row = first + <usize>i * u.imageBytes + <usize>h * u.rowBytes + <usize>from * pixelBytes;
        zeroFloats(to, before);
        copyFloats(to + before, row, inside);
        zeroFloats(to + before + inside, bandBytes - before - inside);
      } else {
        zeroFloats(to, bandBytes);
      }
      to += bandBytes;
    }
  }
  u.source = band;
  u.rowBytes = bandBytes;
  u.imageBytes = <usize>bandHeight * bandBytes;
}

/**
 * Row pointers of the unit's pixels: rows ← [ceil(pixels/lanes)][segments][lanes]; the last pixel is repeated.
 * Returns the number of pixels.
 */
export function segmentTable(rows: usize, lanes: i32, u: Unit, y: Axis, x: Axis, pixelBytes: usize): i32 {
  const laneBytes = <usize>lanes << 2;
  const stepX = <usize>(u.merged * x.step) * pixelBytes;
  const stepY = <usize>y.step * u.rowBytes;
  const across = u.merged > 0 ? x.taps / u.merged : 0;
  let lane: usize = 0;
  for (let i = 0; i < u.images; i++) {
    for (let r = 0; r < u.rows; r++) {
      let pixel = u.source + <usize>i * u.imageBytes + <usize>(r * y.stride) * u.rowBytes;
      for (let c = 0; c < u.columns; c++) {
        let to = rows + lane;
        let line = pixel;
        for (let ty = y.taps; ty > 0; ty--) {
          let segment = line;
          for (let tx = across; tx > 0; tx--) {
            store<u32>(to, <u32>segment);
            segment += stepX;
            to += laneBytes;
          }
          line += stepY;
        }
        pixel += <usize>x.stride * pixelBytes;
        lane += 4;
        if (lane == laneBytes) {
          lane = 0;
          rows += <usize>u.segments * laneBytes;
        }
      }
    }
  }
  repeatLast(rows, lane, laneBytes, u.segments);
  return u.images * u.rows * u.columns;
}

/** The unit's segments copied together, patches[pixel][segments · K], and a table of one segment a pixel. */
export function patchTable(
  rows: usize,
  lanes: i32,
  u: Unit,
  y: Axis,
  x: Axis,
  pixelBytes: usize,
  patches: usize,
): i32 {
  const laneBytes = <usize>lanes << 2;
  const stepX = <usize>(u.merged * x.step) * pixelBytes;
  const stepY = <usize>y.step * u.rowBytes;
  const across = x.taps / u.merged;
  const bytes = u.bytes;
  let to = patches;
  let at = rows;
  for (let i = 0; i < u.images; i++) {
    for (let r = 0; r < u.rows; r++) {
      let pixel = u.source + <usize>i * u.imageBytes + <usize>(r * y.stride) * u.rowBytes;
      for (let c = 0; c < u.columns; c++) {
        store<u32>(at, <u32>to);
        at += 4;
        let line = pixel;
        for (let ty = y.taps; ty > 0; ty--) {
          let segment = line;
          for (let tx = across; tx > 0; tx--) {
            // Up to three floats too many, which the next segment overwrites.
            for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(segment + at));
            to += bytes;
            segment += stepX;
          }
          line += stepY;
        }
        pixel += <usize>x.stride * pixelBytes;
      }
    }
  }
  const lane = (at - rows) % laneBytes;
  repeatLast(at - lane, lane, laneBytes, 1);
  u.bytes = bytes * u.segments;
  u.segments = 1;
  return u.images * u.rows * u.columns;
}

/**
 * The unit's segments copied together, patches[pixel][patchBytes], for neighbouring horizontal taps (step 1). Up
 * to three floats past a patch are written, and past a segment read.
 */
export function linePatches(
  patches: usize,
  patchBytes: usize,
  u: Unit,
  y: Axis,
  x: Axis,
  pixelBytes: usize,
): void {
  const bytes = <usize>x.taps * pixelBytes;
  const stride = <usize>x.stride * pixelBytes;
  const lines = y.taps;
  const stepY = <usize>y.step * u.rowBytes;
  for (let i = 0; i < u.images; i++) {
    for (let r = 0; r < u.rows; r++) {
      let pixel = u.source + <usize>i * u.imageBytes + <usize>(r * y.stride) * u.rowBytes;
      for (let c = u.columns; c > 0; c--) {
        let to = patches;
        let line = pixel;
        for (let ty = lines; ty > 0; ty--) {
          let at: usize = 0;
          do {
            v128.store(to + at, v128.load(line + at));
            at += 16;
          } while (at < bytes);
          to += bytes;
          line += stepY;
        }
        pixel += stride;
        patches += patchBytes;
      }
    }
  }
}

/** Output pointers of the unit's pixels: outs ← [ceil(pixels/lanes)][lanes]; the last pixel is repeated. */
export function outTable(
  outs: usize,
  lanes: i32,
  u: Unit,
  y: Axis,
  x: Axis,
  output: usize,
  height: i32,
  width: i32,
  pixelBytes: usize,
): void {
  const laneBytes = <usize>lanes << 2;
  let at = outs;
  for (let i = u.image; i < u.image + u.images; i++) {
    for (let r = u.row; r < u.row + u.rows; r++) {
      const row = (i * height + r * y.spacing + y.origin) * width;
      let pixel = output + <usize>(row + u.column * x.spacing + x.origin) * pixelBytes;
      for (let c = u.columns; c > 0; c--) {
        store<u32>(at, <u32>pixel);
        pixel += <usize>x.spacing * pixelBytes;
        at += 4;
      }
    }
  }
  const lane = (at - outs) % laneBytes;
  repeatLast(at - lane, lane, laneBytes, 1);
}

// Fills a group of which only `lane` bytes are filled, in each of its segments.
function repeatLast(group: usize, lane: usize, laneBytes: usize, segments: i32): void {
  if (lane == 0) return;
  for (; segments > 0; segments--) {
    for (let i = lane; i < laneBytes; i += 4) store<u32>(group + i, load<u32>(group + lane - 4));
    group += laneBytes;
  }
}

// memory.copy and memory.fill leave wasm: too dear for a short row.
function copyFloats(to: usize, from: usize, bytes: usize): void {
  const end = to + bytes;
  for (const end4 = to + (bytes & ~15); to != end4; to += 16) {
    v128.store(to, v128.load(from));
    from += 16;
  }
  for (; to != end; to += 4) {
    store<u32>(to, load<u32>(from));
    from += 4;
  }
}

function zeroFloats(to: usize, bytes: usize): void {
  const end = to + bytes;
  for (const end4 = to + (bytes & ~15); to != end4; to += 16) v128.store(to, i32x4.splat(0));
  for (; to != end; to += 4) store<u32>(to, 0);
}
