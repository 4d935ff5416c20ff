import { describe, expect, it } from 'vitest';
import * as abi from '../../assembly/abi/elementwise';
import { unary } from '../../src/program/records/elementwise';
import { LENGTHS, numbers, onEach } from './splitting';
import { ulps } from './ulps';

describe('unary', () => {
  const same = Math.fround;
  const table: [string, number, (x: number) => number, number?, number?][] = [
    ['abs', abi.UNARY_ABS, Math.abs],
    ['neg', abi.UNARY_NEG, (x) => -x],
    ['floor', abi.UNARY_FLOOR, Math.floor],
    ['ceil', abi.UNARY_CEIL, Math.ceil],
    [
      'round',
      abi.UNARY_ROUND,
      (x) => (x % 1 === 0.5 || x % 1 === -0.5 ? 2 * Math.round(x / 2) : Math.round(x)),
    ],
    ['sign', abi.UNARY_SIGN, (x) => (x > 0 ? 1 : x < 0 ? -1 : 0)],
    ['step', abi.UNARY_STEP, (x) => (Number.isNaN(x) ? x : x > 0 ? 1 : same(0.3)), 0.3],
    ['clip', abi.UNARY_CLIP, (x) => Math.min(2, Math.max(-1, x)), -1, 2],
    ['relu', abi.UNARY_RELU, (x) => Math.max(0, x)],
    ['relu6', abi.UNARY_RELU6, (x) => Math.min(Math.max(0, x), 6)],
    ['leaky relu', abi.UNARY_LEAKY_RELU, (x) => (x < 0 ? same(same(0.2) * x) : x), 0.2],
  ];

  it.each(table)('%s is exact at every length', (_name, code, reference, first, second) => {
    for (const n of LENGTHS) {
      const x = numbers(n);
      const expected = x.map(reference);
      onEach((harness, recorder) => {
        const y = harness.out(n);
        unary(recorder, code, y, harness.put(x), n, first, second);
        // −0 and 0 are the same here: JavaScript's rounding makes one where a comparison made the other.
        expect([...harness.get(y, n)].map((v) => v + 0)).toEqual([...expected].map((v) => v + 0));
      });
    }
  });

  it('selu is within 2 ULP', () => {
    const x = numbers(200);
    const [scale, alpha] = [1.0507009873554805, 1.7580993408473766].map(same) as [number, number];
    onEach((harness, recorder) => {
      const y = harness.out(x.length);
      unary(recorder, abi.UNARY_SELU, y, harness.put(x), x.length, scale, alpha);
      harness.get(y, x.length).forEach((got, i) => {
        expect(ulps(got, x[i]! >= 0 ? scale * x[i]! : alpha * Math.expm1(x[i]!))).toBeLessThanOrEqual(2);
      });
    });
  });

  it.each([abi.UNARY_EXP, abi.UNARY_TANH, abi.UNARY_SIN])(
    'function %i gives an element the same bits in a body and in a tail, in place or not, on any thread',
    (code) => {
      const x = numbers(200);
      onEach((harness, recorder) => {
        const whole = harness.out(200);
        unary(recorder, code, whole, harness.put(x), 200);
        const inPlace = harness.put(x.subarray(197));
        unary(recorder, code, inPlace, inPlace, 3);
        expect(harness.get(inPlace, 3)).toEqual(harness.get(whole, 200).subarray(197));
        return harness.get(whole, 200);
      });
    },
  );
});
