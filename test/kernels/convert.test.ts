import { describe, expect, it } from 'vitest';
import * as abi from '../../assembly/abi/elementwise';
import { cast, select } from '../../src/program/records/elementwise';
import { bytesAt, EDGES, integers, LENGTHS, numbers, onEach, putBytes } from './splitting';

describe('cast', () => {
  const wide = [...EDGES, 2147483648, -2147483648, 4294967296 * 3 + 4096, -6e9, 1e19, -1e30, 2147483520];
  const floats = (n: number) => Float32Array.from({ length: n }, (_, i) => wide[(i * 5) % wide.length]!);
  const ints = (n: number) => integers(n).map((value, i) => (i % 5 ? value : 0));
  const bytes = (n: number) => Uint8Array.from({ length: n }, (_, i) => ((i * i) % 3) & 1);

  it.each([
    ['f32 to i32', abi.CAST_FLOAT_TO_INT, floats, (x: number) => x | 0, 'i32'],
    ['i32 to f32', abi.CAST_INT_TO_FLOAT, ints, Math.fround, 'f32'],
    ['bool to f32', abi.CAST_BYTE_TO_FLOAT, bytes, (x: number) => x, 'f32'],
    ['bool to i32', abi.CAST_BYTE_TO_INT, bytes, (x: number) => x, 'i32'],
    ['f32 to bool', abi.CAST_FLOAT_TO_BYTE, floats, (x: number) => Number(x !== 0), 'byte'],
    ['i32 to bool', abi.CAST_INT_TO_BYTE, ints, (x: number) => Number(x !== 0), 'byte'],
    ['isNaN', abi.CAST_IS_NAN, floats, (x: number) => Number(Number.isNaN(x)), 'byte'],
    ['isInf', abi.CAST_IS_INFINITE, floats, (x: number) => Number(Math.abs(x) === Infinity), 'byte'],
    ['isFinite', abi.CAST_IS_FINITE, floats, (x: number) => Number(Number.isFinite(x)), 'byte'],
    ['not', abi.CAST_NOT, bytes, (x: number) => 1 - x, 'byte'],
  ] as const)('%s is as JavaScript has it at every length', (_name, code, make, reference, type) => {
    for (const n of LENGTHS) {
      const x = make(n);
      onEach((harness, recorder) => {
        const from =
          x instanceof Uint8Array
            ? putBytes(harness, x)
            : harness.put(x, x instanceof Int32Array ? 'i32' : 'f32');
        const y = type === 'byte' ? putBytes(harness, new Uint8Array(n).fill(9)) : harness.out(n);
        cast(recorder, code, y, from, n);
        const got = type === 'byte' ? bytesAt(harness, y, n) : harness.view(y, n, type);
        expect([...got]).toEqual(Array.from(x, reference));
      });
    }
  });
});

describe('select', () => {
  it('takes the first operand where the condition is 1, in words and in bytes', () => {
    for (const n of LENGTHS) {
      const condition = Uint8Array.from({ length: n }, (_, i) => ((i * 3) % 7) & 1);
      const [a, b] = [numbers(n, 2), numbers(n, 3)];
      const [c, d] = [a, b].map((values) => Uint8Array.from(values, (value) => value * 8));
      onEach((harness, recorder) => {
        const y = harness.out(n);
        select(recorder, 4, y, putBytes(harness, condition), harness.put(a), harness.put(b), n);
        expect([...harness.get(y, n)]).toEqual(Array.from(a, (value, i) => (condition[i] ? value : b[i])));
        const z = putBytes(harness, new Uint8Array(n));
        const operands = [condition, c!, d!].map((values) => putBytes(harness, values));
        select(recorder, 1, z, operands[0]!, operands[1]!, operands[2]!, n);
        expect([...bytesAt(harness, z, n)]).toEqual(
          Array.from(c!, (value, i) => (condition[i] ? value : d![i])),
        );
      });
    }
  });
});
