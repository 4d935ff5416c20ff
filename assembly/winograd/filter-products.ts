// The products of Winograd's filter gradient.

import { RECORD_ARGS, RECORD_INPUTS } from '../abi/record';
import { outerTile } from '../conv/outer';
import { TILE_ROWS } from '../gemm/tile';
import { shareStart } from '../split';
import { FilterPlan, GROUP_ROWS } from './filter-plan';

/** Tiles after which the sums go back to memory: a panel and a group of so many stay in the first cache. */
const DEPTH: i32 = 192;
const TILE_BYTES: usize = TILE_ROWS * 32;

/**
 * p[point] = u[point]ᵀ · v[point], or += with go on: a sum over the tiles that have a value at the point.
 *
 * Arguments p, zeros (a tile's bytes); u, v, [p]; plan, groups of an item, whether to go on.
 * Layout    u, v: see filterTransform. p: [point][row tile][panel][TILE_ROWS][8].
 * Tiling    an item is a point and some groups of rows, so that its sums stay in the second cache.
 * Threads   each takes a range of items.
 * Numerics  tiles ascending, one accumulator an output, going on from one block of images to the next.
 */
export function filterProducts(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const inputs = load<i32>(record + (RECORD_INPUTS << 2));
  const params = args + (<usize>(2 + inputs) << 2);
  const plan = changetype<FilterPlan>(params);
  const itemGroups = load<i32>(params, offsetof<FilterPlan>());
  const go = load<i32>(params, offsetof<FilterPlan>() + 4) != 0;
  const zeros = <usize>load<u32>(args, 4);
  const pointsW = plan.pointsW;
  const panels = plan.panels;
  const tiles = plan.tiles;
  const rowTiles = plan.rowTiles;
  const firstGroup = plan.firstGroup;
  const endGroup = plan.endGroup;
  const groupBytes = <usize>(tiles * GROUP_ROWS) << 2;
  const panelBytes = <usize>tiles << 5;
  const blocks = (endGroup - firstGroup + itemGroups - 1) / itemGroups;
  const points = plan.pointsH * pointsW; // from 9 to 36, never a multiple of 7
  const items = points * blocks;
  for (let i: usize = 0; i < TILE_BYTES; i += 16) v128.store(zeros + i, i32x4.splat(0));
  const lastItem = shareStart(items, thread + 1, threads);
  for (let item = shareStart(items, thread, threads); item < lastItem; item++) {
    const index = item / blocks;
    // Points in an order in which those with fewer tiles, the last of each line, are spread among the threads.
    const point = (index * 7) % points;
    const pointH = point / pointsW;
    const end = plan.end(pointH, point - pointH * pointsW);
    const first = firstGroup + (item - index * blocks) * itemGroups;
    const last = min(endGroup, first + itemGroups);
    const u = <usize>load<u32>(args, 8) + <usize>point * plan.inputBytes;
    const v = <usize>load<u32>(args, 12) + <usize>point * plan.gradientBytes;
    const p = <usize>load<u32>(args) + <usize>point * plan.productBytes;
    let started = go;
    for (let tile = plan.begin(pointH, point - pointH * pointsW); tile < end; tile += DEPTH) {
      const count = min(DEPTH, end - tile);
      for (let group = first; group < last; group++) {
        const a = u + <usize>group * groupBytes + (<usize>(tile * GROUP_ROWS) << 2);
        const inGroup = min(4, rowTiles - (group << 2));
        for (let panel = 0; panel < panels; panel++) {
          const b = v + <usize>panel * panelBytes + (<usize>tile << 5);
          for (let i = 0; i < inGroup; i++) {
            const c = p + <usize>((((group - firstGroup) << 2) + i) * panels + panel) * TILE_BYTES;
            const from = a + <usize>(i * TILE_ROWS << 2);
            outerTile(from, <usize>GROUP_ROWS << 2, b, 32, count, started ? c : zeros, c, 32);
          }
        }
      }
      started = true;
    }
  }
}
