import { tensor, tidy } from '@tensorflow/tfjs-core';
import type { BackendName } from '../../src/backend/choose';
import { soundMeaning } from '../../src/data/sound/log-mel';
import type { Meaning } from '../../src/data/source';
import { classifier } from '../../src/games/classifier';
import { conditional } from '../../src/games/conditional';
import { cycleGan } from '../../src/games/cycle-gan';
import type { Batch, Game } from '../../src/games/game';
import { gan } from '../../src/games/gan';
import { pix2pix } from '../../src/games/pix2pix';
import { starGan } from '../../src/games/star-gan';
import { wgan } from '../../src/games/wgan';
import { wganGp } from '../../src/games/wgan-gp';
import { elu, gelu, leakyRelu, selu, sigmoid, softmax, softplus, swish } from '../../src/layers/activations';
import { branches, residual, sequential } from '../../src/layers/compose';
import { conv2d } from '../../src/layers/conv2d';
import { conv2dTranspose } from '../../src/layers/conv2d-transpose';
import { dense } from '../../src/layers/dense';
import type { Layer } from '../../src/layers/layer';
import { buildNetwork, type Network } from '../../src/layers/network';
import { batchNorm, instanceNorm, layerNorm } from '../../src/layers/normalization';
import { averagePool, globalAveragePool, maxPool, upsample } from '../../src/layers/resample';
import { flatten, reshape } from '../../src/layers/shapes';
import { conditionalDcgan } from '../../src/models/conditional-dcgan';
import { classCondition, imageCondition } from '../../src/models/conditions';
import { dcgan } from '../../src/models/dcgan';
import { mlp } from '../../src/models/mlp';
import { nextFrameModels } from '../../src/models/next-frame';
import { patchDiscriminator } from '../../src/models/patch-discriminator';
import { resnetGenerator } from '../../src/models/resnet-generator';
import { soundCondition } from '../../src/models/sound-encoder';
import { starGanModels } from '../../src/models/star-gan';
import { wordsCondition } from '../../src/models/text-encoder';
import { unet } from '../../src/models/unet';
import { networkTensors, writeCheckpoint } from '../../src/train/checkpoint';
import { mapValues } from '../../src/train/options';
import { loadSampler, type Sampler } from '../../src/train/sampler';
import { philoxNormal } from '../../src/util/philox';
import { deriveSeed } from '../../src/util/seed';
import { type Shape, sizeOf } from '../../src/util/shape';

/** A game whose generator is exported, small. */
export interface ExportCase {
  readonly name: string;
  readonly game: Game;
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly meanings?: Readonly<Record<string, Meaning>>;
}

/** Any game, as what does not know its batch sees it. */
function anyGame<B extends Batch, P extends string, N extends string>(game: Game<B, P, N>): Game {
  return game as Game<Batch, string, string>;
}

const SOUND = soundMeaning({ frames: 8, mels: 8 });
const WORDS = ['', 'red', 'blue', 'eyes', 'hair'];
const SLIM = { size: 28, latent: 6, width: 3 } as const;

function imageGan(name: string, ...layers: Layer[]): ExportCase {
  const generator = { inputShape: [5], layer: sequential(layers) };
  const shape = shapeOf(generator.layer, [5]);
  const discriminator = {
    inputShape: shape,
    layer: sequential([flatten(), dense({ units: 1 })]),
  };
  return { name, game: anyGame(gan({ generator, discriminator })), shapes: { x: shape } };
}

function shapeOf(layer: Layer, inputShape: Shape): Shape {
  const network = buildNetwork({ inputShape, layer }, 'shape', 0);
  network.dispose();
  return network.outputShape;
}

function conditionalCase(
  name: string,
  options: Parameters<typeof conditionalDcgan>[0],
  column: string,
  meaning?: Meaning,
): ExportCase {
  const { generator, discriminator } = conditionalDcgan(options);
  return {
    name,
    game: anyGame(conditional({ generator, discriminator, condition: column })),
    shapes: { x: [28, 28, 1], [column]: options.condition.shape },
    meanings: meaning && { [column]: meaning },
  };
}

