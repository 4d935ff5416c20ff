import { reverse, type Tensor, type Tensor3D, tensor, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError, ShapeError } from '../../src/errors';
import { type GruOptions, gru } from '../../src/layers/gru';
import { summarize } from '../../src/layers/inspect';
import { buildNetwork, type Network } from '../../src/layers/network';
import type { Shape } from '../../src/util/shape';
import { BACKENDS, startBackend } from '../support/backends';
import { expectClose, maxDifference, randomTensor } from '../support/numeric';

const STEPS = 4;
const INPUTS = 2;
const UNITS = 3;

const sines = (shape: Shape, from: number): Tensor => {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(
    Array.from({ length: size }, (_, i) => Math.sin(from + i)),
    [...shape],
  );
};

function withSines(options: Partial<GruOptions> = {}): Network {
  const network = buildNetwork(
    { inputShape: [STEPS, INPUTS], layer: gru({ units: UNITS, ...options }) },
    'gru',
    1,
  );
  const starts = { kernel: 1, recurrent: 40, bias: 80, recurrentBias: 100 };
  for (const [path, from] of Object.entries(starts)) {
    const weight = network.parameters.get(path)!;
    tidy(() => weight.assign(sines(weight.shape, from)));
  }
  return network;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** The states of one sequence by PyTorch's formulas, one number after the other, in f64. */
function reference(x: readonly number[][], network: Network): number[] {
  const [kernel, recurrent, bias, recurrentBias] = ['kernel', 'recurrent', 'bias', 'recurrentBias'].map(
    (path) => network.parameters.get(path)!.dataSync(),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const gate = (
    from: readonly number[],
    weights: Float32Array,
    offset: Float32Array,
    part: number,
    unit: number,
  ) =>
    from.reduce(
      (sum, value, i) => sum + value * weights[i * 3 * UNITS + part * UNITS + unit]!,
      offset[part * UNITS + unit]!,
    );
  let h: number[] = new Array(UNITS).fill(0);
  return x.flatMap((input) => {
    h = h.map((old, unit, state) => {
      const own = (part: number) => gate(input, kernel, bias, part, unit);
      const fed = (part: number) => gate(state, recurrent, recurrentBias, part, unit);
      const reset = sigmoid(own(0) + fed(0));
      const keep = sigmoid(own(1) + fed(1));
      const candidate = Math.tanh(own(2) + reset * fed(2));
      return (1 - keep) * candidate + keep * old;
    });
    return h;
  });
}

describe.each(BACKENDS)('gru on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it("computes the states of PyTorch's formulas", () => {
    const all = withSines({ sequences: true });
    const last = withSines();
    tidy(() => {
      const x = sines([2, STEPS, INPUTS], 200) as Tensor3D;
      const expected = x.arraySync().flatMap((sequence) => reference(sequence, all));
      const states = all.apply(x);
      expect(states.shape).toEqual([2, STEPS, UNITS]);
      expectClose(states, expected, 1e-5);
      const state = last.apply(x);
      expect(state.shape).toEqual([2, UNITS]);
      expectClose(state, [...expected.slice(9, 12), ...expected.slice(21, 24)], 1e-5);
    });
    all.dispose();
    last.dispose();
  });

  it('passes its state over steps whose inputs are zero, unless it is not masked', () => {
    const networks = { masked: withSines(), plain: withSines({ masked: false }) };
    const short = buildNetwork({ inputShape: [2, INPUTS], layer: gru({ units: UNITS }) }, 'gru', 1);
    tidy(() => {
      for (const [path, weight] of short.parameters) weight.assign(networks.masked.parameters.get(path)!);
      const [a, b, c, d] = [0.3, -0.2, 0.7, 0.1];
      // One example padded at its end, one at its start, one between.
      const x = tensor(
        [
          [a, b, c, d, 0, 0, 0, 0],
          [0, 0, 0, 0, a, b, c, d],
          [a, b, 0, 0, 0, 0, c, d],
        ].flat(),
        [3, STEPS, INPUTS],
      );
      const expected = short.apply(tensor([a, b, c, d], [1, 2, INPUTS])).dataSync();
      expect(
        maxDifference(networks.masked.apply(x).dataSync(), [...expected, ...expected, ...expected]),
      ).toBe(0);
      expect(
        maxDifference(networks.plain.apply(x).dataSync(), [...expected, ...expected, ...expected]),
      ).toBeGreaterThan(0.05);
    });
    for (const network of [...Object.values(networks), short]) network.dispose();
  });

  it('tells one order from another', () => {
    const network = withSines();
    tidy(() => {
      const x = randomTensor([1, STEPS, INPUTS], 3);
      const turned = network.apply(reverse(x, 1)).dataSync();
      expect(maxDifference(network.apply(x).dataSync(), turned)).toBeGreaterThan(0.05);
    });
    network.dispose();
  });
});

describe('gru', () => {
  it('refuses what is no sequence, and numbers out of range', () => {
    const build = (inputShape: Shape) => () => summarize({ inputShape, layer: gru({ units: 2 }) });
    expect(build([4])).toThrow(
      new ShapeError(
        'gru: input must be [steps, features], got [4]; put an embedding or a reshape before it',
      ),
    );
    expect(build([4, 4, 3])).toThrow(ShapeError);
    expect(() => gru({ units: 0 })).toThrow(ArgumentError);
  });
});
