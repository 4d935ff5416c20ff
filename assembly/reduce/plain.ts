// Reductions that are too rare to be fast.
import { RECORD_ARGS } from '../abi/record';
import { PLAIN_ALL, PLAIN_ANY, PLAIN_PRODUCT, PLAIN_SUM_INT } from '../abi/reduce';
import { partStart } from '../split';

/**
 * y[outer][columns] from x[outer][length][columns], an element at a time.
 * Arguments y, x, function, outer, length, columns. Threads share outputs, 64 at a time.
 * Numerics  a product is taken in f64 and rounded once.
 */
export function reducePlain(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const y = <usize>load<u32>(args);
  const x = <usize>load<u32>(args, 4);
  const code = load<i32>(args, 8);
  const length = <usize>load<u32>(args, 16);
  const columns = <usize>load<u32>(args, 20);
  const n = <usize>load<u32>(args, 12) * columns;
  const end = partStart(n, 64, thread + 1, threads);
  for (let i = partStart(n, 64, thread, threads); i < end; i++) {
    const first = (i / columns) * length * columns + (i % columns);
    switch (code) {
      case PLAIN_PRODUCT:
        store<f32>(y + (i << 2), product(x + (first << 2), length, columns << 2));
        break;
      case PLAIN_SUM_INT:
        store<i32>(y + (i << 2), sumInt(x + (first << 2), length, columns << 2));
        break;
      case PLAIN_ALL:
        store<u8>(y + i, <u8>(find(x + first, length, columns, 0) == length));
        break;
      case PLAIN_ANY:
        store<u8>(y + i, <u8>(find(x + first, length, columns, 1) < length));
        break;
      default:
        unreachable();
    }
  }
}

function product(x: usize, length: usize, stride: usize): f32 {
  let result: f64 = 1;
  for (; length > 0; length--, x += stride) result *= <f64>load<f32>(x);
  return <f32>result;
}

function sumInt(x: usize, length: usize, stride: usize): i32 {
  let result: i32 = 0;
  for (; length > 0; length--, x += stride) result += load<i32>(x);
  return result;
}

// Place of the first byte that is 0 (`wanted` = 0) or is not (1); `length` if there is none.
function find(x: usize, length: usize, stride: usize, wanted: i32): usize {
  for (let i = <usize>0; i < length; i++, x += stride) {
    if (<i32>(load<u8>(x) != 0) == wanted) return i;
  }
  return length;
}
