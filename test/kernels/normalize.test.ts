import { beforeAll, describe, expect, it } from 'vitest';
import {
  type NormalizeSettings,
  recordNormalize,
  recordNormalizeGrad,
  recordNormalizeWith,
} from '../../src/program/records/normalize';
import { everyHarness, maxError, noise, onEveryBuild } from './float';
import type { KernelHarness } from './harness';
import { referenceGradient, referenceMoments, referenceNormalize } from './normalize-reference';

let harnesses: KernelHarness[];
beforeAll(async () => {
  harnesses = await everyHarness();
});

const EDGE_CHANNELS = [1, 3, 4, 5, 8, 9, 17];
const OVER = ['batch', 'instance', 'layer'] as const;
const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** Small shapes for each number of channels, and shapes of several blocks. */
const SMALL: NormalizeSettings[] = OVER.flatMap((over) =>
  EDGE_CHANNELS.flatMap((channels) => [
    { over, shape: [2, 3, 3, channels], epsilon: 1e-3 },
    { over, shape: [3, 5, channels], epsilon: 1e-5 },
  ]),
);
const LARGE: NormalizeSettings[] = [
  ...OVER.flatMap((over) =>
    [1, 3, 64, 65].map((channels) => ({ over, shape: [3, 33, 31, channels], epsilon: 1e-3 })),
  ),
  { over: 'batch', shape: [1037, 40], epsilon: 1e-3 },
  { over: 'instance', shape: [70, 3, 3, 256], epsilon: 1e-2 },
  { over: 'layer', shape: [70, 513], epsilon: 1e-3 },
  { over: 'layer', shape: [3, 9000], epsilon: 1e-3 },
];
const title = ({ over, shape }: NormalizeSettings) => `${over} [${shape}]`;
const named = (cases: NormalizeSettings[]) => cases.map((settings) => [title(settings), settings] as const);

function inputs({ shape }: NormalizeSettings) {
  const channels = shape[shape.length - 1]!;
  return {
    x: noise(sizeOf(shape), 1).map((value, i) => 1.5 * value + 0.25 * ((i % channels) % 5)),
    dy: noise(sizeOf(shape), 2),
    scale: noise(channels, 3).map((value) => 1 + value / 2),
    offset: noise(channels, 4),
  };
}

function forward(settings: NormalizeSettings, x: Float32Array, scale?: Float32Array, offset?: Float32Array) {
  const { length } = referenceMoments(x, settings).mean;
  return onEveryBuild(harnesses, (harness) => {
    const [y, mean, variance] = [harness.out(x.length), harness.out(length), harness.out(length)];
    recordNormalize(
      harness,
      {
        y,
        mean,
        variance,
        x: harness.put(x),
        scale: scale && harness.put(scale),
        offset: offset && harness.put(offset),
      },
      settings,
    );
    return [harness.get(y, x.length), harness.get(mean, length), harness.get(variance, length)];
  });
}

