import { arrayData } from '../../src/data/array';
import { conditional } from '../../src/games/conditional';
import { gan } from '../../src/games/gan';
import type { LatentSource } from '../../src/games/latent';
import { conditionalDcgan } from '../../src/models/conditional-dcgan';
import { classCondition } from '../../src/models/conditions';
import { dcgan } from '../../src/models/dcgan';
import { mlp } from '../../src/models/mlp';
import { philoxUniform } from '../../src/util/philox';

export const SIZE = 6;
const IMAGE = [28, 28, 1];

// Kernels large enough that untrained generators make pictures that differ.
const settings = { size: 28, width: 4, latent: SIZE, kernelInitializer: 'heUniform' } as const;

/** Pictures by convolutions. */
export const pictures = (latent: LatentSource = 'normal') => gan({ ...dcgan(settings), latent });

/** The same under one of three classes. */
export const classes = () =>
  conditional(conditionalDcgan({ ...settings, condition: classCondition({ classes: 3 }) }));

/** Small enough for every backend. */
export const drawings = (latent: LatentSource = 'normal') =>
  gan({
    generator: mlp({
      inputs: SIZE,
      hidden: [32],
      outputs: [4, 4, 1],
      outputActivation: 'tanh',
      activation: 'leakyRelu',
    }),
    discriminator: mlp({ inputs: [4, 4, 1], hidden: [8], outputs: 1 }),
    latent,
  });

const pixels = (shape: number[]) => ({
  data: philoxUniform(20 * shape.reduce((a, b) => a * b), { seed: 3, draw: 0 }).map((value) => 2 * value - 1),
  shape,
});

export const PICTURES = arrayData(
  { x: pixels(IMAGE), label: { data: Int32Array.from({ length: 20 }, (_, i) => i % 3), shape: [] } },
  { classes: ['boot', 'shirt', 'bag'] },
);
export const DRAWINGS = arrayData({ x: pixels([4, 4, 1]) });
