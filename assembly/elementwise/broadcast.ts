// The walk over two broadcast operands that every binary kernel shares.
import { RECORD_ARGS } from '../abi/record';
import { partStart } from '../split';

/**
 * y[n] = f(a, b), a and b read by strides.
 * Arguments y, a, b, function, n, then six times, from the innermost axis: size, stride of a, stride of b.
 * Layout    y contiguous. Rows along the innermost axis go to `K.row`, whole or cut by a thread's range; an
 *           odometer of five counters moves a and b from row to row. y may be an operand of y's own shape.
 * Threads   64 elements at a time, so that no two threads write one line, bytes included.
 */
export function broadcast<K>(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const n = <usize>load<u32>(args, 16);
  let at = partStart(n, 64, thread, threads);
  const end = partStart(n, 64, thread + 1, threads);
  if (at >= end) return;
  const kernel = changetype<K>(0);
  const outShift = kernel.outShift();
  const inShift = kernel.inShift();
  const y = <usize>load<u32>(args);
  const code = load<i32>(args, 12);
  const size0 = <usize>load<u32>(args, 20);
  const a0 = <usize>load<u32>(args, 24);
  const b0 = <usize>load<u32>(args, 28);
  const size1 = <usize>load<u32>(args, 32);
  const size2 = <usize>load<u32>(args, 44);
  const size3 = <usize>load<u32>(args, 56);
  const size4 = <usize>load<u32>(args, 68);

  let column = at % size0;
  let row = at / size0;
  let i1 = row % size1;
  row /= size1;
  let i2 = row % size2;
  row /= size2;
  let i3 = row % size3;
  row /= size3;
  let i4 = row % size4;
  let i5 = row / size4;
  const a1 = load<i32>(args, 36);
  const a2 = load<i32>(args, 48);
  const a3 = load<i32>(args, 60);
  const a4 = load<i32>(args, 72);
  const a5 = load<i32>(args, 84);
  const b1 = load<i32>(args, 40);
  const b2 = load<i32>(args, 52);
  const b3 = load<i32>(args, 64);
  const b4 = load<i32>(args, 76);
  const b5 = load<i32>(args, 88);
  while (true) {
    const a = i1 * a1 + i2 * a2 + i3 * a3 + i4 * a4 + i5 * a5 + column * a0;
    const b = i1 * b1 + i2 * b2 + i3 * b3 + i4 * b4 + i5 * b5 + column * b0;
    const count = min<usize>(size0 - column, end - at);
    kernel.row(
      code,
      y + (at << outShift),
      <usize>load<u32>(args, 4) + (a << inShift),
      <usize>load<u32>(args, 8) + (b << inShift),
      count,
      a0 != 0,
      b0 != 0,
    );
    at += count;
    if (at >= end) return;
    column = 0;
    if (++i1 < size1) continue;
    i1 = 0;
    if (++i2 < size2) continue;
    i2 = 0;
    if (++i3 < size3) continue;
    i3 = 0;
    if (++i4 < size4) continue;
    i4 = 0;
    i5++;
  }
}