describe('normalize', () => {
  it.each(named([...SMALL, ...LARGE]))('%s: y, mean and variance are the definition’s', (_, settings) => {
    const { x, scale, offset } = inputs(settings);
    const { mean, variance } = referenceMoments(x, settings);
    const expected = referenceNormalize(x, scale, offset, settings);
    for (const [y, m, v] of forward(settings, x, scale, offset)) {
      expect(maxError(m!, mean)).toBeLessThan(4e-7);
      expect(maxError(v!, variance)).toBeLessThan(4e-7);
      expect(maxError(y!, expected)).toBeLessThan(2e-6);
    }
  });

  it.each(named(SMALL))('%s: no scale and offset is ones and zeros', (_, settings) => {
    const { x } = inputs(settings);
    const expected = referenceNormalize(x, undefined, undefined, settings);
    for (const [y] of forward(settings, x)) expect(maxError(y!, expected)).toBeLessThan(2e-6);
  });

  it.each(OVER)('keeps the variance when the mean is large, over %s', (over) => {
    const settings: NormalizeSettings = { over, shape: [2, 40, 40, 3], epsilon: 0 };
    // Exact in f32: multiples of 2⁻¹⁰ around 4096.
    const x = noise(sizeOf(settings.shape), 7).map((value) => 4096 + Math.round(value * 1024) / 1024);
    const { mean, variance } = referenceMoments(x, settings);
    const expected = referenceNormalize(x, undefined, undefined, settings);
    for (const [y, m, v] of forward(settings, x)) {
      expect(maxError(m!, mean)).toBeLessThan(2.5e-4); // half a unit in the last place of 4096
      expect(maxError(v!, variance)).toBeLessThan(3.3e-7); // one part in a million
      expect(maxError(y!, expected)).toBeLessThan(5e-4); // the rounded mean's share
    }
  });

  it('gives a constant tensor variance 0 and y = offset', () => {
    const settings: NormalizeSettings = { over: 'batch', shape: [4, 4, 4, 3], epsilon: 1e-3 };
    const x = new Float32Array(192).fill(0.1);
    const offset = Float32Array.of(1, 2, 3);
    for (const [y, m, v] of forward(settings, x, Float32Array.of(1, 1, 1), offset)) {
      expect([...v!]).toEqual([0, 0, 0]);
      expect([...m!]).toEqual([...new Float32Array(3).fill(0.1)]);
      expect([...y!]).toEqual([...x.map((_, i) => offset[i % 3]!)]);
    }
  });

  it('keeps NaN in its own channel', () => {
    const settings: NormalizeSettings = { over: 'batch', shape: [3, 5, 5, 3], epsilon: 1e-3 };
    const { x, scale, offset } = inputs(settings);
    x[4] = Number.NaN; // channel 1
    for (const [y] of forward(settings, x, scale, offset)) {
      expect(Array.from(y!, Number.isNaN)).toEqual(Array.from(y!, (_, i) => i % 3 === 1));
    }
  });

  it.each(EDGE_CHANNELS)('uses given statistics of %i channels', (channels) => {
    const settings: NormalizeSettings = { over: 'batch', shape: [3, 5, channels], epsilon: 1e-3 };
    const { x, scale, offset } = inputs(settings);
    const mean = noise(channels, 5);
    const variance = noise(channels, 6).map((value) => 1 + value);
    const given = { mean: Float64Array.from(mean), variance: Float64Array.from(variance) };
    const expected = referenceNormalize(x, scale, offset, settings, given);
    for (const [y] of onEveryBuild(harnesses, (harness) => {
      const pointer = harness.out(x.length);
      const [p, m, v, s, o] = [x, mean, variance, scale, offset].map((values) => harness.put(values));
      recordNormalizeWith(
        harness,
        { y: pointer, x: p!, mean: m!, variance: v!, scale: s, offset: o },
        { size: x.length, channels, epsilon: settings.epsilon },
      );
      return [harness.get(pointer, x.length)];
    })) {
      expect(maxError(y!, expected)).toBeLessThan(2e-6);
    }
  });
});

function backward(settings: NormalizeSettings, scaled: boolean) {
  const { x, dy, scale } = inputs(settings);
  const channels = scale.length;
  const moments = referenceMoments(x, settings);
  return onEveryBuild(harnesses, (harness) => {
    const [dx, dscale, doffset] = [harness.out(x.length), harness.out(channels), harness.out(channels)];
    recordNormalizeGrad(
      harness,
      {
        dx,
        ...(scaled ? { dscale, doffset, scale: harness.put(scale) } : {}),
        dy: harness.put(dy),
        x: harness.put(x),
        mean: harness.put(moments.mean),
        variance: harness.put(moments.variance),
      },
      settings,
    );
    const outputs = scaled ? [dx, dscale, doffset] : [dx];
    return outputs.map((pointer, k) => harness.get(pointer, k === 0 ? x.length : channels));
  });
}

describe('normalize gradient', () => {
  it.each(named(SMALL))('%s: agrees with central differences', (_, settings) => {
    const { x, dy, scale, offset } = inputs(settings);
    const loss = (a: ArrayLike<number>, b: ArrayLike<number>, c: ArrayLike<number>) =>
      referenceNormalize(a, b, c, settings).reduce((sum, y, i) => sum + y * dy[i]!, 0);
    const differences = (values: Float32Array, of: (moved: Float64Array) => number) =>
      Float64Array.from(values, (value, i) => {
        const moved = Float64Array.from(values);
        moved[i] = value + 1e-4;
        const up = of(moved);
        moved[i] = value - 1e-4;
        return (up - of(moved)) / 2e-4;
      });
    const expected = [
      differences(x, (moved) => loss(moved, scale, offset)),
      differences(scale, (moved) => loss(x, moved, offset)),
      differences(offset, (moved) => loss(x, scale, moved)),
    ];
    for (const result of backward(settings, true)) {
      result.forEach((values, k) => {
        expect(maxError(values, expected[k]!)).toBeLessThan(1e-5);
      });
    }
  });

  it.each(named(LARGE))('%s: agrees with the chain rule in f64', (_, settings) => {
    const { x, dy, scale } = inputs(settings);
    const { dx, dscale, doffset } = referenceGradient(dy, x, scale, settings);
    for (const [a, b, c] of backward(settings, true)) {
      expect(maxError(a!, dx)).toBeLessThan(2e-6);
      expect(maxError(b!, dscale)).toBeLessThan(1e-4);
      expect(maxError(c!, doffset)).toBeLessThan(1e-4);
    }
  });

  it.each(named(SMALL.slice(0, 21)))('%s: gives dx alone without a scale', (_, settings) => {
    const { x, dy } = inputs(settings);
    const { dx } = referenceGradient(dy, x, undefined, settings);
    for (const [a] of backward(settings, false)) expect(maxError(a!, dx)).toBeLessThan(2e-5);
  });
});
