import { arrayData } from '../../src/data/array';
import type { ExampleBatch, Game } from '../../src/games/game';
import { gan } from '../../src/games/gan';
import { OBJECTIVES, type ObjectiveName } from '../../src/games/objectives/index';
import { wgan } from '../../src/games/wgan';
import { wganGp } from '../../src/games/wgan-gp';
import { dcgan } from '../../src/models/dcgan';
import { mlp } from '../../src/models/mlp';
import { philoxUniform } from '../../src/util/philox';

type AnyGame = Game<ExampleBatch, string, string>;

const points = {
  generator: mlp({ inputs: 4, hidden: [16, 16], outputs: 2, normalization: 'batch' }),
  discriminator: mlp({
    inputs: 2,
    hidden: [16, 16],
    outputs: 1,
    normalization: 'batch',
    activation: 'leakyRelu',
  }),
  critic: mlp({ inputs: 2, hidden: [16, 16], outputs: 1, activation: 'leakyRelu' }),
};
const images = dcgan({ size: 28, width: 4, latent: 8 });

function everyGame(models: typeof points, objectives: readonly ObjectiveName[]): [string, AnyGame][] {
  const { generator, discriminator, critic } = models;
  return [
    ...objectives.map((objective): [string, AnyGame] => [
      `gan ${objective}`,
      gan({ generator, discriminator, objective }) as AnyGame,
    ]),
    ['wgan', wgan({ generator, critic, criticSteps: 2 }) as AnyGame],
    ['wgan-gp', wganGp({ generator, critic, criticSteps: 2 }) as AnyGame],
  ];
}

/** Every game and objective on 2-D points. */
export const POINT_GAMES = everyGame(points, Object.keys(OBJECTIVES) as ObjectiveName[]);
/** Every game on images of 28 × 28. */
export const IMAGE_GAMES = everyGame(images, ['nonSaturating']);

export const POINTS = arrayData({ x: { data: philoxUniform(200, { seed: 1, draw: 0 }), shape: [2] } });
export const IMAGES = arrayData({
  x: {
    data: Uint8Array.from(philoxUniform(20 * 28 * 28, { seed: 2, draw: 0 }), (value) => value * 256),
    shape: [28, 28, 1],
  },
});
