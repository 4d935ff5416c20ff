// Matrix products with one to three columns (or rows).

import { DOT_ROWS } from '../abi/gemm';
import { RECORD_ARGS, RECORD_INPUTS } from '../abi/record';
import { dot } from './dot';

/**
 * out(i, j) = bias(j) + Σ_k rows[i, k] · few[j, k], i < rows, j < few ≤ DOT_COLUMNS.
 *
 * Arguments c, scratch; rows, few, [bias]; number of rows, of few, k, bytes from one k to the next and from one
 *           j to the next in few, bytes from one i to the next and from one j to the next in c, batch, bytes
 *           from one matrix to the next in rows and few, bytes of scratch a thread.
 * Layout    rows: k contiguous. few: any strides; packed to [few][k] in scratch.
 * Threads   each takes a range of rows over the whole batch.
 * Numerics  see dot.
 */
export function dotGemm(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const inputs = load<i32>(record + (RECORD_INPUTS << 2));
  const bias = inputs > 2 ? <usize>load<u32>(args, 16) : 0;
  const params = args + ((<usize>(2 + inputs)) << 2);
  const m = load<i32>(params);
  const n = load<i32>(params, 4);
  const k = load<i32>(params, 8);
  const fewK = <usize>load<i32>(params, 12);
  const fewJ = <usize>load<i32>(params, 16);
  const outI = <usize>load<i32>(params, 20);
  const outJ = <usize>load<i32>(params, 24);
  const batch = load<i32>(params, 28);
  const scratch = <usize>load<u32>(args, 4) + <usize>load<i32>(params, 40) * thread;
  const outs = scratch + 16;
  const packed = scratch + 64;
  const bytes = (<usize>k) << 2;
  const groups = (m + DOT_ROWS - 1) / DOT_ROWS;
  let group = <i32>((<i64>batch * groups * thread) / threads);
  const end = <i32>((<i64>batch * groups * (thread + 1)) / threads);
  let index = -1;
  for (; group < end; group++) {
    if (index < 0 || group / groups != index) {
      index = group / groups;
      const few = <usize>load<u32>(args, 12) + <usize>index * load<i32>(params, 36);
      for (let j = 0; j < n; j++) {
        for (let i = 0; i < k; i++) {
          store<f32>(
            packed + ((<usize>(j * k + i)) << 2),
            load<f32>(few + <usize>j * fewJ + <usize>i * fewK),
          );
        }
      }
    }
    const x = <usize>load<u32>(args, 8) + <usize>index * load<i32>(params, 32);
    const y = <usize>load<u32>(args) + ((<usize>index * m * n) << 2);
    const first = (group - index * groups) * DOT_ROWS;
    for (let i = 0; i < DOT_ROWS; i++) {
      const row = <usize>min(first + i, m - 1);
      store<u32>(scratch + ((<usize>i) << 2), <u32>(x + row * bytes));
      store<u32>(outs + ((<usize>i) << 2), <u32>(y + row * outI));
    }
    dot(scratch, 1, bytes, packed, bytes, n, outs, outJ, false, bias);
  }
}