/** Every game of the package, and every layer that generators are made of. */
export function exportCases(): ExportCase[] {
  const grey = { x: [28, 28, 1] };
  const points = {
    generator: mlp({ inputs: 4, hidden: [7, 6], outputs: 2, normalization: 'batch' }),
    critic: mlp({ inputs: 2, hidden: [4], outputs: 1 }),
  };
  const classes: Meaning = { kind: 'class', names: ['cat', 'dog', 'owl'] };
  const square = { size: 16, width: 3, blocks: 1 };
  const { generator: star, critic: starCritic } = starGanModels({
    ...square,
    domains: 3,
    critic: { width: 2 },
  });
  const { generator: maskedStar } = starGanModels({
    ...square,
    domains: 3,
    critic: { width: 2 },
    mask: true,
  });
  const patches = (condition?: Shape) =>
    patchDiscriminator({ size: 16, width: 2, layers: 1, condition: condition && { shape: condition } });
  const pairs = { a: [16, 16, 3], b: [16, 16, 3] };
  const domains = { shapes: { x: [16, 16, 3], label: [] }, meanings: { label: classes } };
  const past: Shape = [16, 16, 6];
  return [
    { name: 'gan', game: anyGame(gan(dcgan(SLIM))), shapes: grey },
    {
      name: 'gan in colour',
      game: anyGame(
        gan(dcgan({ size: 32, width: 2, channels: 3, normalization: { generator: 'instance' } })),
      ),
      shapes: { x: [32, 32, 3] },
    },
    {
      name: 'gan with uniform noise',
      game: anyGame(gan({ ...dcgan({ ...SLIM, normalization: { generator: 'layer' } }), latent: 'uniform' })),
      shapes: grey,
    },
    { name: 'wgan', game: anyGame(wgan(points)), shapes: { x: [2] } },
    {
      name: 'wgan-gp',
      game: anyGame(wganGp(dcgan({ ...SLIM, normalization: { generator: 'spectral' } }))),
      shapes: grey,
    },
    conditionalCase('a class', { ...SLIM, condition: classCondition({ classes: 3 }) }, 'label', classes),
    conditionalCase(
      'a class without a name, in normalisation',
      {
        ...SLIM,
        condition: classCondition({ classes: 3, units: 4 }),
        conditioning: { generator: 'batchNorm' },
      },
      'label',
    ),
    conditionalCase(
      'words',
      { ...SLIM, condition: wordsCondition({ vocabulary: WORDS.length, length: 4, units: 5, embedding: 3 }) },
      'words',
      { kind: 'words', vocabulary: WORDS, length: 4 },
    ),
    conditionalCase(
      'sound',
      { ...SLIM, condition: soundCondition({ frames: 8, mels: 8, units: 4, width: 2 }) },
      'sound',
      SOUND,
    ),
    conditionalCase(
      'an image, in a column of that name',
      { ...SLIM, condition: imageCondition({ height: 8, width: 8, units: 4, filters: 2 }) },
      'image',
      { kind: 'image' },
    ),
    {
      name: 'the past',
      game: anyGame(
        conditional({
          ...nextFrameModels({ frame: [16, 16, 3], past: 6, latent: 2, width: 3 }),
          condition: 'past',
        }),
      ),
      shapes: { x: [16, 16, 3], past },
      meanings: { past: { kind: 'image' } },
    },
    {
      name: 'pix2pix',
      game: anyGame(
        pix2pix({ generator: unet({ size: 16, width: 2, dropout: 0 }), discriminator: patches([16, 16, 3]) }),
      ),
      shapes: pairs,
    },
    {
      name: 'cyclegan',
      game: anyGame(
        cycleGan({
          generatorAB: resnetGenerator(square),
          generatorBA: resnetGenerator({ ...square, normalization: 'batch' }),
          discriminatorA: patches(),
          discriminatorB: patches(),
        }),
      ),
      shapes: pairs,
    },
    { name: 'stargan', game: anyGame(starGan({ generator: star, critic: starCritic })), ...domains },
    {
      name: 'stargan with a mask',
      game: anyGame(starGan({ generator: maskedStar, critic: starCritic })),
      ...domains,
    },
    {
      name: 'classifier',
      game: anyGame(
        classifier({
          model: {
            inputShape: [8, 8, 1],
            layer: sequential([
              conv2d({ filters: 3, kernelSize: 3, stride: 2, padding: 'same' }),
              globalAveragePool(),
              dense({ units: 3 }),
              softmax(),
            ]),
          },
        }),
      ),
      shapes: { x: [8, 8, 1], label: [] },
      meanings: { label: classes },
    },
    imageGan(
      'upsampling',
      dense({ units: 3 * 4 * 2 }),
      batchNorm(),
      gelu(),
      reshape({ shape: [3, 4, 2] }),
      upsample({ factor: 2, method: 'bilinear' }),
      conv2d({ filters: 4, kernelSize: 3, padding: 'same', bias: false }),
      instanceNorm({ affine: true }),
      swish(),
      upsample({ factor: 3 }),
      residual(sequential([conv2d({ filters: 4, kernelSize: 3, padding: 1 }), layerNorm(), elu()])),
      averagePool({ size: 3, stride: 2 }),
      conv2dTranspose({ filters: 3, kernelSize: 3, stride: 2, padding: 'same' }),
      softplus(),
    ),
    imageGan(
      'branches',
      dense({ units: 4 * 4 * 3 }),
      selu(),
      reshape({ shape: [4, 4, 3] }),
      branches([
        sequential([maxPool(), flatten(), dense({ units: 4 }), layerNorm(), sigmoid()]),
        sequential([conv2d({ filters: 2, kernelSize: [1, 3] }), leakyRelu(), flatten()]),
      ]),
      dense({ units: 2 * 2 * 3, bias: false }),
      reshape({ shape: [2, 2, 3] }),
      conv2dTranspose({ filters: 1, kernelSize: 3, stride: 2, padding: 1, outputPadding: 1 }),
    ),
  ];
}

