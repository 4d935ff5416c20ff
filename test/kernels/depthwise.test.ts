import { beforeAll, describe, expect, it } from 'vitest';
import { type DepthwiseShape, depthwiseConv } from '../../src/program/records/depthwise';
import { everyHarness, maxError, noise, onEveryBuild } from './float';
import type { KernelHarness } from './harness';

let harnesses: KernelHarness[];
beforeAll(async () => {
  harnesses = await everyHarness();
});

const BASE: DepthwiseShape = {
  batch: 2,
  channels: 4,
  input: [6, 5],
  output: [4, 3],
  window: [3, 3],
  stride: [1, 1],
  dilation: [1, 1],
  before: [0, 0],
};
const CASES: readonly DepthwiseShape[] = [
  // Every tail of a vector, of four vectors, and both.
  ...[1, 2, 3, 4, 5, 15, 16, 17, 19, 20, 31, 32, 33].map((channels) => ({ ...BASE, channels })),
  // Over the border on every side, and an image smaller than its windows.
  { ...BASE, channels: 17, output: [6, 5], before: [1, 1] },
  { ...BASE, channels: 5, input: [1, 2], output: [3, 4], before: [2, 2] },
  // Windows that miss the image altogether.
  { ...BASE, channels: 6, output: [14, 12], before: [5, 4] },
  // A border that is left out.
  { ...BASE, channels: 18, output: [3, 2], before: [-1, -1] },
  { ...BASE, output: [2, 9], before: [-9, -2] },
  { ...BASE, channels: 16, output: [3, 2], window: [2, 1], stride: [2, 3] },
  { ...BASE, channels: 7, input: [11, 12], output: [6, 5], window: [3, 2], dilation: [2, 4], before: [1, 3] },
  { ...BASE, channels: 3, input: [9, 10], output: [4, 4], stride: [3, 2], dilation: [3, 2], before: [4, 1] },
  { ...BASE, channels: 64, input: [40, 33], output: [40, 33], before: [1, 1] },
];
const named = CASES.map(
  (shape) =>
    [
      `${shape.channels} channels of [${shape.input}] by [${shape.window}] into [${shape.output}], stride ${shape.stride}, dilation ${shape.dilation}, padding ${shape.before}`,
      shape,
    ] as const,
);

/** y[n][oy][ox][c] = bias[c] + Σ x[n][oy·stride − before + tap·dilation][…][c] · filter[tap][…][c]. */
function reference(
  shape: DepthwiseShape,
  x: Float32Array,
  filter: Float32Array,
  bias?: Float32Array,
): number[] {
  const { batch, channels, input, output, window, stride, dilation, before } = shape;
  const result: number[] = [];
  for (let n = 0; n < batch; n++) {
    for (let r = 0; r < output[0]; r++) {
      for (let o = 0; o < output[1]; o++) {
        for (let c = 0; c < channels; c++) {
          let sum = bias ? bias[c]! : 0;
          for (let i = 0; i < window[0]; i++) {
            for (let j = 0; j < window[1]; j++) {
              const row = r * stride[0] - before[0] + i * dilation[0];
              const column = o * stride[1] - before[1] + j * dilation[1];
              if (row < 0 || row >= input[0] || column < 0 || column >= input[1]) continue;
              const value = x[((n * input[0] + row) * input[1] + column) * channels + c]!;
              sum += value * filter[(i * window[1] + j) * channels + c]!;
            }
          }
          result.push(sum);
        }
      }
    }
  }
  return result;
}

describe('depthwise convolution', () => {
  it.each(named)('is right for %s', (_, shape) => {
    const { batch, channels, input, window } = shape;
    const x = noise(batch * input[0] * input[1] * channels);
    const filter = noise(window[0] * window[1] * channels, 2);
    for (const bias of [undefined, noise(channels, 3)]) {
      const expected = reference(shape, x, filter, bias);
      for (const [y] of onEveryBuild(harnesses, (harness) => {
        const pointer = harness.out(expected.length);
        depthwiseConv(harness, {
          shape,
          y: pointer,
          x: harness.put(x),
          filter: harness.put(filter),
          ...(bias && { bias: harness.put(bias) }),
        });
        return [harness.get(pointer, expected.length)];
      })) {
        expect(maxError(y!, expected)).toBeLessThan(2e-6);
      }
    }
  });

  it('records nothing for an empty result', () => {
    const [harness] = harnesses as [KernelHarness];
    depthwiseConv(harness, { shape: { ...BASE, batch: 0 }, y: 0, x: 0, filter: 0 });
  });
});
