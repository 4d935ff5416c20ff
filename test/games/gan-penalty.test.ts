import '@tensorflow/tfjs-backend-cpu';
import { ones, setBackend, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { gan } from '../../src/games/gan';
import { installGradients } from '../../src/gradients';
import { buildNetwork } from '../../src/layers/network';
import { mlp } from '../../src/models/mlp';
import { SeededRandom } from '../../src/ops/random';

beforeAll(async () => {
  installGradients();
  await setBackend('cpu');
});

/** The discriminator's loss under a linear discriminator, whose slope is its kernel everywhere. */
function linearLoss(penalty: number): { loss: number; slope: number } {
  const generator = mlp({ inputs: 2, hidden: [], outputs: 3 });
  const discriminator = mlp({ inputs: 3, hidden: [], outputs: 1 });
  const game = gan({ generator, discriminator, penalty });
  const networks = {
    generator: buildNetwork(generator, 'generator', 1),
    discriminator: buildNetwork(discriminator, 'discriminator', 1),
  };
  const loss = tidy(() => {
    const play = { networks, batch: { x: ones([4, 3]) }, batchSize: 4, random: new SeededRandom(3) };
    return game.players.discriminator.loss(play).dataSync()[0]!;
  });
  const [kernel] = [...networks.discriminator.parameters.values()];
  const slope = Math.hypot(...kernel!.dataSync());
  for (const network of Object.values(networks)) network.dispose();
  return { loss, slope };
}

it('adds the weighted squared distance of the slope from one', () => {
  const { loss: bare, slope } = linearLoss(0);
  const { loss } = linearLoss(10);
  expect(Math.abs(slope - 1)).toBeGreaterThan(0.01);
  expect(loss - bare).toBeCloseTo(10 * (slope - 1) ** 2, 4);
});

it.each([-1, Number.NaN])('refuses a penalty of %d', (penalty) => {
  expect(() => linearLoss(penalty)).toThrow(/^gan: penalty must be .* got (-1|NaN)/);
});
