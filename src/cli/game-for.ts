import {
  type Batch,
  DataError,
  type DataSource,
  dcgan,
  type Game,
  gan,
  mlp,
  type OptimizerOptions,
  type Shape,
  wgan,
  wganGp,
} from '../index';
import { formatShape } from '../util/shape';
import { conditionalFor } from './conditional-for';
import { dcganSize, requireColumn } from './fitting';
import type { Recipe } from './recipe';
import { cycleGanFor, pix2pixFor, starGanFor } from './translation-for';

/**
 * The game of a recipe on some data: `dcgan` for images of 28, 32 or 64 pixels, `mlp` for points, and the networks
 * of the paper for each kind of translation.
 *
 * @throws {DataError} if no model fits the data.
 */
export function gameFor(recipe: Recipe, data: DataSource): Game<Batch, string, string> {
  const adam = {
    kind: 'adam' as const,
    learningRate: recipe.learningRate,
    beta1: 0.5,
    beta2: 0.999,
  };
  // With penalties, and on points, the second moment is to follow faster.
  const quick = { ...adam, beta2: 0.9 };
  switch (recipe.game) {
    case 'conditional':
      return conditionalFor(recipe, data, recipe.penalty > 0 ? quick : adam);
    case 'pix2pix':
      return pix2pixFor(recipe, data, adam);
    case 'cyclegan':
      return cycleGanFor(recipe, data, adam);
    case 'stargan':
      return starGanFor(recipe, data, adam);
    default:
      return unconditionalFor(recipe, requireColumn(recipe, data, 'x'), adam, quick);
  }
}

function unconditionalFor(
  recipe: Recipe,
  shape: Shape,
  adam: OptimizerOptions,
  quick: OptimizerOptions,
): Game<Batch, string, string> {
  const images = shape.length === 3;
  const { generator, discriminator, critic } = images
    ? imageModels(recipe, shape)
    : pointModels(recipe, shape);
  const { steps, penalty, learningRate } = recipe;
  switch (recipe.game) {
    case 'wgan':
      return wgan({ generator, critic, criticSteps: steps, optimizer: { kind: 'rmsprop', learningRate } });
    case 'wgan-gp':
      return wganGp({ generator, critic, criticSteps: steps, penalty, optimizer: quick });
    default:
      return gan({
        generator,
        // Batch normalisation ties examples together, whose gradients the penalty takes one by one.
        discriminator: penalty > 0 ? critic : discriminator,
        objective: recipe.objective,
        discriminatorSteps: steps,
        penalty,
        optimizer: images ? adam : quick,
      });
  }
}

function imageModels({ width, latent }: Recipe, shape: Shape) {
  return dcgan({ size: dcganSize(shape), channels: shape[2]!, latent, width });
}

function pointModels({ width, latent, activation }: Recipe, shape: Shape) {
  if (shape.length !== 1) {
    throw new DataError(`train: data must be images [H,W,C] or points [D], got ${formatShape(shape)}`);
  }
  const hidden = [width, width, width];
  const generator = mlp({ inputs: latent, hidden, outputs: shape[0]!, activation });
  const critic = mlp({ inputs: shape[0]!, hidden, outputs: 1, activation });
  return { generator, discriminator: critic, critic };
}