/** Weights that show every mistake: none is zero or one, and averages are others than what was learnt. */
function scramble(networks: Readonly<Record<string, Network>>, seed: number): void {
  for (const [name, network] of Object.entries(networks)) {
    for (const [path, weight] of [...network.parameters, ...network.state]) {
      const key = { seed: deriveSeed(seed, `${name}/${path}`), draw: 0 };
      const { shape } = weight;
      const inputs = path.endsWith('kernel') ? Math.max(1, sizeOf(shape) / shape.at(-1)!) : 10;
      const around = path.endsWith('scale') ? 1 : 0;
      const values = philoxNormal(sizeOf(shape), key).map((value) => {
        const scaled = value / Math.sqrt(inputs);
        return path.endsWith('variance') ? 0.3 + Math.abs(scaled) : around + scaled;
      });
      tidy(() => weight.assign(tensor(values, [...shape])));
    }
  }
}

/** A sampler of a run that never was, with averaged weights. */
export async function samplerOf(
  { game, shapes, meanings = {} }: ExportCase,
  backend: BackendName = 'kallima',
): Promise<Sampler> {
  const networks = mapValues(game.models, (model, name) => buildNetwork(model, name, 1));
  const averages = Object.fromEntries(
    game.samplers.map((name) => [name, buildNetwork(game.models[name]!, name, 1)]),
  );
  scramble(networks, 2);
  scramble(averages, 3);
  const optimizers = mapValues(game.players, ({ optimizer }) => optimizer);
  const bytes = await writeCheckpoint(
    game,
    { batchSize: 2, seed: 5, averaging: 0.9, optimizers },
    {
      round: 1,
      turn: 0,
      sums: mapValues(game.players, () => 0),
      drawn: 0,
      draws: 0,
      steps: mapValues(game.players, () => 0),
      averaged: {},
    },
    { name: 'nothing', size: 1, shapes, meanings },
    networkTensors(networks, averages),
  );
  for (const network of [...Object.values(networks), ...Object.values(averages)]) network.dispose();
  return loadSampler(bytes, { backend });
}
