// The end of Winograd's filter gradient.

import { RECORD_ARGS, RECORD_INPUTS } from '../abi/record';
import { WINOGRAD_COMBINE_BYTES } from '../abi/winograd';
import { TILE_ROWS } from '../gemm/tile';
import { copyWords, shareStart } from '../split';
import { filterAxis } from './axis';
import { FilterPlan } from './filter-plan';

const TILE_BYTES: usize = TILE_ROWS * 32;
/** Panels at a time: so that p is read in runs. */
const CHUNK_PANELS: i32 = 4;

/**
 * dw[stride phase] = Gᵀ p G.
 *
 * Arguments dw, scratch (WINOGRAD_COMBINE_BYTES a thread); p, [dw]; plan.
 * Layout    p: see filterProducts. dw: HWIO; tap t of a phase is tap t · stride + phase of the filter.
 * Tiling    a few panels of a row tile at a time: along the rows, aside, then down the columns to their places.
 * Threads   each takes a range of row tiles of p.
 * Numerics  see transform-filter.ts.
 */
export function filterCombine(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const inputs = load<i32>(record + (RECORD_INPUTS << 2));
  const plan = changetype<FilterPlan>(args + (<usize>(2 + inputs) << 2));
  const aside = <usize>load<u32>(args, 4) + <usize>WINOGRAD_COMBINE_BYTES * thread;
  const values = aside + 64;
  const tapsH = plan.tapsH;
  const tapsW = plan.tapsW;
  const pointsH = plan.pointsH;
  const pointsW = plan.pointsW;
  const pointBytes = <usize>plan.productBytes;
  const lineBytes = pointBytes * pointsW;
  const valueStep = <usize>tapsW << 4;
  const chunkStep = valueStep * (CHUNK_PANELS * TILE_ROWS * 2);
  const depth = plan.vectors << 2;
  const panels = plan.panels;
  const channelBytes = <usize>plan.outC << 2;
  const tapBytes = channelBytes * plan.inC;
  const tapStep = tapBytes * (plan.strideH * plan.filterW);
  const firstTile = plan.firstGroup << 2;
  const rowTiles = min(plan.endGroup << 2, plan.rowTiles) - firstTile;
  const last = firstTile + shareStart(rowTiles, thread + 1, threads);
  for (let rowTile = firstTile + shareStart(rowTiles, thread, threads); rowTile < last; rowTile++) {
    const begin = rowTile * TILE_ROWS;
    const end = min(plan.rows, begin + TILE_ROWS);
    for (let panel = 0; panel < panels; panel += CHUNK_PANELS) {
      const chunk = <usize>load<u32>(args, 8) + <usize>((rowTile - firstTile) * panels + panel) * TILE_BYTES;
      const bytes = <usize>min(CHUNK_PANELS, panels - panel) * TILE_BYTES;
      let to = values;
      for (let i = 0; i < pointsH; i++) {
        let from = chunk + <usize>i * lineBytes;
        const over = from + bytes;
        for (let value = to; from < over; value += valueStep) {
          filterAxis(tapsW, value, 16, pointsW, from, pointBytes);
          from += 16;
        }
        to += chunkStep;
      }
      for (let row = begin; row < end; row++) {
        const phase = row / depth;
        const channel = row - phase * depth;
        if (channel >= plan.inC) continue;
        const phaseH = phase / plan.strideW;
        const tap = phaseH * plan.filterW + phase - phaseH * plan.strideW;
        let to = <usize>load<u32>(args) + <usize>tap * tapBytes + <usize>channel * channelBytes + (<usize>panel << 5);
        let value = values + <usize>((row - begin) << 1) * valueStep;
        let left = plan.outC - (panel << 3);
        for (let half: usize = 0; half < bytes / TILE_BYTES << 1; half++) {
          if (left <= 0) break;
          for (let t = 0; t < tapsW; t++) {
            const place = to + <usize>(t * plan.strideW) * tapBytes;
            const column = value + (<usize>t << 4);
            if (left >= 4) filterAxis(tapsH, place, tapStep, pointsH, column, chunkStep);
            else tail(tapsH, place, tapStep, pointsH, column, chunkStep, aside, left);
          }
          to += 16;
          left -= 4;
          value += half & 1 ? valueStep * (TILE_ROWS * 2 - 1) : valueStep;
        }
      }
    }
  }
}

// The last channels, by way of a place aside: four vectors.
function tail(
  taps: i32,
  to: usize,
  step: usize,
  points: i32,
  from: usize,
  fromStep: usize,
  aside: usize,
  lanes: i32,
): void {
  filterAxis(taps, aside, 16, points, from, fromStep);
  for (let i = 0; i < taps; i++) copyWords(to + <usize>i * step, aside + (<usize>i << 4), lanes);
}
