import { beforeAll, describe, expect, it } from 'vitest';
import { type ResizeSettings, recordResize, recordResizeGrad } from '../../src/program/records/resize';
import { everyHarness, maxError, noise, onEveryBuild } from './float';
import type { KernelHarness } from './harness';

let harnesses: KernelHarness[];
beforeAll(async () => {
  harnesses = await everyHarness();
});

type Shape4 = [number, number, number, number];

/** Where along an axis output o looks, in f64 and TF.js's terms. */
function position(o: number, from: number, to: number, { alignCorners, halfPixelCenters }: ResizeSettings) {
  const corners = alignCorners && to > 1 ? 1 : 0;
  const ratio = (from - corners) / (to - corners);
  return halfPixelCenters ? ratio * (o + 0.5) : ratio * o;
}

/** `[source, weight]` pairs of output o. */
function sources(o: number, from: number, to: number, settings: ResizeSettings): [number, number][] {
  const at = position(o, from, to, settings);
  if (settings.method === 'nearest') {
    return [[Math.min(from - 1, settings.alignCorners ? Math.round(at) : Math.floor(at)), 1]];
  }
  const p = settings.halfPixelCenters ? at - 0.5 : at;
  const clamp = (i: number) => Math.min(from - 1, Math.max(0, i));
  const weight = p - Math.floor(p);
  return [
    [clamp(Math.floor(p)), 1 - weight],
    [clamp(Math.ceil(p)), weight],
  ];
}

/** Calls `each` for every (output, input, weight). */
function eachWeight(settings: ResizeSettings, each: (y: number, x: number, weight: number) => void): void {
  const [n, height, width, channels] = settings.inputShape;
  const [outHeight, outWidth] = settings.size;
  for (let b = 0; b < n; b++) {
    for (let r = 0; r < outHeight; r++) {
      for (let c = 0; c < outWidth; c++) {
        for (const [i, rowWeight] of sources(r, height, outHeight, settings)) {
          for (const [j, columnWeight] of sources(c, width, outWidth, settings)) {
            const y = ((b * outHeight + r) * outWidth + c) * channels;
            const x = ((b * height + i) * width + j) * channels;
            for (let d = 0; d < channels; d++) each(y + d, x + d, rowWeight * columnWeight);
          }
        }
      }
    }
  }
}

const OPTIONS = [
  { alignCorners: false, halfPixelCenters: false },
  { alignCorners: true, halfPixelCenters: false },
  { alignCorners: false, halfPixelCenters: true },
];
const SIZES: [Shape4, [number, number]][] = [
  ...[1, 3, 4, 5, 8, 9, 17].map((c): [Shape4, [number, number]] => [
    [2, 3, 4, c],
    [6, 8],
  ]),
  [
    [2, 5, 3, 3],
    [2, 7],
  ],
  [
    [1, 4, 4, 5],
    [3, 3],
  ],
  [
    [2, 1, 1, 2],
    [3, 2],
  ],
  [
    [2, 4, 5, 2],
    [1, 1],
  ],
  [
    [1, 2, 3, 4],
    [8, 12],
  ],
  [
    [2, 17, 16, 20],
    [34, 32],
  ],
];
const CASES = (['nearest', 'bilinear'] as const).flatMap((method) =>
  OPTIONS.flatMap((options) =>
    SIZES.map(([inputShape, size]): ResizeSettings => ({ method, ...options, inputShape, size })),
  ),
);
const named = CASES.map((settings) => {
  const { method, alignCorners, halfPixelCenters, inputShape, size } = settings;
  const how = alignCorners ? ', corners aligned' : halfPixelCenters ? ', half-pixel centres' : '';
  return [`${method} [${inputShape}] to [${size}]${how}`, settings] as const;
});
const sizesOf = ({ inputShape: [n, h, w, c], size: [oh, ow] }: ResizeSettings) => [
  n * h * w * c,
  n * oh * ow * c,
];

describe('resize', () => {
  it.each(named)('%s', (_, settings) => {
    const [inputs, outputs] = sizesOf(settings) as [number, number];
    const x = noise(inputs);
    const expected = new Float64Array(outputs);
    eachWeight(settings, (o, i, weight) => {
      expected[o]! += weight * x[i]!;
    });
    for (const [y] of onEveryBuild(harnesses, (harness) => {
      const pointer = harness.out(outputs);
      recordResize(harness, { y: pointer, x: harness.put(x) }, settings);
      return [harness.get(pointer, outputs)];
    })) {
      expect(maxError(y!, expected)).toBeLessThanOrEqual(settings.method === 'nearest' ? 0 : 3e-7);
    }
  });
});

describe('resize gradient', () => {
  it.each(named)('%s is the transpose', (_, settings) => {
    const [inputs, outputs] = sizesOf(settings) as [number, number];
    const dy = noise(outputs);
    const expected = new Float64Array(inputs);
    eachWeight(settings, (o, i, weight) => {
      expected[i]! += weight * dy[o]!;
    });
    for (const [dx] of onEveryBuild(harnesses, (harness) => {
      const pointer = harness.out(inputs);
      recordResizeGrad(harness, { dx: pointer, dy: harness.put(dy) }, settings);
      return [harness.get(pointer, inputs)];
    })) {
      expect(maxError(dx!, expected)).toBeLessThan(4e-6);
    }
  });

  it('agrees with differences of the kernel’s own forward pass', () => {
    for (const settings of CASES.filter(({ inputShape: [n, h, w, c] }) => n * h * w * c <= 60)) {
      const [inputs, outputs] = sizesOf(settings) as [number, number];
      const dy = noise(outputs);
      const harness = harnesses[0]!;
      const loss = (x: Float32Array) => {
        harness.reset();
        const y = harness.out(outputs);
        recordResize(harness, { y, x: harness.put(x) }, settings);
        return harness.get(y, outputs).reduce((sum, value, i) => sum + value * dy[i]!, 0);
      };
      const differences = Float64Array.from({ length: inputs }, (_, i) => {
        const x = new Float32Array(inputs);
        x[i] = 1;
        const up = loss(x);
        x[i] = -1;
        return (up - loss(x)) / 2;
      });
      harness.reset();
      const dx = harness.out(inputs);
      recordResizeGrad(harness, { dx, dy: harness.put(dy) }, settings);
      expect(maxError(harness.get(dx, inputs), differences)).toBeLessThan(3e-6);
    }
  });
});
