// Contiguous fills and copies; threads share whole lines.
import { RECORD_ARGS } from '../abi/record';
import { partStart } from '../split';

/** y[n] = value. Arguments y, n, value (the word's bits). */
export function fill(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const n = <usize>load<u32>(args, 4);
  const y = <usize>load<u32>(args);
  fillWords(
    y + (partStart(n, 16, thread, threads) << 2),
    y + (partStart(n, 16, thread + 1, threads) << 2),
    load<u32>(args, 8),
  );
}

/** Words in [y, end) = value. */
export function fillWords(y: usize, end: usize, value: u32): void {
  // One value in all four bytes, 0 above all: what the engine's own fill does, and best.
  if (value == (value & 0xff) * 0x01010101) {
    if (y < end) memory.fill(y, <u8>value, end - y);
    return;
  }
  const four = i32x4.splat(value);
  for (; end - y >= 64; y += 64) {
    v128.store(y, four);
    v128.store(y, four, 16);
    v128.store(y, four, 32);
    v128.store(y, four, 48);
  }
  for (; y < end; y += 4) store<u32>(y, value);
}

/** y[n] = value in bytes. Arguments y, n, value. */
export function fillBytes(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const n = <usize>load<u32>(args, 4);
  const first = partStart(n, 64, thread, threads);
  memory.fill(<usize>load<u32>(args) + first, load<u8>(args, 8), partStart(n, 64, thread + 1, threads) - first);
}

/** y[n] = x[n]. Arguments y, x, n. */
export function copy(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const n = <usize>load<u32>(args, 8);
  const first = partStart(n, 16, thread, threads) << 2;
  const bytes = (partStart(n, 16, thread + 1, threads) << 2) - first;
  memory.copy(<usize>load<u32>(args) + first, <usize>load<u32>(args, 4) + first, bytes);
}
