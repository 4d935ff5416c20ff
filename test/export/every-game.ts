import { keep, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { traceGenerator } from '../../src/export/trace';
import type { TracedGraph } from '../../src/export/traced-graph';
import {
  activation,
  averagePool,
  batchNorm,
  classCondition,
  classifier,
  concatCondition,
  conditional,
  conditionalDcgan,
  conv2d,
  conv2dTranspose,
  cycleGan,
  dcgan,
  dense,
  dropout,
  elu,
  flatten,
  type Game,
  gan,
  gelu,
  imageCondition,
  instanceNorm,
  type Layer,
  layerNorm,
  leakyRelu,
  type Model,
  maxPool,
  mlp,
  nextFrameModels,
  patchDiscriminator,
  pix2pix,
  reflectionPad,
  reshape,
  residual,
  resnetGenerator,
  selu,
  sequential,
  sigmoid,
  softmax,
  softplus,
  soundCondition,
  spectralNorm,
  starGan,
  starGanModels,
  swish,
  unet,
  upsample,
  wgan,
  wganGp,
  wordsCondition,
} from '../../src/index';
import { buildNetwork, type Network } from '../../src/layers/network';
import type { RandomStream } from '../../src/ops/random';
import { philoxNormal, philoxUniform } from '../../src/util/philox';
import { type Shape, sizeOf } from '../../src/util/shape';

/** A column that samples are made from; with `limit`, int32 below it. */
interface Given {
  readonly shape: Shape;
  readonly limit?: number;
}

/** A game with one of its directions. */
export interface Exported {
  readonly name: string;
  readonly game: Game;
  readonly direction: string;
  readonly given: Readonly<Record<string, Given>>;
}

const SMALL = { size: 28, width: 2, latent: 6 } as const;
const LABEL = { label: { shape: [], limit: 4 } };
const FOUR = classCondition({ classes: 4 });
const { generator, discriminator, critic } = dcgan(SMALL);
const judge = mlp({ inputs: 3, hidden: [], outputs: 1 });

function translation(size: number): { generator: Model; discriminator: Model } {
  return {
    generator: unet({ size, width: 2, normalization: 'instance', depth: 3 }),
    discriminator: patchDiscriminator({ size, width: 2, layers: 1 }),
  };
}

const IMAGE = { shape: [16, 16, 3] };
const cycle = cycleGan({
  generatorAB: resnetGenerator({ size: 16, width: 2, blocks: 1 }),
  generatorBA: translation(16).generator,
  discriminatorA: translation(16).discriminator,
  discriminatorB: translation(16).discriminator,
});

/** What no model of ours has between a latent and an image: most of the layers. */
const LAYERS: readonly Layer[] = [
  dense({ units: 36 }),
  layerNorm(),
  gelu(),
  reshape({ shape: [3, 3, 4] }),
  upsample(),
  conv2d({ filters: 4, kernelSize: [3, 2], stride: [2, 1], padding: 1 }),
  swish(),
  upsample({ method: 'bilinear', factor: 3 }),
  averagePool({ size: 3, stride: 2 }),
  instanceNorm(),
  elu(),
  reflectionPad({ padding: 2 }),
  maxPool(),
  residual(sequential([conv2d({ filters: 4, kernelSize: 3, padding: 'same' }), batchNorm(), selu()])),
  conv2dTranspose({ filters: 3, kernelSize: [3, 5], stride: 2, padding: 1, outputPadding: 1 }),
  softplus(),
  spectralNorm(conv2d({ filters: 3, kernelSize: 2, padding: 'same' })),
  flatten(),
  dropout({ sampling: true }),
  dense({ units: 6, bias: false }),
  sigmoid(),
  dense({ units: 3 }),
  leakyRelu({ slope: 0.1 }),
  softmax(),
  activation('tanh'),
];

/** Every kind of game, and every model that generates, each as small as it goes. */
export const EXPORTED: readonly Exported[] = [
  exported('gan', gan({ generator, discriminator })),
  exported('wgan, uniform noise', wgan({ generator, critic, latent: 'uniform' })),
  exported('wgan-gp, 32 pixels', wganGp(dcgan({ ...SMALL, size: 32, channels: 3 }))),
  exported(
    'points',
    gan({ generator: mlp({ inputs: 2, hidden: [5, 5], outputs: 3 }), discriminator: judge }),
  ),
  exported(
    'most layers',
    gan({ generator: { inputShape: [5], layer: sequential(LAYERS) }, discriminator: judge }),
  ),
  exported('conditional, classes', conditional(conditionalDcgan({ ...SMALL, condition: FOUR })), LABEL),
  exported(
    'conditional, batch norm',
    conditional(
      conditionalDcgan({
        ...SMALL,
        condition: classCondition({ classes: 4, units: 3 }),
        conditioning: { generator: 'batchNorm', discriminator: 'projection' },
      }),
    ),
    LABEL,
  ),
  exported(
    'conditional, points',
    conditional({
      generator: {
        inputShape: [2],
        condition: FOUR,
        layer: sequential([concatCondition(), dense({ units: 3 })]),
      },
      discriminator: {
        inputShape: [3],
        condition: FOUR,
        layer: sequential([concatCondition(), dense({ units: 1 })]),
      },
    }),
    LABEL,
  ),
  exported(
    'conditional, words',
    conditional({
      condition: 'words',
      ...conditionalDcgan({ ...SMALL, condition: wordsCondition({ vocabulary: 7, length: 5, units: 4 }) }),
    }),
    { words: { shape: [5], limit: 7 } },
  ),
  exported(
    'conditional, sounds',
    conditional({
      condition: 'sound',
      ...conditionalDcgan({
        ...SMALL,
        condition: soundCondition({ frames: 16, mels: 8, width: 2, units: 3 }),
      }),
    }),
    { sound: { shape: [16, 8, 1] } },
  ),
  exported(
    'conditional, images',
    conditional({
      condition: 'seen',
      ...conditionalDcgan({
        ...SMALL,
        condition: imageCondition({ height: 16, width: 16, units: 3, filters: 2 }),
      }),
    }),
    { seen: IMAGE },
  ),
  exported(
    'next frames',
    conditional({
      condition: 'past',
      matching: false,
      ...nextFrameModels({ frame: [16, 16, 3], past: 6, latent: 2, width: 2 }),
    }),
    { past: { shape: [16, 16, 6] } },
  ),
  exported(
    'pix2pix',
    pix2pix({
      generator: unet({ size: 16, width: 2 }),
      discriminator: patchDiscriminator({ size: 16, width: 2, layers: 1, condition: { shape: [16, 16, 3] } }),
    }),
    { a: IMAGE },
  ),
  exported('cyclegan, there', cycle, { a: IMAGE }, 'ab'),
  exported('cyclegan, back', cycle, { b: IMAGE }, 'ba'),
  exported(
    'stargan',
    starGan(
      starGanModels({
        size: 16,
        domains: 4,
        width: 2,
        blocks: 1,
        halvings: 1,
        critic: { width: 2, halvings: 2 },
        mask: true,
      }),
    ),
    { x: IMAGE, ...LABEL },
  ),
  exported('classifier', classifier({ model: mlp({ inputs: 4, hidden: [3], outputs: 2 }) }), {
    x: { shape: [4] },
  }),
];

function exported(
  name: string,
  game: Game,
  given: Readonly<Record<string, Given>> = {},
  direction = Object.keys(game.directions)[0]!,
): Exported {
  return { name, game, direction, given };
}

/** Networks whose biases, scales and running statistics are not at their first values either. */
export function trainedNetworks({ game }: Exported): Record<string, Network> {
  const networks = Object.fromEntries(
    game.samplers.map((name) => [name, buildNetwork(game.models[name]!, name, 3)]),
  );
  let draw = 0;
  for (const network of Object.values(networks)) {
    for (const [path, weight] of [...network.parameters, ...network.state]) {
      const values = weight.dataSync();
      const positive = /(ariance|scale)$/.test(path);
      const noise = philoxNormal(weight.size, { seed: 5, draw: draw++ });
      const changed = noise.map((value, i) => (positive ? 1 : values[i]!) + value / 8);
      tidy(() => weight.assign(tensor(changed, weight.shape)));
    }
  }
  return networks;
}

/** The generator as it would be exported. */
export function traced(
  { game, direction, given }: Exported,
  networks: Record<string, Network>,
): Promise<TracedGraph> {
  const columns = Object.entries(given).map(
    ([name, { shape, limit }]) =>
      [name, { shape, dtype: limit === undefined ? 'float32' : 'int32' } as const] as const,
  );
  return traceGenerator({ game, networks, direction, columns: Object.fromEntries(columns) });
}

/** Samples, and what they were made from, by the names of the trace's inputs. */
export interface Drawn {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly samples: Tensor;
}

/** Samples of the game itself, without the noise that layers draw. */
export function drawn(
  { game, direction, given }: Exported,
  networks: Record<string, Network>,
  count: number,
): Drawn {
  const noise = new NotedNoise();
  const columns = Object.entries(given).map(([name, { shape, limit }], at) => {
    const values = philoxUniform(count * sizeOf(shape), { seed: 7, draw: at });
    const scaled = values.map((value) => (limit === undefined ? 2 * value - 1 : Math.floor(value * limit)));
    return [name, tensor(scaled, [count, ...shape], limit === undefined ? 'float32' : 'int32')] as const;
  });
  const batch = Object.fromEntries(columns);
  const still = Object.fromEntries(
    Object.entries(networks).map(([name, network]) => {
      const apply: Network['apply'] = (x, options) => network.apply(x, { ...options, deterministic: true });
      return [name, Object.assign(Object.create(network), { apply }) as Network];
    }),
  );
  const samples = tidy(() => game.sample(still, { direction, count, given: batch, random: noise }));
  return { inputs: { ...noise.inputs, ...batch }, samples };
}

class NotedNoise implements RandomStream {
  readonly inputs: Record<string, Tensor> = {};

  normal(shape: Shape): Tensor {
    return this.note(philoxNormal(sizeOf(shape), { seed: 9, draw: this.count }), shape);
  }

  uniform(shape: Shape, minimum = 0, maximum = 1): Tensor {
    const drawn = philoxUniform(sizeOf(shape), { seed: 9, draw: this.count });
    return this.note(
      drawn.map((value) => minimum + value * (maximum - minimum)),
      shape,
    );
  }

  private get count(): number {
    return Object.keys(this.inputs).length;
  }

  private note(values: Float32Array, shape: Shape): Tensor {
    const made = keep(tensor(values, [...shape]));
    this.inputs[this.count === 0 ? 'z' : `z${this.count + 1}`] = made;
    return made;
  }
}
