// Blocked matrix product over the inner tile.

import { ASIDE_BYTES, GEMM_KC, GEMM_MC, GEMM_NC, GEMM_ROW_GAP } from '../abi/gemm';
import { RECORD_ARGS, RECORD_INPUTS } from '../abi/record';
import { addendOf, epilogueInputs, finishPixels, finishes } from '../fused/epilogue';
import { block } from './block';
import { copyRows, transpose } from './pack';
import { TILE_ROWS, makeAside } from './tile';

/** Columns from which on a block of A is copied: rows far apart collide in the caches. */
const COPY_COLUMNS = 128;
/** Bytes of each of the two pointer tables of a block. */
const TABLE_BYTES: usize = GEMM_MC * 4;

/**
 * C[batch][M,N] = op(A) · B + bias, op the identity or the transpose.
 *
 * Arguments c, scratch; a, packed b, [bias]; m, n, k, transposeA, batch, bytes from one matrix to the next in a
 *           and in packed b (0: the same for all), bytes of scratch a thread; an epilogue.
 * Layout    a, c row-major and dense. packed b: see packGemm. bias: [N], the same for every row and batch.
 * Tiling    blocks of B, KC × NC, as they lie; rows of A are copied or transposed MC × KC at a time, or read in
 *           place for few columns. Each thread copies for itself, so there is no barrier inside a product.
 * Threads   each takes a range of columns, or of rows where there are more of them, over the whole batch.
 * Numerics  k ascending, one accumulator an output, starting from bias or 0; blocks of K go on where the last
 *           one stopped, so neither blocking nor threads change a bit.
 */
export function gemm(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const inputs = load<i32>(record + (RECORD_INPUTS << 2));
  const params = args + ((<usize>(2 + inputs)) << 2);
  const bias = inputs - epilogueInputs(params + 32) > 2 ? <usize>load<u32>(args, 16) : 0;
  const addend = addendOf(params + 32, args, 2 + inputs);
  const m = load<i32>(params);
  const n = load<i32>(params, 4);
  const batch = load<i32>(params, 16);
  const scratch = <usize>load<u32>(args, 4) + <usize>load<i32>(params, 28) * thread;
  const rowGroups = (m + TILE_ROWS - 1) / TILE_ROWS;
  const columnGroups = (n + 7) >> 3;
  const byColumns = columnGroups >= rowGroups;
  const groups = byColumns ? columnGroups : rowGroups;
  let group = <i32>((<i64>batch * groups * thread) / threads);
  const end = <i32>((<i64>batch * groups * (thread + 1)) / threads);
  makeAside(scratch);
  while (group < end) {
    const index = group / groups;
    const first = group - index * groups;
    const last = min(groups, first + end - group);
    if (byColumns) product(args, params, bias, addend, scratch, index, 0, m, first << 3, min(n, last << 3));
    else product(args, params, bias, addend, scratch, index, first * TILE_ROWS, min(m, last * TILE_ROWS), 0, n);
    group += last - first;
  }
}

// Rows [m0, m1), columns [n0, n1) of one matrix of the batch.
function product(
  args: usize,
  params: usize,
  bias: usize,
  addend: usize,
  scratch: usize,
  index: i32,
  m0: i32,
  m1: i32,
  n0: i32,
  n1: i32,
): void {
  const m = load<i32>(params);
  const n = load<i32>(params, 4);
  const k = load<i32>(params, 8);
  const transposeA = load<i32>(params, 12);
  const copyA = n1 - n0 >= COPY_COLUMNS;
  const c = <usize>load<u32>(args) + ((<usize>index * m * n) << 2);
  const a = <usize>load<u32>(args, 8) + <usize>index * load<i32>(params, 20);
  const b = <usize>load<u32>(args, 12) + <usize>index * load<i32>(params, 24);
  const panelBytes = (<usize>k) << 5;
  const rows = scratch + ASIDE_BYTES;
  const outs = rows + TABLE_BYTES;
  const biases = outs + TABLE_BYTES;
  const packedA = biases + 64;
  if (bias) for (let i: usize = 0; i < 64; i += 4) store<u32>(biases + i, <u32>bias);

  for (let jc = n0; jc < n1; jc += GEMM_NC) {
    const nc = min(GEMM_NC, n1 - jc);
    let pc = 0;
    do {
      const kc = min(GEMM_KC, k - pc);
      const panels = b + (<usize>jc >> 3) * panelBytes + ((<usize>pc) << 5);
      for (let ic = m0; ic < m1; ic += GEMM_MC) {
        const mc = min(GEMM_MC, m1 - ic);
        const rowBytes = (<usize>kc << 2) + GEMM_ROW_GAP;
        if (transposeA) {
          transpose(packedA, rowBytes, a + ((<usize>(pc * m + ic)) << 2), (<usize>m) << 2, kc, mc);
        } else if (copyA) {
          copyRows(packedA, rowBytes, a + ((<usize>(ic * k + pc)) << 2), (<usize>k) << 2, mc, kc);
        }
        const groups = (mc + TILE_ROWS - 1) / TILE_ROWS;
        for (let i = 0; i < groups * TILE_ROWS; i++) {
          const row = min(i, mc - 1);
          const from = transposeA || copyA
            ? packedA + <usize>row * rowBytes
            : a + ((<usize>((ic + row) * k + pc)) << 2);
          store<u32>(rows + ((<usize>i) << 2), <u32>from);
          store<u32>(outs + ((<usize>i) << 2), <u32>(c + ((<usize>((ic + row) * n)) << 2)));
        }
        const from = bias && pc == 0 ? biases : 0;
        const column = <usize>jc << 2;
        const rowsBytes = <usize>TILE_ROWS << 2;
        const bytes = <usize>kc << 2;
        const go = pc > 0;
        block(rows, rowsBytes, groups, 1, bytes, panels, panelBytes, outs, column, nc, go, from, scratch);
        if (pc + kc >= k && finishes(params + 32)) {
          const to = c + ((<usize>(ic * n)) << 2) + column;
          const pointers = <i32>((params - args) >> 2);
          const from = addend ? addend + column : 0;
          finishPixels(to, mc, nc, (<usize>n) << 2, from, params + 32, args, pointers);
        }
      }
      pc += GEMM_KC;
    } while (pc < k);
  }
}
