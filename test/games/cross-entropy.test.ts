import { grad, type Scalar, tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/errors';
import { crossEntropy } from '../../src/games/cross-entropy';
import { BACKENDS, startBackend } from '../support/backends';

const LOGITS = [
  [0.5, -1, 2],
  [3, 0, 0.25],
  [-2, -2.5, -1],
  [0, 0, 0],
];
const LABELS = [2, 1, 0, 1];

/** In double precision, from its definition. */
function expected(): { loss: number; gradient: number[] } {
  let loss = 0;
  const gradient: number[] = [];
  LOGITS.forEach((row, i) => {
    const total = row.reduce((sum, value) => sum + Math.exp(value), 0);
    loss -= Math.log(Math.exp(row[LABELS[i]!]!) / total) / LOGITS.length;
    row.forEach((value, c) => {
      gradient.push((Math.exp(value) / total - (c === LABELS[i] ? 1 : 0)) / LOGITS.length);
    });
  });
  return { loss, gradient };
}

describe.each(BACKENDS)('crossEntropy on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it('is what its definition says, and so is its gradient', () => {
    const label = tensor1d(LABELS, 'int32');
    const { loss, gradient } = expected();
    expect(Math.abs(crossEntropy(tensor2d(LOGITS), label).dataSync()[0]! - loss)).toBeLessThan(1e-6);
    const found = grad((logits) => crossEntropy(logits, label))(tensor2d(LOGITS)).dataSync();
    gradient.forEach((value, i) => {
      expect(Math.abs(found[i]! - value)).toBeLessThan(1e-6);
    });
  });

  it('overflows at no size of logit', () => {
    const loss = (logits: number[][], label: number): number =>
      (crossEntropy(tensor2d(logits), tensor1d([label], 'int32')) as Scalar).dataSync()[0]!;
    expect(Math.abs(loss([[1000, -1000]], 0))).toBe(0);
    expect(loss([[1000, -1000]], 1)).toBe(2000);
    expect(Math.abs(loss([[1e4, 1e4]], 1) - Math.log(2))).toBeLessThan(1e-3);
    const gradient = grad((logits) => crossEntropy(logits, tensor1d([1], 'int32')))(
      tensor2d([[1000, -1000]]),
    );
    expect([...gradient.dataSync()]).toEqual([1, -1]);
  });

  it('refuses other shapes and types', () => {
    const logits = tensor2d(LOGITS);
    expect(() => crossEntropy(logits, tensor1d(LABELS))).toThrow(ShapeError);
    expect(() => crossEntropy(logits, tensor1d([1], 'int32'))).toThrow(/got \[4,3\] and int32 \[1\]/);
    expect(() => crossEntropy(tensor([1, 2]), tensor1d([1, 2], 'int32'))).toThrow(
      /got \[2\] and int32 \[2\]/,
    );
  });
});
