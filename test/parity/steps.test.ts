import { readFileSync } from 'node:fs';
import { type Tensor, tensor, tidy, type Variable, variableGrads } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../src/backend/choose';
import type { ExampleBatch, Game } from '../../src/games/game';
import { gan } from '../../src/games/gan';
import { wganGp } from '../../src/games/wgan-gp';
import { installGradients } from '../../src/gradients';
import type { Model } from '../../src/layers/layer';
import { buildNetwork, type Network } from '../../src/layers/network';
import { dcgan } from '../../src/models/dcgan';
import { SeededRandom } from '../../src/ops/random';
import { Optimizer } from '../../src/train/optimizers';
import { philoxUniform } from '../../src/util/philox';
import { maxDifference } from '../support/numeric';

/** What torch_steps.py recorded; every constant below is there too. */
interface Recorded {
  readonly losses: Readonly<Record<string, readonly number[]>>;
  readonly weights: Readonly<Record<string, Readonly<Record<string, RecordedWeight>>>>;
}

interface RecordedWeight {
  /** Distance between samples in the flat weight. */
  readonly stride: number;
  /** Base64 of little-endian f32. */
  readonly samples: string;
  /** Sum over all elements of the distance from the first value. */
  readonly moved: number;
}

const BATCH = 64;
const UPDATES = 10;
const WEIGHTS_SEED = 1;
const DATA_SEED = 2;
const NOISE_SEED = 3;
/** Seconds where the machine is free; it may be shared. */
const TIMEOUT = 180_000;
/** Allowed relative difference of how far a weight has moved. */
const MOVED = 3e-3;

const recorded: Readonly<Record<'dcgan28' | 'wgan-gp28', Recorded>> = JSON.parse(
  readFileSync(new URL('./torch-steps.json', import.meta.url), 'utf8'),
);

/** A bias right in front of a batch norm cancels out, and has no gradient but rounding error. */
const cancels = ({ parameters }: Network, path: string): boolean =>
  path.endsWith('/bias') && parameters.has(`${Number.parseInt(path, 10) + 1}/scale`);

function draw(shape: readonly number[], seed: number, index: number, low: number, high: number): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = philoxUniform(size, { seed, draw: index }).map((u) => low + u * (high - low));
  return tensor(values, [...shape]);
}

/** A weight's first values, by the number of its draw among the network's. */
function firstValues(path: string, shape: readonly number[], index: number, range: number): Tensor {
  if (path.endsWith('/scale')) return draw(shape, WEIGHTS_SEED, index, 0.9, 1.1);
  const limit = path.endsWith('/kernel') ? range : 0.1;
  return draw(shape, WEIGHTS_SEED, index, -limit, limit);
}

/** A network with first values that torch_steps.py knows too; they are returned by path. */
function start(model: Model, name: string, firstDraw: number, range: number) {
  const network = buildNetwork(model, name, 0);
  const first = new Map<string, Float32Array>();
  for (const [path, parameter] of network.parameters) {
    if (cancels(network, path)) continue;
    tidy(() => parameter.assign(firstValues(path, parameter.shape, firstDraw + first.size, range)));
    first.set(path, parameter.dataSync<'float32'>().slice());
  }
  return { network, first };
}

/** Plays the players in turn, as the Trainer does, on recorded batches. */
function play<P extends string, N extends string>(
  game: Game<ExampleBatch, P, N>,
  networks: Readonly<Record<N, Network>>,
  players: readonly P[],
): Record<string, number[]> {
  const random = new SeededRandom(NOISE_SEED);
  const optimizers = new Map<P, Optimizer>();
  const losses: Record<string, number[]> = {};
  for (const name of players) {
    const { owns, optimizer } = game.players[name];
    optimizers.set(name, new Optimizer(optimizer, new Map<string, Variable>(networks[owns[0]!].parameters)));
    losses[name] = [];
  }
  for (let update = 0; update < UPDATES; update++) {
    const x = draw([BATCH, 28, 28, 1], DATA_SEED, update, -1, 1);
    for (const name of players) {
      const loss = tidy(() => {
        const optimizer = optimizers.get(name)!;
        const { value, grads } = variableGrads(
          () => game.players[name].loss({ networks, batch: { x }, batchSize: BATCH, random }),
          [...optimizer.parameters.values()],
        );
        optimizer.update((parameter) => grads[parameter.name]);
        return value.dataSync()[0]!;
      });
      losses[name]!.push(loss);
    }
    x.dispose();
  }
  for (const optimizer of optimizers.values()) optimizer.dispose();
  return losses;
}

