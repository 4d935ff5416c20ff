import { describe, expect, it } from 'vitest';
import { arrayData } from '../../src/data/array';
import { encodeCaption } from '../../src/data/words/encode';
import { buildVocabulary, type WordsMeaning } from '../../src/data/words/vocabulary';
import { ArgumentError, DataError } from '../../src/errors';
import { conditional } from '../../src/games/conditional';
import { sequential } from '../../src/layers/compose';
import { concatCondition } from '../../src/layers/concat-condition';
import { dense } from '../../src/layers/dense';
import { projection } from '../../src/layers/projection';
import { wordsCondition } from '../../src/models/text-encoder';
import { loadSampler } from '../../src/train/sampler';
import { Trainer } from '../../src/train/trainer';
import { philoxUniform } from '../../src/util/philox';
import { expectReplayed, expectSameOnBackends } from './compare';

const CAPTIONS = ['left', 'far left', 'right', 'far right and up'];
const meaning: WordsMeaning = { kind: 'words', vocabulary: buildVocabulary(CAPTIONS), length: 5 };
const DATA = arrayData(
  {
    x: { data: philoxUniform(40, { seed: 4, draw: 0 }), shape: [2] },
    words: {
      data: Int32Array.from(
        Array.from({ length: 20 }, (_, i) => [...encodeCaption(meaning, CAPTIONS[(i * 7) % 4]!)]).flat(),
      ),
      shape: [5],
    },
  },
  { name: 'places', meanings: { words: meaning } },
);

const condition = wordsCondition({
  vocabulary: meaning.vocabulary.length,
  length: 5,
  units: 4,
  embedding: 3,
});
const generator = {
  inputShape: [3],
  condition,
  layer: sequential([concatCondition(), dense({ units: 2 })]),
};
const game = conditional({
  condition: 'words',
  generator,
  discriminator: { inputShape: [2], condition, layer: sequential([dense({ units: 4 }), projection()]) },
});
const smooth = conditional({
  condition: 'words',
  generator,
  discriminator: {
    inputShape: [2],
    condition,
    layer: sequential([concatCondition(), dense({ units: 4 }), dense({ units: 1 })]),
  },
  objective: 'wasserstein',
  penalty: 10,
});

describe('a game with words as condition', () => {
  it('is replayed to the bit', () => expectReplayed(game, DATA));

  it('is replayed to the bit with a gradient penalty', () => expectReplayed(smooth, DATA));

  it('is the same on every backend', () => expectSameOnBackends(game, DATA, { words: 'far left' }));

  it('keeps its vocabulary in its file, which reads captions alone', async () => {
    const trainer = await Trainer.create(game, { data: DATA, batchSize: 4, backend: 'kallima' });
    for await (const _ of trainer.run({ rounds: 2 }));
    const sampler = await loadSampler(await trainer.toBytes(), { backend: 'kallima' });
    const here = await trainer.sample(2, { seed: 3, given: { words: ['far left', 'right'] } });
    const there = await sampler.sample(2, { seed: 3, given: { words: ['Far left!', 'right'] } });
    const [first, second] = [await here.data(), await there.data()];
    expect(second).toEqual(first);
    const other = await sampler.sample(2, { seed: 3, given: { words: ['left', 'right'] } });
    const third = await other.data();
    expect(third.slice(0, 2)).not.toEqual(first.slice(0, 2));
    expect(third.slice(2)).toEqual(first.slice(2));
    await expect(sampler.sample(1, { given: { words: 'far lefft' } })).rejects.toThrow(
      new ArgumentError(
        "readWords: words must be among the 5 of the vocabulary, got 'lefft'; nearest are left, far, right",
      ),
    );
    for (const tensor of [here, there, other]) tensor.dispose();
    trainer.dispose();
    sampler.dispose();
  });

  it('refuses numbers outside the vocabulary, in data and in what is given', async () => {
    const wrong = arrayData({
      x: { data: new Float32Array(8), shape: [2] },
      words: { data: new Int32Array(20).fill(7), shape: [5] },
    });
    const trainer = await Trainer.create(game, { data: wrong, batchSize: 4, backend: 'kallima' });
    const run = async () => {
      for await (const _ of trainer.run({ rounds: 1 }));
    };
    await expect(run()).rejects.toThrow(DataError);
    const given = { words: { data: Int32Array.of(1, 2, 7, 0, 0), shape: [5] } };
    await expect(trainer.sample(1, { given })).rejects.toThrow(
      /words must be a whole number from 0 to 5, got 7/,
    );
    trainer.dispose();
  });
});
