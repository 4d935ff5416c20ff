// The operands of Winograd's filter gradient.

import { RECORD_ARGS } from '../abi/record';
import { WINOGRAD_FILTER_POINTERS, WINOGRAD_FILTER_VALUES } from '../abi/winograd';
import { shareStart } from '../split';
import { inputAxis, inputPixels, outputAxis, outputPixels } from './axis';
import { FilterPlan, GROUP_ROWS } from './filter-plan';


/**
 * u[point] = Bᵀ x B for every stride phase, v[point] = A dy Aᵀ, for the tiles of a block of images.
 *
 * Arguments u, v, scratch; x, dy; plan, bytes of scratch a thread.
 * Layout    x, dy: NHWC. u: [point][group][tile][GROUP_ROWS], a row being a stride phase and an input channel.
 *           v: [point][panel][tile][8 output channels]. Channels past the end are zero.
 * Tiling    a tile and four channels at a time: down the columns, aside, then along the rows to their places.
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
  const values = scratch + WINOGRAD_FILTER_POINTERS;
  const zeros = values + WINOGRAD_FILTER_VALUES;
  const pointsH = sizeH + plan.tapsH - 1;
  const pointsW = sizeW + plan.tapsW - 1;
  const valueStep = <usize>pointsW << 4;
  const pointerStep = <usize>pointsW << 2;
  const pointBytes = <usize>plan.inputBytes;
  const lineBytes = pointBytes * plan.pointsW;
  const pixelBytes = <usize>plan.inC << 2;
  const groupBytes = <usize>(plan.tiles * GROUP_ROWS) << 2;
  const vectors = plan.vectors;
  let group = to + (<usize>(tile * GROUP_ROWS) << 2);
  let place: usize = 0;
  for (let phaseH = 0; phaseH < plan.strideH; phaseH++) {
    for (let phaseW = 0; phaseW < plan.strideW; phaseW++) {
      let pointer = scratch;
      let row = h * plan.strideH + phaseH - plan.padTop;
      for (let i = 0; i < pointsH; i++) {
        const line = (image * plan.inH + row) * plan.inW;
        const inside = <u32>row < <u32>plan.inH;
        let column = w * plan.strideW + phaseW - plan.padLeft;
        for (let j = 0; j < pointsW; j++) {
          const pixel = x + <usize>(line + column) * pixelBytes;
          store<u32>(pointer, inside && <u32>column < <u32>plan.inW ? <u32>pixel : <u32>zeros);
          pointer += 4;
          column += plan.strideW;
        }
        row += plan.strideH;
      }
      let lanes = plan.inC;
      for (let vector = 0; vector < vectors; vector++) {
        for (let j: usize = 0; j < pointerStep; j += 4) {
          inputPixels(pointsH, values + (j << 2), valueStep, scratch + j, pointerStep, <usize>vector << 4, lanes);
        }
        let point = group + place;
        for (let i: usize = 0; i < valueStep * pointsH; i += valueStep) {
          inputAxis(pointsW, point, pointBytes, values + i, 16);
          point += lineBytes;
        }
        lanes -= 4;
        place += 16;
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
  const values = scratch + WINOGRAD_FILTER_POINTERS;
  const tapsH = plan.tapsH;
  const tapsW = plan.tapsW;
  const valueStep = <usize>sizeW << 4;
  const pointerStep = <usize>sizeW << 2;
  const pointBytes = <usize>plan.gradientBytes;
  const lineBytes = pointBytes * plan.pointsW;
  const pixelBytes = <usize>plan.outC << 2;
  const panelBytes = <usize>plan.tiles << 5;
  let pointer = scratch;
  for (let i = 0; i < sizeH; i++) {
    let pixel = dy + <usize>((image * plan.outH + h + i) * plan.outW + w) * pixelBytes;
    for (let j = sizeW; j > 0; j--) {
      store<u32>(pointer, <u32>pixel);
      pixel += pixelBytes;
      pointer += 4;
    }
  }
  const end = valueStep * (sizeH + tapsH - 1);
  const vectors = plan.panels << 1;
  let lanes = plan.outC;
  let panel = to + (<usize>tile << 5);
  for (let vector = 0; vector < vectors; vector++) {
    for (let j: usize = 0; j < pointerStep; j += 4) {
      outputPixels(sizeH, tapsH, values + (j << 2), valueStep, scratch + j, pointerStep, <usize>vector << 4, lanes);
    }
    let point = panel;
    for (let i: usize = 0; i < end; i += valueStep) {
      outputAxis(sizeW, tapsW, point, pointBytes, values + i, 16);
      point += lineBytes;
    }
    lanes -= 4;
    panel += vector & 1 ? panelBytes - 16 : 16;
  }
}
