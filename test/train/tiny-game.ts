import { add, mean, neg, type Scalar, softplus, type Tensor, tanh } from '@tensorflow/tfjs-core';
import { arrayData } from '../../src/data/array';
import { DataError } from '../../src/errors';
import type { ExampleBatch, Game, OptimizerOptions } from '../../src/games/game';
import { leakyRelu } from '../../src/layers/activations';
import { sequential } from '../../src/layers/compose';
import { dense } from '../../src/layers/dense';
import { dropout } from '../../src/layers/dropout';
import { batchNorm } from '../../src/layers/normalization';

export interface TinyOptions {
  readonly width?: number;
  readonly criticUpdates?: number;
  readonly optimizer?: OptimizerOptions;
}

/**
 * A game as a user would write one: two players on 2-D points, with batch norm, dropout and noise on the
 * real points, so that running statistics and every kind of draw take part.
 */
export function tinyGame(
  options: TinyOptions = {},
): Game<ExampleBatch, 'critic' | 'artist', 'critic' | 'artist'> {
  const { width = 6, criticUpdates = 2 } = options;
  const optimizer = options.optimizer ?? { kind: 'adam', learningRate: 0.01 };
  return {
    kind: 'tiny',
    config: { width },
    models: {
      critic: {
        inputShape: [2],
        layer: sequential([
          dense({ units: width }),
          leakyRelu(),
          dropout({ rate: 0.2 }),
          dense({ units: 1 }),
        ]),
      },
      artist: {
        inputShape: [3],
        layer: sequential([dense({ units: width }), batchNorm(), leakyRelu(), dense({ units: 2 })]),
      },
    },
    players: {
      critic: {
        owns: ['critic'],
        updates: criticUpdates,
        optimizer,
        loss({ networks, batch, batchSize, random }) {
          const real = add(batch.x, random.uniform([batchSize, 2], -0.01, 0.01));
          const fake = networks.artist.apply(random.normal([batchSize, 3]), { training: true, random });
          const score = (x: Tensor) => networks.critic.apply(x, { training: true, random });
          return add<Scalar>(mean(softplus(neg(score(real)))), mean(softplus(score(fake))));
        },
      },
      artist: {
        owns: ['artist'],
        updates: 1,
        optimizer,
        loss({ networks, batchSize, random }) {
          const fake = networks.artist.apply(random.normal([batchSize, 3]), { training: true, random });
          return mean<Scalar>(softplus(neg(networks.critic.apply(fake, { training: true, random }))));
        },
      },
    },
    samplers: ['artist'],
    directions: { sample: { given: [], like: 'x' } },
    checkData({ shapes: { x } }) {
      if (x?.length !== 1 || x[0] !== 2) throw new DataError(`tiny: data must be points [2], got ${x}`);
    },
    sample: (networks, { count, random }) => tanh(networks.artist.apply(random.normal([count, 3]))),
  };
}

/** 50 points on a circle; 50 is not a multiple of the batch sizes used. */
export const circle = arrayData(
  {
    x: {
      data: Float32Array.from({ length: 100 }, (_, i) => (i % 2 ? Math.sin : Math.cos)(Math.floor(i / 2))),
      shape: [2],
    },
  },
  { name: 'circle' },
);
