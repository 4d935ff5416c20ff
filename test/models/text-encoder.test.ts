import { mean, square, sub, type Tensor, tensor, tidy, variableGrads } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { readWords } from '../../src/data/words/encode';
import { buildVocabulary } from '../../src/data/words/vocabulary';
import { ArgumentError, ShapeError } from '../../src/errors';
import { layerFromConfig } from '../../src/layers/from-config';
import type { LayerConfig } from '../../src/layers/layer';
import { buildNetwork } from '../../src/layers/network';
import { textEncoder } from '../../src/models/text-encoder';
import { SeededRandom } from '../../src/ops/random';
import { BACKENDS, startBackend } from '../support/backends';
import { expectClose, maxDifference } from '../support/numeric';

const LENGTH = 6;
const vocabulary = buildVocabulary(['red eyes blue hair']);
const layer = textEncoder({ vocabulary: vocabulary.length, units: 8, embedding: 4 });

const captions = (...texts: string[]): Tensor =>
  tensor(
    texts.flatMap((text) => [...readWords({ vocabulary, length: LENGTH }, text)]),
    [texts.length, LENGTH],
    'int32',
  );

describe.each(BACKENDS)('textEncoder on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it('gives each caption a vector, in which the binding of words counts', () => {
    const network = buildNetwork({ inputShape: [LENGTH], layer }, 'encoder', 4);
    tidy(() => {
      const y = network.apply(captions('red eyes, blue hair', 'blue eyes, red hair', 'red eyes'));
      expect(y.shape).toEqual([3, 8]);
      const rows = y.arraySync() as number[][];
      expect(maxDifference(rows[0]!, rows[1]!)).toBeGreaterThan(0.01);
      expect(maxDifference(rows[0]!, rows[2]!)).toBeGreaterThan(0.01);
    });
    network.dispose();
  });

  it('does not see how much padding there is', () => {
    const long = buildNetwork({ inputShape: [LENGTH], layer }, 'encoder', 4);
    const short = buildNetwork({ inputShape: [2], layer }, 'encoder', 4);
    tidy(() => {
      const exact = tensor(readWords({ vocabulary, length: 2 }, 'red hair'), [1, 2], 'int32');
      expectClose(long.apply(captions('red hair')), short.apply(exact).dataSync(), 0);
    });
    long.dispose();
    short.dispose();
  });

  it('sends a gradient into every weight, and none into words that were not said', () => {
    const network = buildNetwork({ inputShape: [LENGTH], layer }, 'encoder', 4);
    tidy(() => {
      const weights = [...network.parameters.values()];
      const { grads } = variableGrads(
        () => mean(square(sub(network.apply(captions('blue hair', 'blue')), 1))),
        weights,
      );
      for (const { name } of weights) expect(grads[name]!.dataSync().some((slope) => slope !== 0)).toBe(true);
      const rows = grads[network.parameters.get('0/kernel')!.name]!.arraySync() as number[][];
      const moved = rows.map((row) => row.some((slope) => slope !== 0));
      expect(moved).toEqual(vocabulary.map((word) => word === 'blue' || word === 'hair'));
    });
    network.dispose();
  });

  it('drops parts of the vector in training only, and comes back from its config', () => {
    const dropping = textEncoder({ vocabulary: 5, units: 64, dropout: 0.5 });
    const config: LayerConfig = JSON.parse(JSON.stringify(dropping.config));
    const network = buildNetwork({ inputShape: [LENGTH], layer: layerFromConfig(config) }, 'encoder', 4);
    tidy(() => {
      const zeros = (training: boolean) =>
        network
          .apply(captions('red hair'), { training, random: new SeededRandom(1) })
          .dataSync()
          .filter((value) => value === 0).length;
      expect(zeros(false)).toBe(0);
      expect(zeros(true)).toBeGreaterThan(16);
      expect(zeros(true)).toBeLessThan(48);
    });
    network.dispose();
  });
});

describe('textEncoder', () => {
  it('refuses numbers out of range, and numbers of words that are not whole', () => {
    expect(() => textEncoder({ vocabulary: 1 })).toThrow(
      new ArgumentError('textEncoder: vocabulary must be an integer of at least 2, got 1'),
    );
    expect(() => textEncoder({ vocabulary: 9, units: 0 })).toThrow(ArgumentError);
    expect(() => textEncoder({ vocabulary: 9, embedding: 0.5 })).toThrow(ArgumentError);
    expect(() => textEncoder({ vocabulary: 9, dropout: 1 })).toThrow(ArgumentError);
    const network = buildNetwork({ inputShape: [2], layer }, 'encoder', 1);
    expect(() => tidy(() => network.apply(tensor([1, 2], [1, 2])))).toThrow(ShapeError);
    network.dispose();
  });
});