function expectLosses(losses: Record<string, number[]>, { losses: theirs }: Recorded): void {
  for (const [player, values] of Object.entries(theirs)) {
    expect(losses[player]).toHaveLength(values.length);
    values.forEach((value, i) => {
      expect(Math.abs(losses[player]![i]! / value - 1)).toBeLessThan(1e-3);
    });
  }
}

function expectWeights(
  { network, first }: ReturnType<typeof start>,
  theirs: Readonly<Record<string, RecordedWeight>>,
): void {
  expect([...first.keys()].sort()).toEqual(Object.keys(theirs).sort());
  for (const [path, before] of first) {
    const { stride, samples, moved } = theirs[path]!;
    const values = network.parameters.get(path)!.dataSync<'float32'>();
    const sampled = values.filter((_, i) => i % stride === 0);
    const bytes = Uint8Array.from(atob(samples), (char) => char.charCodeAt(0));
    const expected = new Float32Array(bytes.buffer);
    // Half of one update's step, 2e-4. Where a gradient all but vanishes its sign is a matter of rounding, and Adam
    // makes a whole step of it: six weights in a thousand at most were seen to be apart, by two steps at most.
    const apart = sampled.filter((value, i) => !(Math.abs(value - expected[i]!) < 1e-4)).length;
    expect(apart, path).toBeLessThanOrEqual(Math.ceil(sampled.length / 100));
    expect(maxDifference(sampled, expected), path).toBeLessThan(6e-4);
    const distance = values.reduce((sum, value, i) => sum + Math.abs(value - before[i]!), 0);
    expect(Math.abs(distance - moved), path).toBeLessThanOrEqual(MOVED * moved);
  }
}

describe('steps in PyTorch and here', () => {
  beforeAll(async () => {
    installGradients();
    await chooseBackend({ backend: 'kallima' });
  }, 60_000);

  it(
    'agree after ten rounds of dcgan28',
    () => {
      const models = dcgan({ size: 28 });
      const generator = start(models.generator, 'generator', 0, 0.05);
      const discriminator = start(models.discriminator, 'discriminator', 100, 0.05);
      const networks = { generator: generator.network, discriminator: discriminator.network };
      const losses = play(gan(models), networks, ['discriminator', 'generator']);
      expectLosses(losses, recorded.dcgan28);
      expectWeights(generator, recorded.dcgan28.weights.generator!);
      expectWeights(discriminator, recorded.dcgan28.weights.discriminator!);
      for (const network of Object.values(networks)) network.dispose();
    },
    TIMEOUT,
  );

  it(
    'agree after ten updates of the wgan-gp28 critic',
    () => {
      const models = dcgan({ size: 28 });
      const optimizer = { kind: 'adam', learningRate: 1e-4, beta1: 0.5, beta2: 0.9 } as const;
      const generator = start(models.generator, 'generator', 0, 0.05);
      const critic = start(models.critic, 'critic', 200, 0.08);
      const networks = { generator: generator.network, critic: critic.network };
      const losses = play(wganGp({ ...models, optimizer }), networks, ['critic']);
      expectLosses(losses, recorded['wgan-gp28']);
      expectWeights(critic, recorded['wgan-gp28'].weights.critic!);
      for (const network of Object.values(networks)) network.dispose();
    },
    TIMEOUT,
  );
});
