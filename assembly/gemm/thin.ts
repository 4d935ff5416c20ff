// Products with few rows, or a short k: B is read where it is, once a row.

import { RECORD_ARGS, RECORD_INPUTS } from '../abi/record';
import { madd } from '../simd/arithmetic';

/**
 * C[M,N] = bias + A · B for a small M or K.
 *
 * Arguments c; a, b, [bias]; m, n, k, bytes from one row and from one k to the next in a, batch, bytes from one
 *           matrix to the next in a and b.
 * Layout    a: any strides. b: [K,N], c: [M,N], dense. bias: [N].
 * Tiling    one row of c; four rows of b a pass; vectors along n, the last n % 4 alone.
 * Threads   each takes a range of columns, or of rows where K is short and rows are many, over the batch.
 * Numerics  k ascending, one accumulator an output.
 */
export function thinGemm(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const inputs = load<i32>(record + (RECORD_INPUTS << 2));
  const bias = inputs > 2 ? <usize>load<u32>(args, 12) : 0;
  const params = args + (<usize>(1 + inputs) << 2);
  const m = load<i32>(params);
  const n = load<i32>(params, 4);
  const k = load<i32>(params, 8);
  const stepRow = <usize>load<i32>(params, 12);
  const stepK = <usize>load<i32>(params, 16);
  const batch = load<i32>(params, 20);
  const lines = (n + 15) >> 4; // a cache line of columns belongs to one thread
  const byRows = m >= lines;
  const m0 = byRows ? part(m, thread, threads) : 0;
  const m1 = byRows ? part(m, thread + 1, threads) : m;
  const n0 = byRows ? 0 : part(lines, thread, threads) << 4;
  const n1 = byRows ? n : min(n, part(lines, thread + 1, threads) << 4);
  if (n1 <= n0) return;
  const ld = <usize>n << 2;
  const bytes = <usize>(n1 - n0) << 2;
  for (let index = 0; index < batch; index++) {
    const a = <usize>load<u32>(args, 4) + <usize>index * load<i32>(params, 24);
    const b = <usize>load<u32>(args, 8) + <usize>index * load<i32>(params, 28) + (<usize>n0 << 2);
    const c = <usize>load<u32>(args) + (<usize>index * m * n + n0 << 2);
    for (let i = m0; i < m1; i++) {
      const y = c + <usize>i * ld;
      if (bias) memory.copy(y, bias + (<usize>n0 << 2), bytes);
      else memory.fill(y, 0, bytes);
      let x = a + <usize>i * stepRow;
      let z = b;
      let left = k;
      for (; left >= 4; left -= 4) {
        addRows4(y, bytes, z, ld, x, stepK);
        x += stepK << 2;
        z += ld << 2;
      }
      for (; left > 0; left--) {
        addRow(y, bytes, z, v128.load32_splat(x));
        x += stepK;
        z += ld;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function part(count: i32, thread: i32, threads: i32): i32 {
  return <i32>((<i64>count * thread) / threads);
}

// y += x[0] · z[0] + x[1] · z[1] + x[2] · z[2] + x[3] · z[3], in this order.
function addRows4(y: usize, bytes: usize, z: usize, ld: usize, x: usize, step: usize): void {
  const x0 = v128.load32_splat(x);
  const x1 = v128.load32_splat(x + step);
  const x2 = v128.load32_splat(x + (step << 1));
  const x3 = v128.load32_splat(x + step * 3);
  let z1 = z + ld;
  let z2 = z1 + ld;
  let z3 = z2 + ld;
  const end = y + bytes;
  for (const end4 = y + (bytes & ~15); y != end4; y += 16) {
    let c = madd(x0, v128.load(z), v128.load(y));
    c = madd(x1, v128.load(z1), c);
    c = madd(x2, v128.load(z2), c);
    v128.store(y, madd(x3, v128.load(z3), c));
    z += 16;
    z1 += 16;
    z2 += 16;
    z3 += 16;
  }
  for (; y != end; y += 4) {
    let c = madd(x0, v128.load32_zero(z), v128.load32_zero(y));
    c = madd(x1, v128.load32_zero(z1), c);
    c = madd(x2, v128.load32_zero(z2), c);
    v128.store_lane<f32>(y, madd(x3, v128.load32_zero(z3), c), 0);
    z += 4;
    z1 += 4;
    z2 += 4;
    z3 += 4;
  }
}

// y += x · z.
function addRow(y: usize, bytes: usize, z: usize, x: v128): void {
  const end = y + bytes;
  for (const end4 = y + (bytes & ~15); y != end4; y += 16) {
    v128.store(y, madd(x, v128.load(z), v128.load(y)));
    z += 16;
  }
  for (; y != end; y += 4) {
    v128.store_lane<f32>(y, madd(x, v128.load32_zero(z), v128.load32_zero(y)), 0);
    z += 4;
  }
}
