import type { ExampleBatch } from '../index';
import {
  type ActivationName,
  ArgumentError,
  DataError,
  type DcganSize,
  dcgan,
  type Game,
  gan,
  mlp,
  OBJECTIVES,
  type ObjectiveName,
  type OptimizerOptions,
  type Shape,
  wgan,
  wganGp,
} from '../index';
import { formatShape } from '../util/shape';

export const GAME_NAMES = ['gan', 'wgan', 'wgan-gp'] as const;
export type GameName = (typeof GAME_NAMES)[number];
/** Objectives as the command line spells them. */
export const OBJECTIVE_NAMES = Object.keys(OBJECTIVES).map((name) =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
);

/** How a run is set up: all that makes its game, and how long it is played. */
export interface Recipe {
  readonly game: GameName;
  /** Of `gan`; camel case, as in the library. */
  readonly objective: ObjectiveName;
  readonly rounds: number;
  readonly batch: number;
  /** Images: channels next to the image. Points: width of the three hidden layers. */
  readonly width: number;
  readonly latent: number;
  /** Updates of the discriminator or critic a round. */
  readonly steps: number;
  readonly penalty: number;
  /** Of both players. */
  readonly learningRate: number;
  /** Whether the learning rates fall in a line to zero at the last round. */
  readonly anneal: boolean;
  /** Decay of the averaged weights; 0 for none. */
  readonly averaging: number;
  /** Between the hidden layers of networks for points. */
  readonly activation: ActivationName;
}

const IMAGES: Recipe = {
  game: 'gan',
  objective: 'nonSaturating',
  rounds: 5000,
  batch: 64,
  width: 32,
  latent: 64,
  steps: 1,
  penalty: 0,
  learningRate: 2e-4,
  anneal: false,
  averaging: 0.999,
  activation: 'leakyRelu',
};

const POINTS: Recipe = {
  game: 'gan',
  objective: 'nonSaturating',
  rounds: 6000,
  batch: 256,
  width: 128,
  latent: 2,
  steps: 1,
  penalty: 0.1,
  learningRate: 1e-3,
  anneal: true,
  averaging: 0.99,
  activation: 'tanh',
};

/** What turned out best for a built-in data set, where it differs. */
const BUILT_IN: Readonly<Record<string, Partial<Recipe>>> = {
  faces: { batch: 32, width: 24, learningRate: 5e-4, averaging: 0.995 },
};

/** What the Wasserstein games change: the critic is updated more often. On points, as published but for the penalty. */
const WGAN_GP: Partial<Recipe> = { steps: 5, learningRate: 1e-4 };
/** On images: the published penalty; fewer, larger steps get further in the minutes that a CPU has. */
const WGAN_GP_IMAGES: Partial<Recipe> = { steps: 3, learningRate: 5e-4, penalty: 10 };
/** With clipped weights, as published. */
const WGAN: Partial<Recipe> = { steps: 5, learningRate: 5e-5 };
const SIZES: readonly number[] = [28, 32, 64];

/** The settings that suit the data, with those that were asked for in place of them. */
export function recipeFor(name: string, shape: Shape, asked: Partial<Recipe>): Recipe {
  const images = shape.length === 3;
  const suited = { ...(images ? IMAGES : POINTS), ...BUILT_IN[name] };
  const game = asked.game ?? suited.game;
  const changes = { gan: {}, wgan: WGAN, 'wgan-gp': images ? WGAN_GP_IMAGES : WGAN_GP }[game];
  const recipe = { ...suited, ...changes, ...asked };
  if (asked.objective !== undefined && recipe.game !== 'gan') {
    throw new ArgumentError(
      `train: --objective is for --game gan, got --game ${recipe.game}; leave one of them out`,
    );
  }
  return recipe;
}

/** `non-saturating` → `nonSaturating`. */
export function objectiveFromOption(name: string): ObjectiveName {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()) as ObjectiveName;
}

/**
 * The game of a recipe for examples of a shape: `dcgan` for images of 28, 32 or 64 pixels, `mlp` for points.
 *
 * @throws {DataError} if no model fits the shape.
 */
export function gameFor(recipe: Recipe, shape: Shape): Game<ExampleBatch, string, string> {
  const models = shape.length === 3 ? imageModels(recipe, shape) : pointModels(recipe, shape);
  const { generator, discriminator, critic } = models;
  const { steps, penalty, learningRate } = recipe;
  const beta2 = shape.length === 3 && recipe.game === 'gan' ? 0.999 : 0.9;
  const adam: OptimizerOptions = { kind: 'adam', learningRate, beta1: 0.5, beta2 };
  switch (recipe.game) {
    case 'gan':
      return gan({
        generator,
        // Batch normalisation ties examples together, whose gradients the penalty takes one by one.
        discriminator: penalty > 0 ? critic : discriminator,
        objective: recipe.objective,
        discriminatorSteps: steps,
        penalty,
        optimizer: adam,
      });
    case 'wgan':
      return wgan({ generator, critic, criticSteps: steps, optimizer: { kind: 'rmsprop', learningRate } });
    case 'wgan-gp':
      return wganGp({ generator, critic, criticSteps: steps, penalty, optimizer: adam });
  }
}

function imageModels({ width, latent }: Recipe, shape: Shape) {
  const [height, side, channels] = shape as [number, number, number];
  if (height !== side || !SIZES.includes(side)) {
    const near = SIZES.find((size) => size >= Math.min(height, side)) ?? 64;
    throw new DataError(
      `train: images must be 28×28, 32×32 or 64×64, got ${formatShape(shape)}; pass --size ${near}`,
    );
  }
  return dcgan({ size: side as DcganSize, channels, latent, width });
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
