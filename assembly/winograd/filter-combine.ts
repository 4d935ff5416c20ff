// The end of Winograd's filter gradient.

import { RECORD_ARGS, RECORD_INPUTS } from '../abi/record';
import { WINOGRAD_COMBINE_BYTES } from '../abi/winograd';
import { TILE_ROWS } from '../gemm/tile';
import { copyWords, shareStart } from '../split';
import { filterPass } from './filter-passes';
import { FilterPlan } from './filter-plan';

const TILE_BYTES: usize = TILE_ROWS * 32;
/** Panels at a time: so that p is read in runs. */
const CHUNK_PANELS: i32 = 4;

/**
 * dw[stride phase] = Gᵀ p G.
 *
 * Arguments dw, scratch (WINOGRAD_COMBINE_BYTES a thread); p, [dw]; plan.
 * Layout    p: see filterProducts. dw: HWIO; tap t of a phase is tap t · stride + phase of the filter.
 * Tiling    a few panels of a row tile at a time: along the rows, aside, then down the columns, aside, then to their
 *           places.
 * Threads   each takes a range of row tiles of p.
 * Numerics  see transform-filter.ts.
 */
export function filterCombine(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const inputs = load<i32>(record + (RECORD_INPUTS << 2));
  const plan = changetype<FilterPlan>(args + (<usize>(2 + inputs) << 2));
  const lines = <usize>load<u32>(args, 4) + <usize>WINOGRAD_COMBINE_BYTES * thread;
  const results = lines + 6 * 4 * <usize>CHUNK_PANELS * TILE_BYTES;
  const tapsW = plan.tapsW;
  const pointsW = plan.pointsW;
  const pointBytes = <usize>plan.productBytes;
  const lineBytes = pointBytes * pointsW;
  const panels = plan.panels;
  const firstTile = plan.firstGroup << 2;
  const rowTiles = min(plan.endGroup << 2, plan.rowTiles) - firstTile;
  const last = firstTile + shareStart(rowTiles, thread + 1, threads);
  for (let rowTile = firstTile + shareStart(rowTiles, thread, threads); rowTile < last; rowTile++) {
    for (let panel = 0; panel < panels; panel += CHUNK_PANELS) {
      const chunk = <usize>load<u32>(args, 8) + <usize>((rowTile - firstTile) * panels + panel) * TILE_BYTES;
      const bytes = <usize>min(CHUNK_PANELS, panels - panel) * TILE_BYTES;
      const lineStep = <usize>tapsW * bytes;
      for (let i: usize = 0; i < <usize>plan.pointsH; i++) {
        filterPass(tapsW, lines + i * lineStep, bytes, pointsW, chunk + i * lineBytes, pointBytes, bytes);
      }
      for (let t = 0; t < tapsW; t++) {
        filterPass(plan.tapsH, results, bytes, plan.pointsH, lines + <usize>t * bytes, lineStep, bytes);
        storeResults(plan, load<u32>(args), results, bytes, rowTile, panel, t);
      }
    }
  }
}

// The results of a row tile and some panels for tap t along a row, [tap down a column][panel][TILE_ROWS][8], to dw.
function storeResults(
  plan: FilterPlan,
  dw: usize,
  results: usize,
  bytes: usize,
  rowTile: i32,
  panel: i32,
  t: i32,
): void {
  const depth = plan.vectors << 2;
  const channelBytes = <usize>plan.outC << 2;
  const tapBytes = channelBytes * plan.inC;
  const begin = rowTile * TILE_ROWS;
  const end = min(plan.rows, begin + TILE_ROWS);
  for (let row = begin; row < end; row++) {
    const phase = row / depth;
    const channel = row - phase * depth;
    if (channel >= plan.inC) continue;
    const phaseH = phase / plan.strideW;
    const column = t * plan.strideW + phase - phaseH * plan.strideW;
    for (let i = 0; i < plan.tapsH; i++) {
      const tap = (i * plan.strideH + phaseH) * plan.filterW + column;
      let to = dw + <usize>tap * tapBytes + <usize>channel * channelBytes + (<usize>panel << 5);
      let from = results + <usize>i * bytes + (<usize>(row - begin) << 5);
      let left = plan.outC - (panel << 3);
      for (const over = from + bytes; from < over && left > 0; from += TILE_BYTES) {
        if (left >= 8) {
          v128.store(to, v128.load(from));
          v128.store(to, v128.load(from, 16), 16);
        } else {
          copyWords(to, from, left);
        }
        to += 32;
        left -= 8;
      }
    }
  }
}
