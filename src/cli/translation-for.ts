import {
  type Batch,
  cycleGan,
  DataError,
  type DataSource,
  type Game,
  type Model,
  type OptimizerOptions,
  patchDiscriminator,
  pix2pix,
  resnetGenerator,
  type Shape,
  starGan,
  starGanModels,
  unet,
} from '../index';
import { formatShape } from '../util/shape';
import { requireColumn } from './fitting';
import type { Recipe } from './recipe';

type AnyGame = Game<Batch, string, string>;

/** From this side on the networks are those of the papers; smaller images have fewer layers. */
const LARGE = 64;
/** How often a U-Net halves images, at least. */
const SMALL_DEPTH = 4;

/** @throws {DataError} unless images are square. */
function squareOf(recipe: Recipe, data: DataSource, column: string): Shape {
  const shape = requireColumn(recipe, data, column);
  const [height, width] = shape;
  if (shape.length === 3 && height === width) return shape;
  throw new DataError(
    `train: --game ${recipe.game} needs square images, got ${column} of ${formatShape(shape)}; pass --size, e.g. 64`,
  );
}

/** As often as it goes, but not less than what makes it a U-Net, which then refuses the size. */
const depthFor = (size: number): number | undefined =>
  size % 2 ** SMALL_DEPTH === 0 ? undefined : SMALL_DEPTH;

const layersFor = (size: number): number => (size >= LARGE ? 3 : 2);

/** U-Net against a discriminator of patches of both images. */
export function pix2pixFor(recipe: Recipe, data: DataSource, optimizer: OptimizerOptions): AnyGame {
  const a = squareOf(recipe, data, 'a');
  const b = squareOf(recipe, data, 'b');
  const { width, lambda, objective } = recipe;
  const [size, , channels] = b as [number, number, number];
  return pix2pix({
    generator: unet({ size, channels: a[2]!, outputChannels: channels, width, depth: depthFor(size) }),
    discriminator: patchDiscriminator({
      size,
      channels,
      width,
      layers: layersFor(size),
      condition: { shape: a },
    }),
    lambda,
    objective,
    optimizer,
  });
}

/** ResNet generators both ways (U-Nets for small images), and a discriminator of patches for each domain. */
export function cycleGanFor(recipe: Recipe, data: DataSource, optimizer: OptimizerOptions): AnyGame {
  const [size, , channels] = squareOf(recipe, data, 'a') as [number, number, number];
  squareOf(recipe, data, 'b');
  const { width, lambda, objective } = recipe;
  const models = { size, channels, width, normalization: 'instance' } as const;
  const small = size < LARGE && size % 2 ** SMALL_DEPTH === 0;
  const generator: Model = small
    ? unet({ ...models, depth: SMALL_DEPTH, dropout: 0 })
    : resnetGenerator(models);
  const discriminator = patchDiscriminator({ ...models, layers: layersFor(size) });
  return cycleGan({
    generatorAB: generator,
    generatorBA: generator,
    discriminatorA: discriminator,
    discriminatorB: discriminator,
    cycle: lambda,
    objective,
    optimizer,
  });
}

/** One generator for all classes of the label. */
export function starGanFor(recipe: Recipe, data: DataSource, optimizer: OptimizerOptions): AnyGame {
  const [size, , channels] = squareOf(recipe, data, 'x') as [number, number, number];
  requireColumn(recipe, data, 'label');
  const { width, steps, penalty, lambda } = recipe;
  const domains = data.classes?.length;
  if (domains === undefined) {
    throw new DataError(
      `train: --game stargan needs data with named classes, got '${data.name}' without them; put each class in a folder`,
    );
  }
  const depth = size >= LARGE ? { blocks: 6 } : { blocks: 3, halvings: 1 };
  const critic = { width: 2 * width, halvings: size >= LARGE ? 4 : 3 };
  const models = starGanModels({ size, channels, domains, width, ...depth, critic, mask: true });
  return starGan({ ...models, criticSteps: steps, penalty, reconstruction: lambda, optimizer });
}
